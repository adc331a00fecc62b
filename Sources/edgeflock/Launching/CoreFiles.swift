import CPlatform

#if canImport(Glibc)
    import Glibc
#endif

/// What the system writes of a process that crashes.
enum CoreFiles {
    static func turnOff() {
        edgeflock_hide_memory()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
