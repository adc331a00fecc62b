package import Messaging

/// The schedulers without learning (docs/MODEL.md, section 7), by the names that files use.
package enum SchedulerName: String, Hashable, Sendable, CaseIterable {
    case local
    case random
    case proportional
    case roundRobin = "round-robin"
    case powerOfTwo = "power-of-two"
    case leastBacklog = "least-backlog"
    case earliestCompletion = "earliest-completion"
    case threshold
    case waterfill

    /// The scheduler for one station.
    ///
    /// - Parameters:
    ///   - seed: the run's seed.
    ///   - station: the station's name, which keys its stream of chance.
    package func decisionMaker(seed: UInt64, station: String) -> any DecisionMaker {
        switch self {
        case .local: LocalScheduler()
        case .random: RandomScheduler(seed: seed, station: station)
        case .proportional: ProportionalScheduler(seed: seed, station: station)
        case .roundRobin: RoundRobinScheduler()
        case .powerOfTwo: PowerOfTwoScheduler(seed: seed, station: station)
        case .leastBacklog: LeastBacklogScheduler()
        case .earliestCompletion: EarliestCompletionScheduler()
        case .threshold: ThresholdScheduler()
        case .waterfill: WaterfillScheduler()
        }
    }
}
