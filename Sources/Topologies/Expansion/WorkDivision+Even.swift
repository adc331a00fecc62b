import EdgeModel

extension WorkDivision {
    private static let sweepLimit = 60
    /// Change of a server's load at which the steps end.
    private static let tolerance = 1e-4

    /// Work is spread as evenly over servers as neighbourhoods allow: the busiest server has as
    /// little as any division can give it.
    ///
    /// Each station in turn divides its own work anew so that the servers within its reach become
    /// equally busy, given what the others send there. Every step lowers the sum of squared load
    /// times capacity, a convex function of the division, so the steps approach its minimum, at
    /// which the busiest server has as little as possible. Ports are not looked at.
    package static func even(_ topology: Topology, _ load: NetworkLoad) -> WorkDivision {
        let reach = topology.stations.indices.map { station in
            [station] + topology.neighbours[station].map(\.station)
        }
        // At first each station keeps its work.
        var sent = reach.map { [1.0] + [Double](repeating: 0, count: $0.count - 1) }
        var servers = topology.stations.indices.map { load.offered[$0].work / load.capacities[$0] }
        for _ in 0..<sweepLimit where sweep(load, reach, &sent, &servers) < tolerance { break }
        return WorkDivision(topology, load, fractions: sent)
    }

    /// Once through all stations; the largest change of a server's load.
    private static func sweep(
        _ load: NetworkLoad, _ reach: [[Int]], _ sent: inout [[Double]], _ servers: inout [Double]
    ) -> Double {
        var change = 0.0
        for station in reach.indices
        where load.offered[station].work > 0 && reach[station].count > 1 {
            let costs = reach[station].map { load.offered[station].work / load.capacities[$0] }
            let others = reach[station].indices.map { place in
                max(0, servers[reach[station][place]] - sent[station][place] * costs[place])
            }
            let fractions = Allocation.waterfill(waits: others, costs: costs).fractions
            for (place, server) in reach[station].enumerated() {
                let value = others[place] + costs[place] * fractions[place]
                change = max(change, abs(value - servers[server]))
                servers[server] = value
            }
            sent[station] = fractions
        }
        return change
    }

    /// What each station's port must send at the very least: the input of the work that its own
    /// server cannot do, over its fastest link. Above 1 no division can be carried.
    static func leastPorts(_ topology: Topology, _ load: NetworkLoad) -> [Double] {
        topology.stations.indices.map { station in
            let offered = load.offered[station]
            let excess = max(0, 1 - load.capacities[station] / max(offered.work, 1e-12))
            let rates = topology.neighbours[station].map(\.link.rate.value)
            let rate = topology.egress == .shared ? rates.max() ?? 0 : rates.reduce(0, +)
            return rate > 0 ? offered.input * excess / rate : 0
        }
    }
}
