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
    /// The topology's checkpoints, which are known to fit the agent: none, one for all stations, or
    /// one for each.
    private(set) var startCheckpoints: [Checkpoint] = []
    /// What all nodes remember when the run is the rest of another; empty for a run of its own.
    private let remembered: [NodeSnapshot]

    /// - Parameter remembered: what the nodes of a run had at its end, which this one continues.
    /// - Throws: `EmulationError` when the topology's checkpoint, or what the nodes had, cannot be
    ///   used.
    package init(
        _ topology: Topology, continuing remembered: [NodeSnapshot] = []
    ) throws(EmulationError) {
        self.topology = topology
        self.remembered = remembered
        typical = TypicalTask(of: topology)
        truth =
            topology.scheduler.policy.isOracle
            ? Self.committedWork(of: topology) : nil
        startCheckpoints = try loadCheckpoints()
        if !remembered.isEmpty { try checkMemory() }
    }

    /// How many episodes the run that is continued had.
    package var earlierEpisodes: Int {
        guard let time = remembered.first?.time else { return 0 }
        return Int(time.nanoseconds / topology.plan.period.nanoseconds)
    }

    /// Sees whether the nodes can take over what they should remember.
    private func checkMemory() throws(EmulationError) {
        func refuse(_ reason: String) -> EmulationError {
            EmulationError(
                description: "the run cannot be continued: \(reason)", exitCode: 65)
        }
        guard remembered.map(\.node) == Array(0..<NodeIndex(nodeCount)) else {
            throw refuse("its state is that of \(remembered.count) nodes, not of \(nodeCount)")
        }
        let time = topology.plan.end(of: earlierEpisodes - 1)
        guard earlierEpisodes > 0, remembered.allSatisfy({ $0.time == time }) else {
            throw refuse("its processes ended at different instants, or within an episode")
        }
        var group = NodeGroup(sink: NowhereSink())
        for index in 0..<NodeIndex(nodeCount) { addFresh(index, to: &group, recordsStates: false) }
        do { try group.restore(from: remembered) } catch { throw refuse("\(error)") }
    }

    /// For nodes that are only looked at.
    private final class NowhereSink: RecordSink {
        func keep(_ record: Record) {}
    }

    package var stationCount: Int { topology.stations.count }
    package var trafficIndex: NodeIndex { NodeIndex(stationCount) }

    /// The index of the learner, which trains or averages; nil when there is none.
    package var learnerIndex: NodeIndex? {
        topology.training.mode.hasLearner ? NodeIndex(stationCount + 1) : nil
    }

    package var nodeCount: Int { stationCount + (learnerIndex == nil ? 1 : 2) }

    package func name(of index: NodeIndex) -> String {
        if Int(index) < stationCount { return topology.stations[Int(index)].name }
        return index == trafficIndex ? "traffic" : "learner"
    }

    package func index(named name: String) -> NodeIndex? {
        (0..<NodeIndex(nodeCount)).first { self.name(of: $0) == name }
    }

    /// Makes nodes and their decision makers, and adds them to a group in which nothing has
    /// happened; with what they remember when the run is continued.
    package func add(
        _ nodes: some Sequence<NodeIndex>, to group: inout NodeGroup, recordsStates: Bool = true
    ) {
        for index in nodes { addFresh(index, to: &group, recordsStates: recordsStates) }
        guard let time = remembered.first?.time else { return }
        group.startTime = time - VirtualDuration(nanoseconds: 1)
        do { try group.restore(from: remembered) } catch {
            preconditionFailure("a state that was good has become bad: \(error)")
        }
    }

    private func addFresh(
        _ index: NodeIndex, to group: inout NodeGroup, recordsStates: Bool
    ) {
        if Int(index) < stationCount {
            var configuration = stationConfiguration(of: Int(index))
            configuration.recordsStates = recordsStates
            let trainer = configuration.training.map { _ in makeTrainer(of: Int(index)) }
            group.add(
                BaseStation(configuration, trainer: trainer), at: index,
                decisionMaker: decisionMaker(of: Int(index)))
        } else if index == trafficIndex {
            group.add(TrafficSource(trafficConfiguration), at: index)
        } else if topology.training.mode == .federated {
            add(learner: makeFederatedLearner(at: index), at: index, to: &group)
        } else {
            add(learner: makeLearner(), at: index, to: &group)
        }
    }

    private func add(learner: some Node, at index: NodeIndex, to group: inout NodeGroup) {
        let outages = topology.events.learnerOutages
        guard !outages.isEmpty else { return group.add(learner, at: index) }
        group.add(InterruptedLearner(learner, outages: outages, plan: topology.plan), at: index)
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
