import Messaging
import NodeRuntime
import SimulationKernel
import Synchronization
import TestSupport
import Testing

@Suite struct `A wall-clock run whose processes are killed` {
    private func add(_ nodes: [NodeIndex], of world: ChatterWorld, to group: inout NodeGroup) {
        for index in nodes {
            group.add(
                Postman(index: index, neighbours: world.neighbours(of: Int(index))), at: index)
        }
    }

    private func plan(_ world: ChatterWorld, _ transport: LivePlan.Transport) -> LivePlan {
        world.plan(
            processes: 3, transport: transport,
            clock: .wall(speed: 1, leastDelay: Chatter.leastDelay))
    }

    private func options(_ directory: SocketDirectory, deaths: Double) -> LiveOptions {
        var options = LiveOptions()
        options.recovery = RecoveryPlan(folder: directory.path + "/recovery")
        options.mortality.probability = deaths
        options.startLimit = .seconds(90)
        options.absenceLimit = .seconds(20)
        options.snapshotLog = 2_048
        options.snapshotWork = .seconds(1_000)
        return options
    }

    private struct Outcome {
        var problems: [String]
        var reports: Int
        var deaths: Int
    }

    private func simulated(
        _ seed: Seed, deaths: Double, deafness: Double = 0
    ) throws -> Outcome {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let world = ChatterWorld(population: 6, seed: seed, end: .zero + .seconds(10))
        var weather = SimulatedNetwork.Weather()
        if deaths > 0 { weather.breakage = 0.005 }
        weather.deafness = deafness
        let run = SimulatedRun(
            plan(world, .ipc(directory: "/nowhere")),
            options: options(directory, deaths: deaths), seed: seed.value,
            weather: weather, mostDeaths: 5
        ) { process, group in add(process.nodes, of: world, to: &group) }
        let traces = Traces()
        let outcome = try run.run { traces.next() }
        var problems = run.errors
        if !outcome.isFinished { problems.append("\(outcome.ending)") }
        let trace = PostmanTrace(traces.last.records, of: world)
        return Outcome(
            problems: problems + trace.problems, reports: trace.reports,
            deaths: run.deaths.load(ordering: .relaxed))
    }

    /// At any place that matters, over a simulated network whose connections break.
    @Test(arguments: FaultSeeds.some)
    func `loses nothing and counts nothing twice`(seed: Seed) throws {
        let outcome = try simulated(seed, deaths: 0.015)
        #expect(outcome.problems == [])
    }

    /// Where both ways are busy, acknowledgements come with frames and nobody answers on the link.
    @Test func `leaves connections alone that work`() throws {
        let world = ChatterWorld(population: 6, seed: Seed(4), end: .zero + .seconds(1))
        var options = LiveOptions()
        options.longestRelay = 0
        options.careInterval = .milliseconds(40)
        options.heartbeatInterval = .milliseconds(200)
        options.longestSilence = .milliseconds(300)
        for clock in [.virtual, .wall(speed: 1, leastDelay: Chatter.leastDelay)]
            as [LivePlan.Clock]
        {
            let plan = world.plan(
                processes: 3, transport: .ipc(directory: "/nowhere"), clock: clock)
            let run = SimulatedRun(plan, options: options, seed: 3, weather: .init()) {
                world.add($0.nodes, to: &$1)
            }
            let outcome = try run.run { ChatterTrace() }
            #expect(outcome.isFinished && run.errors == [])
            #expect(run.duration > 0.9 && outcome.total(\.directFrames) > 300)
            #expect(outcome.total(\.renewedSockets) == 0, "by \(clock)")
        }
    }

    @Test(arguments: FaultSeeds.some)
    func `loses nothing when connections go dead unnoticed`(seed: Seed) throws {
        let outcome = try simulated(seed, deaths: 0, deafness: 0.001)
        #expect(outcome.problems == [])
        // Reports come every quarter of a second, and a dead connection is found after three.
        #expect(outcome.reports > 24 * 20)
    }

    @Test func `has enough go wrong to tell, and still hears of others`() throws {
        let calm = try simulated(Seed(0), deaths: 0)
        #expect(calm.problems == [] && calm.deaths == 0)
        let outcomes = try Seed.first(10).map { try simulated($0, deaths: 0.015) }
        #expect((60...400).contains(outcomes.reduce(0) { $0 + $1.deaths }))
        #expect(outcomes.reduce(0) { $0 + $1.reports } > 8 * calm.reports)
    }

    @Test func `loses nothing over ZeroMQ either`() throws {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let world = ChatterWorld(population: 6, seed: Seed(1), end: .zero + .seconds(3))
        let run = ThreadedRun(
            plan(world, directory.transport), options: options(directory, deaths: 0.003)
        ) { process, group in add(process.nodes, of: world, to: &group) }
        let traces = Traces()
        let outcome = try run.run(into: traces.last, again: { traces.next() })
        #expect(outcome.isFinished, "\(outcome.ending)")
        #expect(run.errors == [])
        #expect(PostmanTrace(traces.last.records, of: world).problems == [])
        #expect(run.deaths.load(ordering: .relaxed) > 0)
    }
}
