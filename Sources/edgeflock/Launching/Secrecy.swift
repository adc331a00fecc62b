import CPlatform

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps what this process knows from whoever looks at its memory.
enum Secrecy {
    /// Nobody but root reads it while it runs, and no core file is written if it crashes.
    static func protectMemory() {
        edgeflock_hide_memory()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
