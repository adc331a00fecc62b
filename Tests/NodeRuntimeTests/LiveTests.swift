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

    private func run(
        _ world: ChatterWorld, processes: Int, _ options: LiveOptions
    ) throws -> (trace: [NodeIndex: [TaskRecord]], outcome: LiveOutcome) {
        let directory = SocketDirectory()
        defer { directory.remove() }
        let plan = world.plan(processes: processes, transport: directory.transport)
        let run = LiveRun(plan, options: options) { process, group in
            world.add(process.nodes, to: &group)
        }
        let trace = ChatterTrace()
        let outcome = try run.run(into: trace)
        #expect(run.errors == [])
        return (trace.records, outcome)
    }

    @Test(arguments: [1, 2, 3, 12])
    func `gives the trace of one process`(processes: Int) throws {
        let world = ChatterWorld(seed: Seed(5))
        let (trace, outcome) = try run(world, processes: processes, options)
        guard case .finished = outcome.ending else {
            Issue.record("ended as \(outcome.ending)")
            return
        }
        #expect(trace == world.simulatedTrace())
        #expect(outcome.total(\.refusedSends) == 0)
        #expect(outcome.total(\.frameGaps) == 0)
        #expect(outcome.statistics.allSatisfy { $0 != nil })
    }
}
