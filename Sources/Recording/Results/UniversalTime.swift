#if canImport(Glibc)
    import Glibc
#endif

/// The calendar time, for names and notes of runs; nothing inside a run sees it.
enum UniversalTime {
    /// Now, as `20260102T030405Z`.
    static var stamp: String { format("%Y%m%dT%H%M%SZ") }

    /// Now, as `2026-01-02T03:04:05Z`.
    static var text: String { format("%Y-%m-%dT%H:%M:%SZ") }

    /// Seconds since 1970.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func format(_ pattern: String) -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, pattern, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
