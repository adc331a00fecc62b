import CPlatform
import NodeRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// The pipe that ties a process to its launcher.
///
/// The launcher holds the writing end and never lets go while it lives; every process has the
/// reading end as its standard input. When the launcher dies, however it dies, the system closes
/// the pipe, and each process exits at once. The hub's own pipe also carries orders, one a line.
package enum Lifeline {
    /// What the launcher tells the hub.
    package enum Order: Hashable, Sendable {
        /// End the run in order and keep its results.
        case end
        /// The same, because of this.
        case abort(String)

        var line: String {
            switch self {
            case .end: "end\n"
            case .abort(let reason): "abort \(reason)\n"
            }
        }

        init?(line: String) {
            if line == "end" {
                self = .end
            } else if line.hasPrefix("abort ") {
                self = .abort(String(line.dropFirst(6)))
            } else {
                return nil
            }
        }
    }

    /// In the hub: watches standard input in a thread of its own, and exits when it ends. (The
    /// other processes leave that to their driver.)
    ///
    /// - Parameters:
    ///   - orphaned: called before the process exits because its launcher is gone.
    ///   - body: called in the same thread for each order.
    package static func hold(
        orphaned: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Order) -> Void
    ) {
        thread("lifeline") {
            var rest: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(STDIN_FILENO, &bytes, bytes.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    orphaned()
                    _exit(EndOfInput.exitCode)
                }
                rest += bytes[..<count]
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest.removeFirst(end + 1)
                    if let order = Order(line: line) { body(order) }
                }
            }
        }
    }

    /// A pipe whose ends no process inherits by accident.
    static func makePipe() throws(LaunchError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw LaunchError("cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Runs the body in an ordinary thread that nobody waits for.
    static func thread(_ name: StaticString, _ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(ThreadBody(name: name, run: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 128 << 10)
        var handle = pthread_t()
        let code = pthread_create(
            &handle, &attributes,
            { context in
                guard let context else { return nil }
                let body = Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
                body.name.withUTF8Buffer { name in
                    name.withMemoryRebound(to: CChar.self) { name in
                        if let start = name.baseAddress { edgeflock_name_thread(start) }
                    }
                }
                body.run()
                return nil
            }, context.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(code == 0, "no thread for \(name): \(code)")
    }

    private final class ThreadBody: Sendable {
        let name: StaticString
        let run: @Sendable () -> Void

        init(name: StaticString, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

/// Why processes could not be started.
package struct LaunchError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
