import EdgeModel

/// How busy servers and transmit ports are when each station divides all that its users ask for
/// in fixed fractions among itself and its neighbours, and results go back the same way.
package struct WorkDivision: Sendable {
    /// For each station, work that comes to its server over its capacity.
    package let servers: [Double]
    /// For each station, busy time over time: of its port, or of its busiest link's port.
    package let ports: [Double]

    /// - Parameter fractions: for each station its own, then those of its neighbours in order.
    init(_ topology: Topology, _ load: NetworkLoad, fractions: [[Double]]) {
        var servers = [Double](repeating: 0, count: topology.stations.count)
        var shared = servers
        var busiest = servers
        for station in topology.stations.indices {
            let offered = load.offered[station]
            servers[station] += fractions[station][0] * offered.work / load.capacities[station]
            for (neighbour, fraction) in zip(
                topology.neighbours[station], fractions[station].dropFirst())
            {
                let server = neighbour.station
                servers[server] += fraction * offered.work / load.capacities[server]
                let input = offered.input * fraction / neighbour.link.rate.value
                shared[station] += input
                busiest[station] = max(busiest[station], input)
                guard offered.output > 0,
                    let back = topology.neighbours.link(from: server, to: station)
                else { continue }
                let output = offered.output * fraction / back.rate.value
                shared[server] += output
                busiest[server] = max(busiest[server], output)
            }
        }
        self.servers = servers
        switch topology.egress {
        case .shared: ports = shared
        case .perLink: ports = busiest
        }
    }

    /// Every task is divided in proportion to capacity. No policy has to do so; it is what
    /// spreading work without looking at queues would cost.
    package static func proportional(_ topology: Topology, _ load: NetworkLoad) -> WorkDivision {
        let fractions = topology.stations.indices.map { station in
            let reach = [station] + topology.neighbours[station].map(\.station)
            let capacity = reach.reduce(0) { $0 + load.capacities[$1] }
            return reach.map { load.capacities[$0] / capacity }
        }
        return WorkDivision(topology, load, fractions: fractions)
    }

    /// Whether servers and ports can all keep up.
    package var isCarried: Bool {
        servers.allSatisfy { $0 < 1 } && ports.allSatisfy { $0 < 1 }
    }

    /// The first station with the highest of these loads.
    package static func highest(of loads: [Double]) -> (station: Int, load: Double)? {
        loads.enumerated().max { ($0.element, -$0.offset) < ($1.element, -$1.offset) }
            .map { ($0.offset, $0.element) }
    }
}
