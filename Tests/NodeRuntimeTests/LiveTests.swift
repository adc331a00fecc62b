import EdgeModel
import Glibc
import Messaging
import NodeRuntime
import SimulationKernel
import TestSupport
import Testing

@Suite(.serialized) struct `A live run` {
    /// Short intervals, so that what is lost is soon found.
    private var options: LiveOptions {
        var options = LiveOptions()
        options.careInterval = .milliseconds(5)
        options.heartbeatInterval = .milliseconds(20)
        options.resendInterval = .milliseconds(10)
        options.startLimit = .seconds(10)
        return options
    }

    /// Runs the world in threads of this process, and gives what came of it.
    private func run(
        _ world: ChatterWorld, processes: Int, _ options: LiveOptions,
        transport: LivePlan.Transport? = nil, clock: LivePlan.Clock = .virtual,
        computesForLong: Bool = false, absent: Set<Int> = [],
        shouldStop: (VirtualInstant) -> Bool = { _ in false }
    ) throws -> (trace: [NodeIndex: [TaskRecord]], outcome: LiveOutcome, errors: [String]) {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let plan = world.plan(
            processes: processes, transport: transport ?? directory.transport, clock: clock,
            computesForLong: computesForLong)
        let run = ThreadedRun(plan, options: options) { process, group in
            world.add(process.nodes, to: &group)
        }
        let trace = ChatterTrace()
        let outcome = try run.run(into: trace, absent: absent, shouldStop: shouldStop)
        return (trace.records, outcome, run.errors)
    }

    @Test(arguments: [1, 2, 3, 12], [0, 4_096])
    func `gives the trace of one process`(processes: Int, longestRelay: Int) throws {
        let world = ChatterWorld(seed: Seed(5))
        var options = options
        options.longestRelay = longestRelay
        let (trace, outcome, errors) = try run(world, processes: processes, options)
        #expect(outcome.isFinished && errors == [])
        #expect(trace == world.simulatedTrace())
        #expect(outcome.statistics.allSatisfy { $0 != nil })
        #expect(outcome.total(\.refusedSends) == 0)
        #expect(outcome.total(\.frameGaps) == 0)
        #expect(outcome.total(\.resentFrames) == 0)
        #expect((outcome.total(\.directFrames) > 0) == (processes > 1 && longestRelay == 0))
    }

    @Test func `gives that trace when much waits for processes that have little to do`() throws {
        let world = ChatterWorld(seed: Seed(5))
        let windows = try [1 << 20, 0].map { backlog in
            var options = options
            options.longestRelayBacklog = backlog
            let (trace, outcome, errors) = try run(world, processes: 12, options)
            #expect(outcome.isFinished && errors == [])
            #expect(trace == world.simulatedTrace())
            return outcome.windows
        }
        #expect(windows[0] * 5 < windows[1] * 4, "\(windows)")
    }

    @Test func `lets records wait while they are few`() throws {
        let world = ChatterWorld(seed: Seed(5))
        let bytes = try [4_096, 1].map { few in
            var options = options
            options.careInterval = .milliseconds(100)
            options.fewRecords = few
            let (trace, outcome, errors) = try run(world, processes: 2, options)
            #expect(outcome.isFinished && errors == [])
            #expect(trace == world.simulatedTrace())
            return outcome.total(\.controlBytes)
        }
        #expect(bytes[0] < bytes[1], "\(bytes)")
    }

    @Test(arguments: Seed.first(2), [0, 4_096])
    func `gives the same trace when frames are lost and repeated`(
        seed: Seed, longestRelay: Int
    ) throws {
        let world = ChatterWorld(seed: seed, end: .zero + .milliseconds(60))
        var options = options
        options.longestRelay = longestRelay
        options.faults.loss = 0.05
        options.faults.repetition = 0.05
        options.faults.chance = seed.stream
        let (trace, outcome, errors) = try run(world, processes: 4, options)
        #expect(outcome.isFinished && errors == [])
        #expect(trace == world.simulatedTrace())
        #expect(outcome.total(\.resentFrames) > 0)
        #expect(outcome.total(\.duplicateFrames) > 0)
    }

    @Test func `gives the same trace when its nodes compute in threads of their own`() throws {
        let world = ChatterWorld(seed: Seed(5))
        let (trace, outcome, errors) = try run(
            world, processes: 3, options, computesForLong: true)
        #expect(outcome.isFinished && errors == [])
        #expect(trace == world.simulatedTrace())
    }

