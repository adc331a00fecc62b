#if canImport(Glibc)
    import Glibc
#endif

/// The sign that a run's launcher lives, for others on its machine: its lock, and a file that it
/// touches as long as its loop goes round.
package struct RunPulse: Sendable {
    /// Seconds between two beats, and how old the last one may be.
    static let period: Int64 = 2
    static let patience: Int64 = 15

    private let file: String
    private var last: Int64 = .min

    /// - Parameter directory: the run's folder.
    package init(of directory: String) { file = directory + "/pulse" }

    /// Touches the file, if it is time.
    ///
    /// - Parameter now: seconds of any steady clock.
    package mutating func beat(at now: Int64) {
        guard last == .min || now - last >= Self.period else { return }
        last = now
        let handle = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        guard handle >= 0 else { return }
        futimens(handle, nil)
        close(handle)
    }

    /// Takes the file away: the run is over.
    package func stop() { unlink(file) }

    /// What is wrong with the launcher of a run; nil: it lives.
    ///
    /// - Parameter now: seconds since 1970.
    package static func fault(of directory: String, now: Int64) -> String? {
        var status = stat()
        let beats = stat(directory + "/pulse", &status) == 0
        let age = now - Int64(status.st_mtim.tv_sec)
        if beats, age <= patience { return nil }
        guard RunDirectory.isLocked(directory) else { return "no launcher works on \(directory)" }
        // Without a beat it has only just begun, or runs everything in one process.
        return beats ? "the launcher of \(directory) has not moved for \(age) s" : nil
    }
}
