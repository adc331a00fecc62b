import EdgeModel
package import Messaging
package import NodeRuntime
import SimulationKernel
import Stations
import Topologies

extension EmulatedNetwork {
    /// The plan of a live run: who lives where, who talks to whom, and how long that takes.
    ///
    /// - Parameters:
    ///   - run: drawn for every launch.
    ///   - members: names of the processes and their nodes; every node is in exactly one.
    package func livePlan(
        run: UInt64, transport: LivePlan.Transport, members: [(name: String, nodes: [NodeIndex])]
    ) -> LivePlan {
        var home = [Int](repeating: -1, count: nodeCount)
        for (process, member) in members.enumerated() {
            for node in member.nodes { home[Int(node)] = process }
        }
        let processes = members.enumerated().map { process, member in
            var result = LivePlan.Process(
                name: member.name, nodes: member.nodes,
                lookahead: member.nodes.map { leastDelay(from: $0, leaving: process, home) }
                    .min() ?? TrafficSource.lookahead)
            result.computesForLong = member.nodes.contains(where: trains)
            return result
        }
        let clock: LivePlan.Clock =
            switch topology.clock {
            case .virtual: .virtual
            case .wall: .wall(speed: topology.speed, leastDelay: leastDelay)
            }
        return LivePlan(
            run: run, transport: transport, processes: processes, routes: routes,
            publications: publications, clock: clock, end: topology.plan.end, kinds: kinds,
            consequences: consequences)
    }

    /// Whether a node takes gradient steps, many at a time.
    private func trains(_ node: NodeIndex) -> Bool {
        switch topology.training.mode {
        case .none, .frozen: false
        case .central: node == learnerIndex
        case .independent, .federated, .gossip: Int(node) < stationCount
        }
    }

    /// By node index, the nodes that it sends messages to.
    private var routes: [[NodeIndex]] {
        (0..<NodeIndex(nodeCount)).map { node in
            if node == trafficIndex { return stationIndices }
            if node == learnerIndex { return [] }
            let neighbours = topology.neighbours[Int(node)].map { NodeIndex($0.station) }
            return neighbours + (learnerIndex.map { [$0] } ?? [])
        }
    }

    /// By node index, what it sends: a process that sends anything else in its name is not heard.
    private var kinds: [MessageKinds] {
        (0..<NodeIndex(nodeCount)).map { node in
            if node == trafficIndex { return MessageKinds(.task) }
            if node == learnerIndex { return MessageKinds(.weights, .update) }
            // A station that is absent passes its users' tasks on.
            return MessageKinds(.task, .subtask, .notice, .refusal, .report, .transitions, .update)
        }
    }

    /// By node index, how soon something can follow from what it takes in.
    private var consequences: [Consequences] {
        (0..<nodeCount).map { node in
            guard node < stationCount else { return Consequences() }
            return StationConfiguration.consequences(
                trains: topology.training.mode.trains, capacity: capacity(of: node),
                mayLeave: !topology.events.absences(of: node).isEmpty)
        }
    }

    private var publications: [LivePlan.Publication] {
        var result = stationIndices.map { station in
            LivePlan.Publication(
                topic: Topic(kind: .report, publisher: station),
                subscribers: topology.neighbours[Int(station)].map { NodeIndex($0.station) })
        }
        if let learnerIndex {
            let isAverage = topology.training.mode == .federated
            result.append(
                LivePlan.Publication(
                    topic: Topic(kind: isAverage ? .update : .weights, publisher: learnerIndex),
                    subscribers: stationIndices))
        }
        guard topology.training.mode == .gossip else { return result }
        return result
            + stationIndices.map { station in
                LivePlan.Publication(
                    topic: Topic(kind: .update, publisher: station),
                    subscribers: topology.neighbours[Int(station)].map { NodeIndex($0.station) })
            }
    }

    private var stationIndices: [NodeIndex] { (0..<stationCount).map { NodeIndex($0) } }

    /// The least delay of the links that lead from a node to other processes than its own.
    private func leastDelay(
        from node: NodeIndex, leaving process: Int, _ home: [Int]
    ) -> VirtualDuration {
        guard Int(node) < stationCount else {
            return node == trafficIndex
                ? TrafficSource.lookahead : topology.training.learnerLink.delay
        }
        var least = VirtualDuration.unbounded
        for neighbour in topology.neighbours[Int(node)] where home[neighbour.station] != process {
            least = min(least, leastDelay(from: Int(node), over: neighbour))
        }
        if let learnerIndex, home[Int(learnerIndex)] != process {
            least = min(least, topology.training.learnerLink.delay)
        }
        return min(least, TrafficSource.lookahead)
    }
}
