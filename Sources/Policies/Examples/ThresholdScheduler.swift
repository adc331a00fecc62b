package import Messaging

/// `threshold`: keeps a task at home unless a neighbour is expected to finish it much sooner.
///
/// The example of docs/SCHEDULERS.md. Small gains are often errors of old state reports, and
/// stations that all chase the same small gain meet at the same server.
package struct ThresholdScheduler: DecisionMaker {
    /// How much sooner the task must be finished elsewhere, as a share of the time at home.
    private let leastGain: Double

    package init(leastGain: Double = 0.2) {
        precondition(leastGain >= 0, "a least gain of \(leastGain)")
        self.leastGain = leastGain
    }

    package mutating func decide(_ observation: Observation) -> Action {
        let home = observation.candidates[0].estimatedCompletion
        var (bestSlot, bestTime) = (0, home * (1 - leastGain))
        for (slot, candidate) in observation.candidates.enumerated().dropFirst() {
            let time = candidate.estimatedCompletion
            if time < bestTime { (bestSlot, bestTime) = (slot, time) }
        }
        return Action(placement: .whole(bestSlot))
    }
}
