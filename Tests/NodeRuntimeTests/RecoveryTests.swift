import Glibc
import Messaging
import NodeRuntime
import SimulationKernel
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct `A live run whose processes are killed` {
    private func options(_ directory: SocketDirectory, deaths: Double, _ seed: Seed) -> LiveOptions
    {
        var options = LiveOptions()
        options.careInterval = .milliseconds(5)
        options.heartbeatInterval = .milliseconds(20)
        options.resendInterval = .milliseconds(10)
        options.startLimit = .seconds(10)
        options.recovery = RecoveryPlan(folder: directory.path + "/recovery")
        options.absenceLimit = .seconds(60)
        options.mortality.probability = deaths
        options.mortality.chance = seed.stream
        return options
    }

    @Test(arguments: Seed.first(12), [0, 4_096])
    func `gives the trace of an undisturbed one`(
        seed: Seed, longestRelay: Int
    ) throws {
        let computesForLong = seed.value.isMultiple(of: 2)
        let world = ChatterWorld(seed: seed)
        let directory = SocketDirectory()
        defer { directory.remove() }
        var options = options(directory, deaths: 0.01, seed)
        options.longestRelay = longestRelay
        // With a snapshot after every fifth window or so.
        options.snapshotWork = computesForLong ? .zero : .seconds(1)
        options.snapshotLog = 2_048
        let run = ThreadedRun(
            world.plan(
                processes: 3, transport: directory.transport, computesForLong: computesForLong),
            options: options
        ) { process, group in
            world.add(process.nodes, to: &group)
        }
        let traces = Traces()
        let outcome = try run.run(into: traces.last, again: { traces.next() })
        #expect(outcome.isFinished, "\(outcome.ending)")
        #expect(run.errors == [])
        let isSame = traces.last.records == world.simulatedTrace()
        #expect(isSame)
        #expect(run.deaths.load(ordering: .relaxed) > 3)
    }
}
