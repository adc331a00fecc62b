#if canImport(Glibc)
    import Glibc
#endif

/// What an engine tells the launcher of one host, a line each on its standard input.
///
/// The engine shows every two seconds that it lives. When the input ends, or nothing has come for
/// a minute, nobody will collect the results and the launcher ends its processes; they can be
/// started again and go on. A connection that is away for seconds only delays the lines.
package enum Steering {
    package enum Order: Hashable, Sendable {
        case alive
        /// End the run in order.
        case end
        /// The same, because of something on another host.
        case abort(String)
        /// End all processes at once.
        case kill

        /// What a launcher that is steered says now and then, too.
        package static let aliveLine = "alive\n"

        package var line: String {
            switch self {
            case .alive: Self.aliveLine
            case .end: "end\n"
            case .abort(let reason):
                "abort " + reason.split(separator: "\n").joined(separator: " ") + "\n"
            case .kill: "kill\n"
            }
        }

        init?(line: Substring) {
            switch line {
            case "alive": self = .alive
            case "end": self = .end
            case "kill": self = .kill
            default:
                guard line.hasPrefix("abort ") else { return nil }
                self = .abort(String(line.dropFirst(6)))
            }
        }

        /// What it means for the processes of the host.
        var event: Supervision.Event? {
            switch self {
            case .alive: nil
            case .end: .interrupt
            case .abort(let reason): .abort(reason)
            case .kill: .cut
            }
        }
    }

    /// How often the engine says something, and how long it may be silent, milliseconds.
    package static let interval: Int32 = 2_000
    package static let patience: Int32 = 60_000

    /// Watches standard input in a thread of its own, to its end.
    static func watch(
        patience: Int32 = patience, _ body: @escaping @Sendable (Supervision.Event) -> Void
    ) {
        Lifeline.thread("steering") {
            var rest: [UInt8] = []
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                let ready = poll(&input, 1, patience)
                if ready < 0, errno == EINTR { continue }
                let count = ready > 0 ? read(STDIN_FILENO, &bytes, bytes.count) : 0
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return body(.cut) }
                rest += bytes[..<count]
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest.removeFirst(end + 1)
                    if let event = Order(line: line[...])?.event { body(event) }
                }
            }
        }
    }
}
