package import Messaging
package import SimulationKernel

/// The decisions of one episode on their way to becoming transitions (docs/MODEL.md, section 6).
///
/// Decision k is complete when its reward and the observation of decision k + 1 are known.
/// Transitions leave in the order of that instant, ties by k. The last decision of an episode is
/// bootstrapped with its own observation; decisions without a reward by then are dropped.
package struct TransitionLog: Sendable, Codable {
    private struct Decision: Codable {
        var experience: Action.Experience
        var policyVersion: UInt64
        var reward: Float?
        var isComplete = false
    }

    private struct Complete: Codable {
        var at: VirtualInstant
        var decision: UInt32
        var transition: Transition
    }

    /// Decision k is `decisions[k - base]`; those before `start` are let go of.
    private var decisions: [Decision] = []
    private var base: UInt32 = 0
    private var start = 0
    private var complete: [Complete] = []
    /// The most that wait to be sent; the oldest make room, and are counted.
    private let limit: Int
    private var dropped: UInt64 = 0

    package init(limit: Int = .max) { self.limit = limit }

    /// Whether transitions wait to be sent.
    package var isEmpty: Bool { complete.isEmpty }

    /// Adds a decision.
    ///
    /// - Returns: its number k.
    package mutating func add(
        _ experience: Action.Experience, policyVersion: UInt64, at now: VirtualInstant
    ) -> UInt32 {
        let number = base + UInt32(decisions.count)
        decisions.append(Decision(experience: experience, policyVersion: policyVersion))
        if number > 0 { completeIfKnown(number - 1, at: now) }
        return number
    }

    /// The outcome of decision k.
    package mutating func reward(_ number: UInt32, _ reward: Float, at now: VirtualInstant) {
        decisions[Int(number - base)].reward = reward
        completeIfKnown(number, at: now)
    }

    /// Ends the episode: completes the last decision and forgets the others.
    package mutating func endEpisode(at now: VirtualInstant) {
        if let last = decisions.last, !last.isComplete, last.reward != nil {
            complete(decisions.count - 1, next: last.experience, truncated: true, at: now)
        }
        decisions.removeAll(keepingCapacity: true)
        base = 0
        start = 0
    }

    /// Takes out what was complete before an instant, in order.
    package mutating func take(before instant: VirtualInstant) -> [Transition] {
        let count = complete.firstIndex { $0.at >= instant } ?? complete.count
        let taken = complete[..<count].sorted { ($0.at, $0.decision) < ($1.at, $1.decision) }
        complete.removeFirst(count)
        return taken.map(\.transition)
    }

    /// How many were dropped since this was asked last.
    package mutating func takeDropped() -> UInt64 {
        defer { dropped = 0 }
        return dropped
    }

    private mutating func completeIfKnown(_ number: UInt32, at now: VirtualInstant) {
        guard number >= base + UInt32(start) else { return }
        let place = Int(number - base)
        guard place + 1 < decisions.count, decisions[place].reward != nil,
            !decisions[place].isComplete
        else { return }
        complete(place, next: decisions[place + 1].experience, truncated: false, at: now)
        trim()
    }

    private mutating func complete(
        _ place: Int, next: Action.Experience, truncated: Bool, at now: VirtualInstant
    ) {
        let decision = decisions[place]
        decisions[place].isComplete = true
        let transition = Transition(
            features: decision.experience.features, mask: decision.experience.mask,
            choice: decision.experience.choice, reward: decision.reward ?? 0,
            nextFeatures: next.features, nextMask: next.mask, truncated: truncated,
            policyVersion: decision.policyVersion, chainStart: decision.experience.chainStart)
        if complete.count >= limit {
            complete.removeFirst()
            dropped += 1
        }
        complete.append(
            Complete(at: now, decision: base + UInt32(place), transition: transition))
    }

    /// Lets go of the complete decisions at the front, in large strides.
    private mutating func trim() {
        while start < decisions.count, decisions[start].isComplete { start += 1 }
        guard start >= 64, 2 * start >= decisions.count else { return }
        decisions.removeFirst(start)
        base += UInt32(start)
        start = 0
    }
}
