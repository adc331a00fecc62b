import EdgeModel
import Glibc
import Messaging
import SimulationKernel
import TestSupport
import Testing
import ZeroMQ

@testable import NodeRuntime

@Suite(.serialized) struct `A live run with keys` {
    private static let world = ChatterWorld(seed: Seed(5), end: .zero + .milliseconds(100))
    private static let trace = world.simulatedTrace()

    private var options: LiveOptions {
        var options = LiveOptions()
        options.careInterval = .milliseconds(5)
        options.heartbeatInterval = .milliseconds(20)
        options.startLimit = .seconds(20)
        return options
    }

    /// Runs the world with a process for each node while somebody tries to disturb it.
    ///
    /// - Parameter disturb: called once, before the processes know each other.
    private func run(
        longestRelay: Int = 4_096, transport: LivePlan.Transport? = nil,
        _ disturb: (LivePlan, TestKeys) throws -> Void = { _, _ in }
    ) throws -> LiveOutcome {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let world = Self.world
        let plan = world.plan(
            processes: world.population, transport: transport ?? directory.transport)
        let keys = try TestKeys(of: plan)
        var options = options
        options.longestRelay = longestRelay
        options.longestRelayedPublication = min(longestRelay, 256)
        let run = ThreadedRun(plan, options: options, keys: keys) { process, group in
            world.add(process.nodes, to: &group)
        }
        let trace = ChatterTrace()
        var isDisturbed = false
        var failure: (any Error)?
        func disturbOnce(_ now: VirtualInstant) -> Bool {
            guard !isDisturbed else { return false }
            isDisturbed = true
            do { try disturb(plan, keys) } catch { failure = error }
            return failure != nil
        }
        let outcome = try run.run(into: trace, shouldStop: disturbOnce)
        if let failure { throw failure }
        #expect(outcome.isFinished && run.errors == [])
        #expect(trace.records == Self.trace)
        #expect(outcome.total(\.refusedSends) == 0)
        return outcome
    }

    @Test(arguments: [0, 4_096])
    func `gives the trace of one process`(longestRelay: Int) throws {
        let (outcome, standstill) = try StandstillWatch.over { try run(longestRelay: longestRelay) }
        #expect(outcome.refusals(excusing: standstill) == Refusals())
        #expect(outcome.malformedFrames == 0)
    }

    @Test func `runs over TCP`() throws {
        let port = UInt16(20_000 + Int(getpid()) * 17 % 12_000)
        let (outcome, standstill) = try StandstillWatch.over {
            try run(transport: .tcp(host: "127.0.0.1", firstPort: port))
        }
        #expect(outcome.refusals(excusing: standstill) == Refusals())
    }

    @Test func `lets nobody in without a key`() throws {
        let outcome = try run { plan, keys in
            for server in try servers(of: plan) { try Intruder(nil).isRefused(by: server, keys) }
        }
        #expect(outcome.refusals.handshakes >= 1)
        #expect(outcome.refusals.keys == 0 && outcome.refusals.forged == 0)
    }

    @Test func `lets nobody in with a foreign key`() throws {
        let outcome = try run { plan, keys in
            for server in try servers(of: plan) {
                try Intruder(.random()).isRefused(by: server, keys)
            }
        }
        #expect(outcome.refusals.keys >= 3)
    }

    /// Such as that of a process before its keys were made anew.
    @Test func `lets nobody in with a revoked key`() throws {
        let outcome = try run { plan, keys in
            let former = try TestKeys(of: plan).pairs[1]
            try Intruder(former).isRefused(by: servers(of: plan)[0], keys)
        }
        #expect(outcome.refusals.keys >= 1)
    }

    /// Number 6 sends nothing to number 0, which is two steps further than its neighbours.
    @Test func `lets a process connect only where the plan wants it`() throws {
        let outcome = try run { plan, keys in
            for server in try servers(of: plan).dropFirst() {
                try Intruder(keys.pairs[6]).isRefused(by: server, keys)
            }
        }
        #expect(outcome.refusals.keys >= 2)
    }

    @Test func `hears nobody in another's name`() throws {
        let outcome = try run { plan, keys in
            // The first frame of number 3, as number 4 would replay it; and a failure that never
            // was, which would end the run.
            for message in [
                .hello(Hello(direct: "ipc:///x", published: "ipc:///y")), .failed("no"),
            ] as [ControlMessage] {
                let frame = frame(.control, of: 3, in: plan) { $0.append(message) }
                try Intruder(keys.pairs[4]).send(frame, to: servers(of: plan)[0], keys)
            }
            let frame = frame(.messages, of: 2, in: plan) { $0.append(notice, key: key(2), to: 0) }
            try Intruder(keys.pairs[1]).send(frame, to: servers(of: plan)[1], keys)
        }
        #expect(outcome.refusals.forged == 3)
        #expect(outcome.refusals.forbidden == 0)
    }

