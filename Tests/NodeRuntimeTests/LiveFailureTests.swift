import EdgeModel
import Glibc
import Messaging
import NodeRuntime
import SimulationKernel
import Synchronization
import TestSupport
import Testing
import ZeroMQ

@Suite(.serialized) struct `A live run in trouble` {
    /// Two nodes that send each other a notice every 4 ms; `trouble` happens at 20 ms.
    private struct Pendulum: Node {
        let index: NodeIndex
        let trouble: @Sendable () -> Void
        private static let delay = VirtualDuration.milliseconds(4)

        init(_ index: NodeIndex, trouble: @escaping @Sendable () -> Void = {}) {
            self.index = index
            self.trouble = trouble
        }

        mutating func remember(_ memory: inout Memory) {}

        mutating func handle(
            _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
        ) {
            if now == .zero + .milliseconds(20), index == 0 { trouble() }
            let notice = SubtaskNotice(
                task: TaskID(origin: index, number: 0), episode: 0, part: 0, queued: now,
                start: now, finish: now)
            let instant = max(now, .zero) + Self.delay
            directives.send(.notice(notice), to: 1 - index, at: instant)
        }
    }

    /// A node that does nothing.
    private struct Idler: Node {
        mutating func handle(
            _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
        ) {}
    }

    private func plan(
        _ directory: SocketDirectory, lookahead: VirtualDuration = .milliseconds(4),
        end: VirtualDuration = .milliseconds(100), idlers: Int = 0,
        patience: Duration = .milliseconds(300), computesForLong: Bool = false
    ) -> LivePlan {
        LivePlan(
            run: 77, transport: directory.transport,
            processes: (0..<(2 + idlers)).map { index in
                LivePlan.Process(
                    name: "node \(index)", nodes: [NodeIndex(index)], lookahead: lookahead,
                    patience: patience, computesForLong: computesForLong && index == 0)
            },
            routes: [[1], [0]] + Array(repeating: [], count: idlers), publications: [],
            clock: .virtual, end: .zero + end)
    }

    private var options: LiveOptions {
        var options = LiveOptions()
        options.careInterval = .milliseconds(20)
        options.heartbeatInterval = .milliseconds(50)
        options.farewellLimit = .milliseconds(500)
        options.startLimit = .seconds(10)
        return options
    }

