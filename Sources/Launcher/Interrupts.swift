import CPlatform

#if canImport(Glibc)
    import Glibc
#endif

/// Ctrl-C and its relatives: SIGINT, SIGTERM and SIGHUP ask for an end in order.
package enum Interrupts {
    /// Counts signals from now on instead of dying of them.
    ///
    /// - Parameter exitAfter: end the process at this many (exit code 130); 0 for never.
    package static func `catch`(exitAfter: Int32 = 0) {
        _ = edgeflock_catch_interrupts(exitAfter)
    }

    /// How many have come since `catch`.
    package static var count: Int32 { edgeflock_interrupts() }

    /// Counts signals, and calls the body for each in a thread of its own.
    static func watch(_ body: @escaping @Sendable () -> Void) {
        let pipe = edgeflock_catch_interrupts(0)
        guard pipe >= 0 else { return }
        Lifeline.thread("interrupts") {
            var byte: UInt8 = 0
            while true {
                let count = read(pipe, &byte, 1)
                if count == 1 {
                    body()
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}
