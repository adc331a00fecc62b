import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// Runs the launchers of all hosts, listens to them, and leaves none behind.
///
/// It only starts, listens and tells; what to do is decided by ``HostSupervision``.
package struct HostSupervisor: Sendable {
    /// A host's launcher, as a command towards the host.
    package struct Command: Hashable, Sendable {
        package var host: String
        var words: [String]
        /// Takes what ssh itself complains about.
        package var log: String

        package init(host: String, words: [String], log: String) {
            self.host = host
            self.words = words
            self.log = log
        }
    }

    package struct Result: Hashable, Sendable {
        package var exitCode: Int32
        package var failure: String?
    }

    private enum Signal: Sendable {
        case event(HostSupervision.Event)
        case line(Int, String)
        case started(Int, process: pid_t, writing: Int32)
    }

    private let commands: [Command]
    private let hub: Int
    private let recovers: Bool

    /// - Parameter hub: the host with the hub.
    package init(_ commands: [Command], hub: Int, recovers: Bool) {
        self.commands = commands
        self.hub = hub
        self.recovers = recovers
    }

    /// Runs until every launcher has ended.
    ///
    /// - Parameters:
    ///   - onProgress: called with how far the run has come.
    ///   - say: called with messages for the screen.
    package func run(
        onProgress: (RunProgress) -> Void, say: (String) -> Void
    ) async -> Result {
        let (signals, source) = AsyncStream.makeStream(of: Signal.self)
        Interrupts.watch { source.yield(.event(.interrupt)) }
        var supervision = HostSupervision(
            names: commands.map(\.host), hub: hub, recovers: recovers)
        var links: [Int: (process: pid_t, writing: Int32)] = [:]
        var lastWords = commands.map { _ in "" }
        var isError = commands.map { _ in false }
        await withTaskGroup(of: Void.self) { group in
            for index in commands.indices { group.addTask { await live(index, source) } }
            group.addTask {
                while !Task.isCancelled {
                    source.yield(.event(.tick))
                    try? await Task.sleep(for: .milliseconds(200))
                }
            }
            for await signal in signals {
                var actions: [HostSupervision.Action] = []
                switch signal {
                case .started(let index, let process, let writing):
                    links[index] = (process, writing)
                case .line(let index, let line):
                    actions = supervision.handle(.heard(index), at: Self.now)
                    if let progress = RunProgress(line: line) {
                        onProgress(progress)
                    } else if line + "\n" != Steering.Order.aliveLine, !line.isEmpty {
                        // What came after an error only explains it.
                        if line.contains("error") || !isError[index] {
                            isError[index] = line.contains("error")
                            lastWords[index] = Self.stripped(line)
                        }
                        say("\(commands[index].host): \(line)")
                    }
                case .event(var event):
                    if case .ended(let index, let code, let words) = event {
                        if let link = links.removeValue(forKey: index) { close(link.writing) }
                        event = .ended(
                            index, code: code, words: words.isEmpty ? lastWords[index] : words)
                        lastWords[index] = ""
                        isError[index] = false
                    }
                    actions = supervision.handle(event, at: Self.now)
                }
                for action in actions {
                    switch action {
                    case .say(let text): say(text)
                    case .tell(let index, let order):
                        let line = Array(order.line.utf8)
                        // One that is gone does not listen; its end is an event of its own.
                        if let link = links[index] { _ = write(link.writing, line, line.count) }
                    case .drop(let index):
                        if let link = links[index] { kill(link.process, SIGKILL) }
                    case .start(let index, let delay):
                        group.addTask {
                            try? await Task.sleep(for: .nanoseconds(delay))
                            await live(index, source)
                        }
                    }
                }
                if supervision.isOver { break }
            }
            group.cancelAll()
        }
        return Result(exitCode: supervision.exitCode, failure: supervision.failure)
    }

    /// A line of a launcher without what only shows where it comes from.
    private static func stripped(_ line: String) -> String {
        var text = Substring(line)
        for prefix in ["  | ", "launch: ", "error: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        return String(text)
    }

    /// The life of one command: from its start to its end.
    private func live(_ index: Int, _ source: AsyncStream<Signal>.Continuation) async {
        do {
            let input = try Lifeline.makePipe()
            defer { close(input.reading) }
            // A launcher that does not listen must not keep this program from going on.
            _ = fcntl(input.writing, F_SETFL, O_NONBLOCK)
            let log = ChildCommand(
                name: commands[index].host, executable: "", arguments: [],
                log: commands[index].log)
            let status = try await Subprocess.run(
                HostCommand.configuration(commands[index].words),
                input: .fileDescriptor(
                    FileDescriptor(rawValue: input.reading), closeAfterSpawningProcess: false),
                output: .sequence,
                error: .fileDescriptor(log.openLog(), closeAfterSpawningProcess: true)
            ) { execution in
                let process = execution.processIdentifier.value
                source.yield(.started(index, process: process, writing: input.writing))
                for try await line in execution.standardOutput.strings() {
                    source.yield(.line(index, line))
                }
            }.terminationStatus
            let code = HostCommand.code(status)
            let words = code == 255 ? HostCommand.lastLine(log.lastLines(1).first ?? "") : ""
            source.yield(.event(.ended(index, code: code, words: words)))
        } catch {
            source.yield(.event(.ended(index, code: 70, words: "cannot run ssh: \(error)")))
        }
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
