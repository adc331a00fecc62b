package import EdgeModel
import SimulationKernel

/// What the users of a topology ask for, station by station, and what the network could do.
package struct NetworkLoad: Sendable {
    /// For each station, the sum of all classes.
    package let offered: [OfferedLoad]
    /// For each station the mean capacity over an episode's horizon, GHz.
    package let capacities: [Double]

    package init(_ topology: Topology) {
        var offered = [OfferedLoad](repeating: OfferedLoad(), count: topology.stations.count)
        for trafficClass in topology.traffic {
            if case .trace(let trace) = trafficClass.arrivals {
                Self.add(
                    trace, of: trafficClass, horizon: topology.plan.horizon.seconds, to: &offered)
                continue
            }
            guard let first = trafficClass.stations.first else { continue }
            // A class offers the same at each of its stations.
            let load = trafficClass.offeredLoad(
                at: first, slot: topology.slot ?? .seconds(1), horizon: topology.plan.horizon)
            for station in trafficClass.stations { offered[station] = offered[station] + load }
        }
        self.offered = offered
        capacities = topology.stations.map {
            $0.capacity.meanCapacity(over: topology.plan.horizon).value
        }
    }

    package var total: OfferedLoad { offered.reduce(OfferedLoad(), +) }
    package var totalCapacity: Double { capacities.reduce(0, +) }
    /// Offered work over capacity of the whole network.
    package var utilisation: Double { total.work / totalCapacity }

    private static func add(
        _ trace: ArrivalProcess.Trace, of trafficClass: TrafficClass, horizon: Double,
        to offered: inout [OfferedLoad]
    ) {
        for row in trace.arrivals.indices {
            let station =
                trace.stations.isEmpty ? trafficClass.stations.first ?? 0 : trace.stations[row]
            let size = trace.sizes.isEmpty ? trafficClass.size.mean : trace.sizes[row]
            let result = trace.results.isEmpty ? trafficClass.result.mean : trace.results[row]
            let work =
                trace.workloads.isEmpty
                ? trafficClass.workload.mean(size: size) : trace.workloads[row]
            offered[station] =
                offered[station]
                + OfferedLoad(
                    tasks: 1 / horizon, input: size / horizon, output: result / horizon,
                    work: work / horizon)
        }
    }
}
