/// How often a station tries a random action while a network of action values is trained.
///
/// The probability falls linearly from `start` to `end` over the first `decisions` decisions of
/// the station in the run, and stays there. Agents whose policy is a distribution explore by
/// drawing from it and have no such schedule.
package struct ExplorationSchedule: Hashable, Sendable {
    package var start: Double
    package var end: Double
    package var decisions: Int

    package init(start: Double = 1, end: Double = 0.05, decisions: Int = 2000) {
        precondition((0...1).contains(start) && (0...1).contains(end) && decisions > 0)
        self.start = start
        self.end = end
        self.decisions = decisions
    }

    /// The probability of a random action at a decision, counted from 0.
    package func probability(at decision: UInt64) -> Double {
        let progress = min(1, Double(decision) / Double(decisions))
        return start + (end - start) * progress
    }
}
