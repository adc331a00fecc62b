#if canImport(Glibc)
    import Glibc
#endif

/// An event file, which TensorBoard shows as curves while it grows.
///
/// Its content follows from what is added, but for the wall time of each event. A disk that fails
/// does not stop the run: writing ends, and `failure` says why.
package final class EventFile {
    package let path: String
    package private(set) var failure: String?
    private let handle: Int32
    private let clock: () -> Double
    private var waiting: [UInt8] = []
    private var lastFlush: Double

    /// Bytes that are written at once, and seconds of real time that they wait at most.
    private static let chunk = 64 << 10
    private static let patience = 1.0

    /// - Parameters:
    ///   - folder: where the file goes; there must be one for each run.
    ///   - clock: seconds since 1970.
    package init(
        in folder: String, clock: @escaping () -> Double = { UniversalTime.seconds }
    ) throws(RunDirectoryError) {
        let began = clock()
        path = "\(folder)/events.out.tfevents.\(Int64(began)).\(HostFacts.hostName)"
        self.clock = clock
        lastFlush = began
        handle = open(path, O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0o600)
        guard handle >= 0 else { throw .system("cannot write \(path)") }
        waiting = EventEncoding.record(EventEncoding.opening(wallTime: began))
        flush()
    }

    deinit {
        flush()
        close(handle)
    }

    /// Adds numbers at one place of the x axis; those that are not finite are left out.
    package func add(_ scalars: [Scalar], step: Int64) {
        let finite = scalars.filter(\.value.isFinite)
        guard failure == nil, !finite.isEmpty else { return }
        let now = clock()
        waiting += EventEncoding.record(EventEncoding.event(finite, step: step, wallTime: now))
        if waiting.count >= Self.chunk || now - lastFlush >= Self.patience {
            lastFlush = now
            flush()
        }
    }

    /// Hands everything to the system.
    package func flush() {
        var rest = waiting[...]
        while !rest.isEmpty, failure == nil {
            let count = rest.withUnsafeBytes { write(handle, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                failure = "\(path) ends early: \(String(cString: strerror(errno)))"
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
