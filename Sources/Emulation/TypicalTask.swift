import EdgeModel
import Policies
import SimulationKernel
import Topologies

/// Means over all traffic and all stations of a topology.
///
/// They turn raw quantities into features and delays into rewards, so that one set of
/// hyper-parameters fits small and large networks.
struct TypicalTask: Hashable, Sendable {
    /// Mbit.
    let size: Double
    /// Gcycles.
    let workload: Double
    /// Seconds on a server of mean capacity.
    let service: Double
    /// Seconds; the mean over classes that have a deadline, or nil.
    let deadline: Double?

    init(of topology: Topology) {
        let slot = topology.slot ?? .seconds(1)
        var total = OfferedLoad()
        for trafficClass in topology.traffic {
            for station in trafficClass.stations {
                total =
                    total
                    + trafficClass.offeredLoad(
                        at: station, slot: slot, horizon: topology.plan.horizon)
            }
        }
        let capacity = topology.stations.reduce(0) {
            $0 + $1.capacity.meanCapacity(over: topology.plan.horizon).value
        }
        let deadlines = topology.traffic.map(\.deadline).filter { $0 < .unbounded }
        let tasks = max(total.tasks, .leastNormalMagnitude)
        size = total.input / tasks
        workload = total.work / tasks
        service = workload / (capacity / Double(topology.stations.count))
        deadline =
            deadlines.isEmpty
            ? nil : deadlines.reduce(0) { $0 + $1.seconds } / Double(deadlines.count)
    }

    /// What features are divided by: waits and times in units of two typical services, so that
    /// their sums stay comparable; a feature saturates at four of its units.
    func featureScales(statePeriod: VirtualDuration) -> FeatureScales {
        var scales = FeatureScales()
        scales.size = positive(size)
        scales.workload = positive(workload)
        scales.deadline = deadline ?? 1
        let time = positive(2 * service)
        scales.egressWait = time
        scales.wait = time
        scales.transfer = time
        scales.service = time
        scales.age = statePeriod.seconds
        return scales
    }

    /// Seconds; 1 without work.
    var positiveService: Double { positive(service) }

    private func positive(_ value: Double) -> Double { value > 0 ? value : 1 }
}
