import EdgeModel
package import Messaging

/// `waterfill`: the task is split over all candidates so that, by the last known state, its last
/// part is done as early as possible (docs/MODEL.md, section 4).
package struct WaterfillScheduler: DecisionMaker {
    package init() {}

    package mutating func decide(_ observation: Observation) -> Action {
        let estimates = observation.candidates.map(\.estimate)
        return Action(placement: .split(Allocation.waterfill(estimates).fractions))
    }
}
