import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// Starts the processes of a run, watches them, and leaves none behind.
///
/// It only spawns, listens and signals; what to do is decided by ``Supervision``.
package struct Supervisor: Sendable {
    /// What a run came to, as seen from outside.
    package struct Result: Hashable, Sendable {
        package var exitCode: Int32
        package var failure: Supervision.Failure?
        /// The last lines of the log of the process that died.
        package var lastLines: [String]
    }

    private enum Signal: Sendable {
        case event(Supervision.Event)
        case line(String)
    }

    private let commands: [ChildCommand]
    /// Whether the last of them is the hub, or that is on another host.
    private let hasHub: Bool
    private let restarts: RestartPolicy?
    private let epoch: UInt16
    /// Both ends of the pipe that all processes but the hub share, and of the hub's own.
    private let shared: (reading: Int32, writing: Int32)
    private let hub: (reading: Int32, writing: Int32)

    /// - Parameters:
    ///   - commands: the processes; the hub's is the last.
    ///   - hasHub: whether it is among them, or on another host.
    ///   - restarts: when those that die are started again; nil: never.
    ///   - epoch: of the first start.
    package init(
        _ commands: [ChildCommand], hasHub: Bool = true, restarts: RestartPolicy? = nil,
        epoch: UInt16 = 1
    ) throws(LaunchError) {
        precondition(!commands.isEmpty, "a run without processes")
        self.commands = commands
        self.hasHub = hasHub
        self.restarts = restarts
        self.epoch = epoch
        shared = try Lifeline.makePipe()
        hub = try Lifeline.makePipe()
        Self.raiseFileLimit()
    }

    /// Runs until every process has ended.
    ///
    /// - Parameters:
    ///   - onLine: called for each line that the hub prints.
    ///   - faults: does harm to the processes; nil: nothing does.
    ///   - isSteered: whether an engine gives orders on standard input.
    ///   - onTick: called some times a second, as long as the loop goes round.
    ///   - say: called with messages for the screen.
    package func run(
        onLine: (String) -> Void, faults: FaultInjector? = nil, isSteered: Bool = false,
        onTick: () -> Void = {},
        say: (String) -> Void
    ) async -> Result {
        let (signals, source) = AsyncStream.makeStream(of: Signal.self)
        Interrupts.watch { source.yield(.event(.interrupt)) }
        if isSteered { Steering.watch { source.yield(.event($0)) } }
        var supervision = Supervision(
            names: commands.map(\.name), hasHub: hasHub, restarts: restarts, epoch: epoch)
        await withTaskGroup(of: Void.self) { group in
            // The hub first: the others look for it.
            for index in commands.indices.reversed() {
                group.addTask { await live(index, epoch, source) }
            }
            if let faults {
                group.addTask { await faults.run() }
                group.addTask { await faults.watch() }
            }
            group.addTask {
                while !Task.isCancelled {
                    source.yield(.event(.tick))
                    try? await Task.sleep(for: .milliseconds(200))
                }
            }
            for await signal in signals {
                switch signal {
                case .line(let line):
                    onLine(line)
                    if let name = HubLine.returnedProcess(line) { faults?.noteReturn(of: name) }
                    let isWriting = line == HubLine.writing
                    _ = supervision.handle(.heardHub(isWriting: isWriting), at: Self.now)
                case .event(let event):
                    if let faults { tell(event, to: faults) }
                    if event == .tick { onTick() }
                    for action in supervision.handle(event, at: Self.now) {
                        if case .start(let index, let epoch, let delay) = action {
                            group.addTask {
                                try? await Task.sleep(for: .nanoseconds(delay))
                                await live(index, epoch, source)
                            }
                        } else {
                            perform(action, say)
                        }
                    }
                }
                if supervision.isOver { break }
            }
            group.cancelAll()
        }
        close(hub.reading)
        close(shared.writing)
        close(hub.writing)
        let dead = commands.first { $0.name == supervision.failure?.process }
        return Result(
            exitCode: supervision.exitCode, failure: supervision.failure,
            lastLines: dead?.lastLines() ?? [])
    }

    private func tell(_ event: Supervision.Event, to faults: FaultInjector) {
        switch event {
        case .started(let index, let process):
            faults.noteStart(of: commands[index].name, process: process)
        case .ended(let index, _): faults.noteEnd(of: commands[index].name)
        default: break
        }
    }

    private func perform(_ action: Supervision.Action, _ say: (String) -> Void) {
        switch action {
        case .say(let text):
            say(text)
        case .kill(let process):
            kill(process, SIGKILL)
        case .tellHub(let order):
            let line = Array(order.line.utf8)
            // A hub that is gone does not listen; its end is an event of its own.
            _ = write(hub.writing, line, line.count)
        case .start: preconditionFailure("a start is a task of its own")
        }
    }

    /// The life of one process: from its start to its end.
    private func live(
        _ index: Int, _ epoch: UInt16, _ source: AsyncStream<Signal>.Continuation
    ) async {
        do {
            let status =
                try await hasHub && index == commands.count - 1
                ? runHub(index, epoch, source) : runMember(index, epoch, source)
            switch status {
            case .exited(let code): source.yield(.event(.ended(index, .exited(code))))
            case .signaled(let number): source.yield(.event(.ended(index, .signalled(number))))
            }
        } catch {
            source.yield(.event(.notStarted(index, "\(error)")))
        }
    }

    private func command(_ index: Int, _ epoch: UInt16) -> ChildCommand {
        epoch > 1 ? commands[index].again(epoch: epoch) : commands[index]
    }

    private func runMember(
        _ index: Int, _ epoch: UInt16, _ source: AsyncStream<Signal>.Continuation
    ) async throws -> TerminationStatus {
        let command = command(index, epoch)
        return try await Subprocess.run(
            command.configuration,
            input: .fileDescriptor(
                FileDescriptor(rawValue: shared.reading), closeAfterSpawningProcess: false),
            output: .fileDescriptor(command.openLog(), closeAfterSpawningProcess: true),
            error: .combinedWithOutput
        ) { execution in
            let process = execution.processIdentifier.value
            source.yield(.event(.started(index, process: process)))
        }.terminationStatus
    }

    private func runHub(
        _ index: Int, _ epoch: UInt16, _ source: AsyncStream<Signal>.Continuation
    ) async throws -> TerminationStatus {
        let command = command(index, epoch)
        return try await Subprocess.run(
            command.configuration,
            input: .fileDescriptor(
                FileDescriptor(rawValue: hub.reading), closeAfterSpawningProcess: false),
            output: .sequence,
            error: .fileDescriptor(command.openLog(), closeAfterSpawningProcess: true)
        ) { execution in
            let process = execution.processIdentifier.value
            source.yield(.event(.started(index, process: process)))
            for try await line in execution.standardOutput.strings() {
                source.yield(Self.signal(line))
            }
        }.terminationStatus
    }

    private static func signal(_ line: String) -> Signal {
        HubLine.silentProcess(line).map { .event(.silent($0)) } ?? .line(line)
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Each process costs descriptors here, and each peer costs some in every process, which
    /// inherits the limit.
    private static func raiseFileLimit() {
        var limit = rlimit()
        let which = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard getrlimit(which, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(which, &limit)
    }
}
