package import Messaging
package import SimulationKernel

/// The decisions of one episode on their way to becoming transitions (docs/MODEL.md, section 6).
///
/// Decision k is complete when its reward and the observation of decision k + 1 are known.
/// Transitions leave in the order of that instant, ties by k. The last decision of an episode is
/// bootstrapped with its own observation; decisions without a reward by then are dropped.
///
/// With n-step returns, decision k waits for the rewards of decisions k ... k + n - 1 and for
/// observation k + n. At an episode's end it makes do with those that are known: up to the first
/// without a reward, whose observation is then the next one, or up to the last decision.
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

    private let steps: Int
    private let discount: Double

    /// - Parameters:
    ///   - limit: the most transitions that wait to be sent.
    ///   - steps: n, 1 ... 255.
    ///   - discount: what each later reward of a return counts, times that of the one before.
    package init(limit: Int = .max, steps: Int = 1, discount: Double = 1) {
        precondition((1...255).contains(steps), "returns over \(steps) steps")
        self.limit = limit
        self.steps = steps
        self.discount = discount
    }

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
        if number >= UInt32(steps) { completeIfKnown(number - UInt32(steps), at: now) }
        return number
    }

    /// The outcome of decision k.
    package mutating func reward(_ number: UInt32, _ reward: Float, at now: VirtualInstant) {
        decisions[Int(number - base)].reward = reward
        let first = number - min(number, UInt32(steps - 1))
        for waiting in first...number { completeIfKnown(waiting, at: now) }
    }

    /// Ends the episode: completes the last decision and forgets the others.
    package mutating func endEpisode(at now: VirtualInstant) {
        for place in start..<decisions.count where !decisions[place].isComplete {
            let end = min(place + steps, decisions.count)
            let known = (place..<end).first { decisions[$0].reward == nil } ?? end
            guard known > place else { continue }
            // The one decision after the last that could be valued is the last itself.
            let isLast = known == decisions.count
            complete(
                place, count: known - place, next: isLast ? known - 1 : known,
                truncated: isLast, at: now)
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
        guard place + steps < decisions.count, !decisions[place].isComplete else { return }
        for step in 0..<steps where decisions[place + step].reward == nil { return }
        complete(place, count: steps, next: place + steps, truncated: false, at: now)
        trim()
    }

    /// - Parameter count: the rewards that the return has.
    private mutating func complete(
        _ place: Int, count: Int, next: Int, truncated: Bool, at now: VirtualInstant
    ) {
        let decision = decisions[place]
        decisions[place].isComplete = true
        var (reward, weight) = (0.0, 1.0)
        for step in 0..<count {
            reward += weight * Double(decisions[place + step].reward ?? 0)
            weight *= discount
        }
        let following = decisions[next].experience
        let transition = Transition(
            features: decision.experience.features, mask: decision.experience.mask,
            choice: decision.experience.choice, reward: Float(reward),
            nextFeatures: following.features, nextMask: following.mask, truncated: truncated,
            steps: UInt8(count), policyVersion: decision.policyVersion,
            chainStart: decision.experience.chainStart, nextChainStart: following.chainStart)
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
