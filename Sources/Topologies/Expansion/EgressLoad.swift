import EdgeModel

/// How busy transmit ports would be under a plain rule: every task is divided among its station
/// and the neighbours in proportion to capacity, and results go back the same way.
///
/// No policy has to do so; it is what spreading the work evenly would cost.
package struct EgressLoad: Sendable {
    /// For each station, busy time over time: of its port, or of its busiest link's port.
    package let ports: [Double]

    package init(_ topology: Topology, _ load: NetworkLoad) {
        var shares = [Double](repeating: 0, count: topology.stations.count)
        var busiest = shares
        for station in topology.stations.indices {
            let row = topology.neighbours[station]
            let capacity = row.reduce(load.capacities[station]) { $0 + load.capacities[$1.station] }
            for neighbour in row {
                let input =
                    load.offered[station].input * load.capacities[neighbour.station] / capacity
                let sent = input / neighbour.link.rate.value
                shares[station] += sent
                busiest[station] = max(busiest[station], sent)
                guard load.offered[station].output > 0,
                    let back = topology.neighbours.link(from: neighbour.station, to: station)
                else { continue }
                let output =
                    load.offered[station].output * load.capacities[neighbour.station] / capacity
                shares[neighbour.station] += output / back.rate.value
                busiest[neighbour.station] = max(
                    busiest[neighbour.station], output / back.rate.value)
            }
        }
        switch topology.egress {
        case .shared: ports = shares
        case .perLink: ports = busiest
        }
    }

    package var highest: (station: Int, load: Double)? {
        ports.enumerated().max { ($0.element, -$0.offset) < ($1.element, -$1.offset) }
            .map { ($0.offset, $0.element) }
    }
}