    /// Routers call connections by five bytes, 0 and a number that goes up from a random one: who
    /// takes such a name gets nothing that is another's, and one of his own choice is not read.
    @Test func `lets nobody take the routing id of another`() throws {
        let outcome = try run { plan, keys in
            let order = self.frame(.control, of: 4, in: plan) { $0.append(.stop(.finished)) }
            for name in [[0, 0, 0, 0, 1], [0, 0, 0, 0, 2], Array("hub".utf8)] as [[UInt8]] {
                let thief = try Intruder(keys.pairs[4], routingID: name)
                try thief.send(order, to: servers(of: plan)[0], keys)
            }
            let message = self.frame(.messages, of: 1, in: plan) {
                $0.append(notice, key: key(2), to: 0)
            }
            try Intruder(keys.pairs[1], routingID: Array("0".utf8))
                .send(message, to: servers(of: plan)[1], keys)
        }
        #expect(outcome.refusals.forbidden == 2 && outcome.refusals.forged == 0)
        #expect(outcome.malformedFrames == 2)
    }

    @Test func `hears nobody say what is not for him to say`() throws {
        let outcome = try run { plan, keys in
            let order = frame(.control, of: 4, in: plan) { $0.append(.stop(.finished)) }
            try Intruder(keys.pairs[4]).send(order, to: servers(of: plan)[0], keys)
            let entry = WireBuffer()
            entry.append(notice, key: key(2), to: 0)
            let relay = frame(.control, of: 4, in: plan) { $0.append(relay: entry.span, to: 0) }
            try Intruder(keys.pairs[4]).send(relay, to: servers(of: plan)[0], keys)
            // In its own name, with a message of another's node.
            let frame = frame(.messages, of: 1, in: plan) { $0.append(notice, key: key(2), to: 0) }
            try Intruder(keys.pairs[1]).send(frame, to: servers(of: plan)[1], keys)
        }
        #expect(outcome.refusals.forbidden == 3)
        #expect(outcome.refusals.forged == 0)
    }

    @Test(arguments: ["10.0.0.7", "192.168.1.2", "example.net"])
    func `is a must where others can connect`(host: String) throws {
        let plan = Self.world.plan(processes: 1, transport: .tcp(host: host, firstPort: 21_000))
        #expect {
            _ = try LiveHub(plan: plan, sink: ChatterTrace(), options: options)
        } throws: { error in
            "\(error)".contains("so the run needs keys")
        }
    }

    // MARK: Pieces

    private var notice: Message {
        .notice(
            SubtaskNotice(
                task: TaskID(origin: 2, number: 1), episode: 0, part: 0, queued: .zero,
                start: .zero, finish: .zero))
    }

    private func key(_ sender: NodeIndex) -> EventKey {
        EventKey(time: .zero + .milliseconds(50), sender: sender, sequence: 1_000)
    }

    /// The hub, and where number 0 takes messages and publishes.
    private func servers(of plan: LivePlan) throws -> [Intruder.Server] {
        [
            .init(process: plan.hub, endpoint: try plan.hubEndpoint()),
            .init(process: 0, endpoint: try plan.directEndpoint(of: 0)),
            .init(process: 0, endpoint: try plan.publishedEndpoint(of: 0), kind: .sub),
        ]
    }

    private func frame(
        _ kind: FrameKind, of process: UInt32, in plan: LivePlan, _ fill: (WireBuffer) -> Void
    ) -> WireBuffer {
        let frame = WireBuffer()
        FrameHeader(kind: kind, process: process, sequence: 1).append(to: frame)
        let body = WireBuffer()
        fill(body)
        if kind == .control { frame.append(packing: body.span) } else { frame.append(body.span) }
        FrameHeader.seal(frame, run: plan.run)
        return frame
    }
}

extension LiveOutcome {
    /// Without handshakes, if a machine that stood still for longer may have broken them off.
    fileprivate func refusals(excusing standstill: Duration) -> Refusals {
        var refusals = refusals
        if standstill > .milliseconds(500) { refusals.handshakes = 0 }
        return refusals
    }
}
