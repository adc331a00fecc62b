import EdgeModel
import Messaging
package import NodeRuntime
package import Recording
package import SimulationKernel
import Topologies

extension Recorder: RecordSink {}

extension EmulatedNetwork {
    /// What results need to know of the run beforehand.
    package var description: RunDescription {
        var run = RunDescription(
            name: topology.name, seed: topology.seed, stations: topology.stations.map(\.name),
            trafficClasses: topology.traffic.map(\.name), plan: topology.plan,
            policy: topology.scheduler.policy.rawValue,
            training: topology.training.mode == .none ? nil : topology.training.mode.rawValue,
            events: topology.eventLines.map {
                RunDescription.Event(start: $0.start, end: $0.end, what: $0.text)
            })
        run.hasLearner = topology.training.mode.hasLearner
        run.trainsAtStations = topology.training.mode.trainsAtStations
        run.learnerOutages = topology.events.learnerOutages
        return run
    }
}

extension EmulatedNetwork {
    /// When each of the episodes ends that this run is to do.
    var episodeEnds: [VirtualInstant] {
        (earlierEpisodes..<topology.plan.episodes).map { topology.plan.end(of: $0) }
    }

    /// When the first of them begins.
    package var beginning: VirtualInstant { topology.plan.start(of: earlierEpisodes) }
}

/// A run of all nodes in this process, under the virtual clock.
package struct InProcessRun {
    private let network: EmulatedNetwork
    private var driver: SimulatedDriver

    package init(
        _ network: EmulatedNetwork, sink: any RecordSink, recordsStates: Bool = true,
        tape: (any InputTape)? = nil, keeper: (any SnapshotKeeper)? = nil
    ) {
        self.network = network
        var group = NodeGroup(sink: sink)
        group.tape = tape
        network.add(
            0..<NodeIndex(network.nodeCount), to: &group, recordsStates: recordsStates)
        if let keeper { group.keepSnapshots(at: network.episodeEnds, in: keeper) }
        driver = SimulatedDriver(group: group, end: network.topology.plan.end)
    }

    /// Runs to the end, or until `shouldStop` (asked every 100 ms of virtual time) says so.
    package mutating func run(shouldStop: (_ now: VirtualInstant) -> Bool) -> RunFacts {
        let began = MonotonicClock.now
        let isFinished = driver.run(asking: .milliseconds(100), shouldStop: shouldStop)
        var facts = RunFacts()
        facts.outcome = isFinished ? .finished : .interrupted
        facts.virtualSeconds =
            Double((driver.group.now - network.beginning).nanoseconds) * 1e-9
        facts.wallSeconds = Double(MonotonicClock.now - began) * 1e-9
        facts.events = driver.group.events
        let latency = driver.group.decisionLatency
        if latency.total > 0 {
            facts.decisionMedian = latency.quantile(0.5)
            facts.decisionP99 = latency.quantile(0.99)
        }
        return facts
    }
}