    @Test func `runs over TCP`() throws {
        let world = ChatterWorld(seed: Seed(6), end: .zero + .milliseconds(60))
        let port = UInt16(20_000 + Int(getpid()) * 13 % 12_000)
        let (trace, outcome, errors) = try run(
            world, processes: 3, options, transport: .tcp(host: "127.0.0.1", firstPort: port))
        #expect(outcome.isFinished && errors == [])
        #expect(trace == world.simulatedTrace())
    }

    @Test func `refuses ports that the system gives to outgoing connections`() throws {
        let (_, outcome, _) = try run(
            ChatterWorld(seed: Seed(6)), processes: 2, options,
            transport: .tcp(host: "127.0.0.1", firstPort: 60_000), absent: [0, 1])
        guard case .aborted(.ephemeralPort(60_000, _)) = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
    }

    @Test func `keeps to the wall clock and measures how late it was`() throws {
        let world = ChatterWorld(seed: Seed(7))
        let (trace, outcome, errors) = try run(
            world, processes: 3, options,
            clock: .wall(speed: 2, leastDelay: Chatter.leastDelay))
        #expect(outcome.isFinished && errors == [])
        #expect(outcome.runTime > .milliseconds(350) && outcome.runTime < .seconds(5))
        #expect(trace.keys.count == world.population)
        #expect(outcome.lateness.total == outcome.total(\.events) - UInt64(world.population))
        #expect(outcome.latenessFault(leastDelay: .seconds(100)) == nil)
        #expect(outcome.latenessFault(leastDelay: VirtualDuration(nanoseconds: 10)) != nil)
    }

    /// As on hosts that were started at other times.
    @Test(arguments: [-3_600_000_000_000, 3_600_000_000_000] as [Int64], [false, true])
    func `keeps to the hub's clock when its own reads otherwise`(
        ahead: Int64, computesForLong: Bool
    ) throws {
        var options = options
        options.clockSkew.ahead = ahead
        let world = ChatterWorld(seed: Seed(7))
        let ((trace, outcome, errors), standstill) = try StandstillWatch.over {
            try run(
                world, processes: 3, options,
                clock: .wall(speed: 2, leastDelay: Chatter.leastDelay),
                computesForLong: computesForLong)
        }
        #expect(outcome.isFinished && errors == [])
        #expect(outcome.runTime > .milliseconds(350) && outcome.runTime < .seconds(5))
        #expect(trace.keys.count == world.population)
        let excuse = Int64(standstill * 2 / Duration.nanoseconds(1))
        #expect(outcome.lateness.quantile(0.5) < 50_000_000 + excuse)
        let lead = outcome.clockLead(of: 0..<3) / .nanoseconds(1)
        #expect((lead + Double(ahead)).magnitude < 50e6, "the hub is \(lead) ns ahead")
    }

    @Test func `measures how far clocks drift apart`() throws {
        var options = options
        let clock = LivePlan.Clock.wall(speed: 1, leastDelay: Chatter.leastDelay)
        let world = ChatterWorld(seed: Seed(7), end: .zero + .milliseconds(500))
        let (_, steady, _) = try run(world, processes: 2, options, clock: clock)
        #expect(steady.isFinished && steady.clockUncertainty > .zero)
        #expect(steady.clockDrift <= steady.clockUncertainty)
        // A block of exchanges, which is one comparison, takes 160 ms: time for almost 50 ms.
        options.clockSkew.gain = 0.3
        let (_, drifting, errors) = try run(world, processes: 2, options, clock: clock)
        #expect(drifting.isFinished && errors == [])
        #expect(drifting.clockDrift > .milliseconds(5))
        #expect(drifting.driftFault?.contains("drifted") == true)
    }

    @Test func `names the processes that do not come`() throws {
        var options = options
        options.startLimit = .milliseconds(300)
        let (_, outcome, errors) = try run(
            ChatterWorld(seed: Seed(8)), processes: 4, options, absent: [1, 3])
        guard case .aborted(let error) = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
        let expected = "not ready after 0.3 s: waiting for group 1, group 3"
        #expect(error.description == expected)
        #expect(errors == [])
    }

    @Test func `ends in order when it is asked to`() throws {
        let world = ChatterWorld(seed: Seed(9), end: .zero + .milliseconds(3_600_000))
        let (trace, outcome, errors) = try run(world, processes: 3, options) { now in
            now > .zero + .milliseconds(50)
        }
        guard case .interrupted = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
        #expect(errors == [])
        #expect(outcome.statistics.allSatisfy { $0 != nil })
        #expect(!trace.isEmpty)
    }
}

extension LiveOutcome {
    var isFinished: Bool {
        if case .finished = ending { true } else { false }
    }
}
