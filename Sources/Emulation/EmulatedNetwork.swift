import EdgeModel
import Learning
package import Messaging
import NeuralNetwork
package import NodeRuntime
import Policies
package import SimulationKernel
import Stations
package import Topologies

/// The nodes of one topology: who has which index, and how each of them is made.
///
/// Stations come first in file order, then the traffic source, then the learner if there is one.
/// Every process makes its own nodes from the same topology, so nothing but the topology has to
/// be the same for the network to be the same.
package struct EmulatedNetwork: Sendable {
    package let topology: Topology
    /// Means over all traffic, which rewards and features are scaled by.
    let typical: TypicalTask
    /// What oracle schedulers share; nil for the others.
    let truth: CommittedWork?
    /// The topology's checkpoint, which is known to fit the agent; nil without one.
    private(set) var startCheckpoint: Checkpoint?

    /// - Throws: `EmulationError` when the topology's checkpoint cannot be used.
    package init(_ topology: Topology) throws(EmulationError) {
        self.topology = topology
        typical = TypicalTask(of: topology)
        truth =
            topology.scheduler.policy.isOracle
            ? Self.committedWork(of: topology) : nil
        if let path = topology.training.checkpoint {
            startCheckpoint = try loadCheckpoint(from: path)
        }
    }

    package var stationCount: Int { topology.stations.count }
    package var trafficIndex: NodeIndex { NodeIndex(stationCount) }

    /// The learner's index; nil when nobody trains.
    package var learnerIndex: NodeIndex? {
        topology.training.mode == .central ? NodeIndex(stationCount + 1) : nil
    }

    package var nodeCount: Int { stationCount + (learnerIndex == nil ? 1 : 2) }

    package func name(of index: NodeIndex) -> String {
        if Int(index) < stationCount { return topology.stations[Int(index)].name }
        return index == trafficIndex ? "traffic" : "learner"
    }

    package func index(named name: String) -> NodeIndex? {
        (0..<NodeIndex(nodeCount)).first { self.name(of: $0) == name }
    }

    /// Makes a node and its decision maker, and adds them to a group.
    package func add(_ index: NodeIndex, to group: inout NodeGroup, recordsStates: Bool = true) {
        if Int(index) < stationCount {
            var configuration = stationConfiguration(of: Int(index))
            configuration.recordsStates = recordsStates
            group.add(
                BaseStation(configuration), at: index, decisionMaker: decisionMaker(of: Int(index)))
        } else if index == trafficIndex {
            group.add(TrafficSource(trafficConfiguration), at: index)
        } else {
            let outages = topology.events.learnerOutages
            let learner = makeLearner()
            if outages.isEmpty {
                group.add(learner, at: index)
            } else {
                group.add(
                    InterruptedLearner(learner, outages: outages, plan: topology.plan), at: index)
            }
        }
    }

    /// What an oracle knows of the servers: their capacities and absences, scheduled ones included.
    private static func committedWork(of topology: Topology) -> CommittedWork {
        let events = topology.events
        let profiles = topology.stations.indices.map {
            events.capacity(of: $0, from: topology.stations[$0].capacity)
        }
        let absences =
            events.isEmpty ? [] : topology.stations.indices.map { events.absences(of: $0) }
        return CommittedWork(profiles: profiles, absences: absences, plan: topology.plan)
    }

    /// The least delay that a link has at any time of the run.
    func leastDelay(from station: Int, over neighbour: NeighbourTable.Neighbour) -> VirtualDuration
    {
        topology.events.link(from: station, to: neighbour.station, initially: neighbour.link)
            .leastDelay
    }

    /// The least time that a message between any two nodes needs at any time of the run, scheduled
    /// changes included; the clock's window is this long when every node has a process of its own,
    /// and never longer.
    package var leastDelay: VirtualDuration {
        var least = TrafficSource.lookahead
        for station in 0..<stationCount {
            for neighbour in topology.neighbours[station] {
                least = min(least, leastDelay(from: station, over: neighbour))
            }
        }
        return learnerIndex == nil ? least : min(least, topology.training.learnerLink.delay)
    }

    private var trafficConfiguration: TrafficConfiguration {
        TrafficConfiguration(
            stationNames: topology.stations.map(\.name), classes: topology.traffic,
            slot: topology.slot ?? .seconds(1), placement: topology.slotPlacement,
            plan: topology.plan, events: topology.events, seed: topology.seed)
    }
}