    /// Also when the others show life so often that the hub never waits.
    @Test(arguments: [0, 12])
    func `takes a silent process for dead and lets the others go`(idlers: Int) throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let run = ThreadedRun(plan(directory, idlers: idlers), options: options) { process, group in
            let index = process.nodes[0]
            if index > 1 {
                group.add(Idler(), at: index)
            } else {
                // In pieces, so that it is not over when the whole machine has stood still.
                let silence: @Sendable () -> Void = { for _ in 0..<40 { usleep(100_000) } }
                group.add(Pendulum(index, trouble: silence), at: index)
            }
        }
        let (outcome, standstill) = try StandstillWatch.over { try run.run(into: ChatterTrace()) }
        guard case .aborted(let error) = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
        #expect(error.description == "process node 0 has been silent for 0.3 s")
        #expect(outcome.statistics[0] == nil && outcome.statistics[1] != nil)
        #expect(outcome.runTime < .milliseconds(1_200) + standstill)
    }

    /// What the hub has said meanwhile waits, or it was away as well.
    @Test func `does not miss the hub after having been away itself`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        var options = options
        options.hubPatience = .seconds(1)
        let run = ThreadedRun(plan(directory, patience: .seconds(10)), options: options) {
            process, group in
            group.add(Pendulum(process.nodes[0]) { usleep(1_500_000) }, at: process.nodes[0])
        }
        let outcome = try run.run(into: ChatterTrace())
        #expect(outcome.isFinished && run.errors == [])
    }

    /// After 0.3, 0.6 and 1.2 s: who is started again and again never gets to where it was.
    @Test func `gives a silent process more time each time`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        var options = options
        options.recovery = RecoveryPlan(folder: directory.path + "/recovery")
        let run = ThreadedRun(plan(directory), options: options) { process, group in
            group.add(Pendulum(process.nodes[0]) { usleep(2_000_000) }, at: process.nodes[0])
        }
        var asked = 0
        let outcome = try run.run(into: ChatterTrace(), onNews: { asked += $0.isAsking ? 1 : 0 })
        #expect(outcome.isFinished && run.errors == [])
        #expect((1...3).contains(asked))
    }

    /// Longer than it may be silent: its sockets' thread shows that it lives.
    @Test func `lets a process compute for as long as it gets on`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let plan = plan(directory, computesForLong: true)
        let run = ThreadedRun(plan, options: options) { process, group in
            group.add(Pendulum(process.nodes[0]) { usleep(700_000) }, at: process.nodes[0])
        }
        let outcome = try run.run(into: ChatterTrace())
        #expect(outcome.isFinished && run.errors == [])
        #expect(outcome.runTime > .milliseconds(600))
        #expect(outcome.total(\.events) == 2 * 26)
    }

    @Test func `ends when a process computes without getting on`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        var options = options
        options.progressLimit = .milliseconds(300)
        let run = ThreadedRun(plan(directory, computesForLong: true), options: options) {
            process, group in
            group.add(Pendulum(process.nodes[0]) { usleep(2_000_000) }, at: process.nodes[0])
        }
        let outcome = try run.run(into: ChatterTrace())
        guard case .aborted(let error) = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
        let expected = "process node 0 has been computing for 0.3 s without a step forward"
        #expect(error.description == expected)
        #expect(outcome.runTime < .milliseconds(1_500))
    }

    @Test func `ends when a process breaks its promise`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let plan = plan(directory, lookahead: .milliseconds(5))
        let run = ThreadedRun(plan, options: options) { process, group in
            group.add(Pendulum(process.nodes[0]), at: process.nodes[0])
        }
        let outcome = try run.run(into: ChatterTrace())
        guard case .aborted(let error) = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
        #expect(error.description.contains("broke its promise"))
    }

    /// Anyone who can reach the sockets may send anything: it is counted and dropped.
    @Test func `is not disturbed by strangers`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let strangers = Strangers(at: ["hub", "0d", "1d"].map { "\(directory.path)/\($0)" })
        let thread = TestThread { strangers.talk() }
        defer {
            strangers.areDone.store(true, ordering: .relaxed)
            thread.join()
        }
        let run = ThreadedRun(plan(directory, end: .seconds(50)), options: options) {
            process, group in
            group.add(Pendulum(process.nodes[0]), at: process.nodes[0])
        }
        // Who has windows to handle does not listen to strangers: that comes when the hub pauses.
        var hasPaused = false
        let middle = VirtualInstant.zero + .seconds(25)
        let pause: (VirtualInstant) -> Bool = { now in
            if now > middle, !hasPaused {
                hasPaused = true
                usleep(150_000)
            }
            return false
        }
        let outcome = try run.run(into: ChatterTrace(), shouldStop: pause)
        #expect(outcome.isFinished && run.errors == [])
        #expect(outcome.total(\.events) == 2 * 12_501)
        #expect(outcome.total(\.malformedFrames) > 0 && outcome.hubMalformedFrames > 0)
    }

    /// One that died before all were there: nobody waits for it any longer.
    @Test func `tells that a process is back although the run has not begun`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let plan = plan(directory)
        var options = options
        options.recovery = RecoveryPlan(folder: directory.path + "/recovery")
        let context = try Context()
        let endpoint = try #require(Endpoint.ipc(path: "\(directory.path)/hub"))
        let socket = try Socket(.dealer, in: context, options: [.reconnect(after: 1, atMost: 1)])
        try socket.connect(endpoint)
        let body = WireBuffer()
        body.append(.hello(Hello(direct: "ipc:///nowhere", published: "ipc:///nowhere")))
        let frame = WireBuffer()
        FrameHeader(kind: .control, process: 0, epoch: 2, sequence: 1).append(to: frame)
        frame.append(packing: body.span)
        FrameHeader.seal(frame, run: 77)
        _ = try socket.send(frame.span)
        var news: [HubNews] = []
        let hub = try LiveHub(plan: plan, sink: ChatterTrace(), options: options) {
            news.append($0)
        }
        let outcome = hub.run { _ in
            // Again, in case its first connection was lost.
            _ = try? socket.send(frame.span)
            return !news.isEmpty
        }
        #expect(!outcome.isFinished && Set(news) == [.returned("node 0")])
    }

    /// They talk for as long as the run goes: what a connection holds that is lost at the start,
    /// because the machine stood still for longer than a handshake may take, is not all they say.
    private final class Strangers: Sendable {
        let areDone = Atomic<Bool>(false)
        private let paths: [String]
        init(at paths: [String]) { self.paths = paths }

        func talk() {
            do {
                let context = try Context()
                let strangers = try paths.map { try Stranger(at: $0, in: context) }
                while !areDone.load(ordering: .relaxed) {
                    for stranger in strangers { try stranger.talk() }
                    usleep(10_000)
                }
            } catch {
                Issue.record(error)
            }
        }
    }

    private final class Stranger {
        private let socket: Socket

        init(at path: String, in context: Context) throws {
            socket = try Socket(.dealer, in: context, options: [.reconnect(after: 1, atMost: 1)])
            try socket.connect(try #require(Endpoint.ipc(path: path)))
        }

        func talk() throws {
            _ = try socket.send([1, 2, 3])
            _ = try socket.send([])
            // A frame of another run, and one of nobody in this run.
            for (run, process) in [(78, 0), (77, 99)] as [(UInt64, UInt32)] {
                let frame = WireBuffer()
                FrameHeader(kind: .messages, process: process, sequence: 1)
                    .append(to: frame)
                FrameHeader.seal(frame, run: run)
                _ = try socket.send(frame.span)
            }
        }
    }
}

extension HubNews {
    fileprivate var isAsking: Bool { if case .silent = self { true } else { false } }
}
