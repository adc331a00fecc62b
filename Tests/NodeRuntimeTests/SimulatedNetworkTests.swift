import Messaging
import NodeRuntime
import SimulationKernel
import Synchronization
import TestSupport
import Testing

@Suite struct `A live run over a simulated network` {
    /// What came of a run: its trace, what went wrong, and how long it took by its own clock.
    private struct Outcome: Equatable {
        var trace: [NodeIndex: [TaskRecord]]
        var problems: [String]
        var deaths: Int
        var duration: Double
    }

    private func run(
        _ world: ChatterWorld, deaths: Double = 0, breakage: Double = 0, deafness: Double = 0,
        longestRelay: Int = 4_096
    ) throws -> Outcome {
        let directory = SocketDirectory()
        defer { directory.remove() }
        var options = LiveOptions()
        options.longestRelay = longestRelay
        // Then publications have frames of their own, too.
        if longestRelay == 0 { options.longestRelayedPublication = 0 }
        if deaths > 0 { options.recovery = RecoveryPlan(folder: directory.path + "/recovery") }
        options.mortality.probability = deaths
        if deafness > 0 {
            options.longestSilence = .milliseconds(1_500)
            options.startLimit = .seconds(90)
        }
        options.absenceLimit = .seconds(20)
        options.snapshotWork = .seconds(1_000)
        options.snapshotLog = 4_096
        var weather = SimulatedNetwork.Weather()
        weather.breakage = breakage
        weather.deafness = deafness
        if breakage > 0 { weather.longestWay = .milliseconds(200) }
        let run = SimulatedRun(
            world.plan(
                processes: 3, transport: .ipc(directory: "/nowhere"),
                patience: .seconds(deafness > 0 ? 12 : 3)),
            options: options, seed: world.seed.value, weather: weather
        ) { process, group in
            world.add(process.nodes, to: &group)
        }
        let traces = Traces()
        let outcome = try run.run { traces.next() }
        var problems = run.errors
        if !outcome.isFinished { problems.append("\(outcome.ending)") }
        return Outcome(
            trace: traces.last.records, problems: problems,
            deaths: run.deaths.load(ordering: .relaxed), duration: run.duration)
    }

    private func world(_ seed: Seed) -> ChatterWorld {
        ChatterWorld(seed: seed, end: .zero + .milliseconds(60))
    }

    @Test(arguments: Seed.first(3))
    func `gives the trace of one process, and the same run each time`(seed: Seed) throws {
        let world = world(seed)
        let first = try run(world)
        #expect(first.problems == [])
        #expect(first.trace == world.simulatedTrace())
        #expect(try run(world) == first)
    }

    /// All of it at once: a process or the hub dies at any place that matters, connections break
    /// with what is under way, frames are lost and come twice.
    @Test(arguments: FaultSeeds.all)
    func `gives the same trace when connections break and processes die`(seed: Seed) throws {
        let world = world(seed)
        let relay = seed.value.isMultiple(of: 2) ? 0 : 4_096
        let outcome = try run(world, deaths: 0.01, breakage: 0.01, longestRelay: relay)
        #expect(outcome.problems == [])
        let wanted = world.simulatedTrace()
        let differences = wanted.keys.sorted().filter { outcome.trace[$0] != wanted[$0] }.map {
            "node \($0): \(outcome.trace[$0]?.count ?? 0) of \(wanted[$0]?.count ?? 0)"
        }
        #expect(differences == [])
        #expect(outcome.duration < 60, "it hung for a while")
    }

    /// Connections that nothing comes over any more, and that nobody says are gone.
    @Test(arguments: FaultSeeds.all + FaultSeeds.deadAtTheEnd)
    func `gives the same trace when connections go dead unnoticed`(seed: Seed) throws {
        let world = world(seed)
        let relay = seed.value.isMultiple(of: 2) ? 0 : 4_096
        let outcome = try run(world, deafness: 0.003, longestRelay: relay)
        #expect(outcome.problems == [])
        let isSame = outcome.trace == world.simulatedTrace()
        #expect(isSame)
        #expect(outcome.duration < 120, "it hung for a while")
    }

    @Test func `has enough go wrong to tell`() throws {
        let outcomes = try Seed.first(20).map { seed in
            try run(world(seed), deaths: 0.01, breakage: 0.01)
        }
        let deaths = outcomes.reduce(0) { $0 + $1.deaths }
        #expect((40...400).contains(deaths))
    }
}
