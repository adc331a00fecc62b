package import EdgeModel
package import Messaging
package import SimulationKernel

/// `oracle-earliest-completion` and `oracle-waterfill`: the rules of those names, with the true
/// committed work of every server instead of what was last reported.
///
/// They also see who is away or cut off, though not who will be.
///
/// Greedy with perfect information; that is not the optimum, since no rule knows what comes next.
package struct OracleScheduler: DecisionMaker {
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case earliestCompletion = "oracle-earliest-completion"
        case waterfill = "oracle-waterfill"
    }

    private let rule: Rule
    private let truth: CommittedWork
    private let decisionTime: VirtualDuration
    private let hasOnePort: Bool
    /// When the links towards some servers are cut, in each episode.
    private let cuts: [NodeIndex: [TimeSpan]]

    /// The wait for a server that cannot be reached, seconds: longer than any run.
    private static var never: Double { 1e10 }

    /// - Parameters:
    ///   - truth: shared by the schedulers of all stations.
    ///   - decisionTime: from a decision to its placement.
    ///   - hasOnePort: whether a station's links share one transmit port.
    ///   - cuts: when scheduled partitions cut the links to other servers, in each episode.
    package init(
        _ rule: Rule, truth: CommittedWork, decisionTime: VirtualDuration = .zero,
        hasOnePort: Bool = true, cuts: [NodeIndex: [TimeSpan]] = [:]
    ) {
        self.hasOnePort = hasOnePort
        self.cuts = cuts
        self.rule = rule
        self.truth = truth
        self.decisionTime = decisionTime
    }

    package mutating func begin(episode: Int) { truth.begin(episode: episode) }

    /// All schedulers of a run remember the same, and put back the same.
    package mutating func remember(_ memory: inout Memory) throws {
        try truth.remember(&memory)
    }

    private func isReachable(_ server: NodeIndex, at now: VirtualInstant) -> Bool {
        let instant = truth.sinceStart(now)
        return !truth.isAway(server, at: instant)
            && cuts[server]?.contains { $0.contains(instant) } != true
    }

    package mutating func decide(_ observation: Observation) -> Action {
        var known = observation
        for slot in known.candidates.indices {
            let outlook = truth.outlook(
                of: known.candidates[slot].server, at: observation.time + decisionTime)
            guard isReachable(known.candidates[slot].server, at: observation.time) else {
                known.candidates[slot].wait = Self.never
                continue
            }
            known.candidates[slot].wait = outlook.wait
            known.candidates[slot].backlog = outlook.wait * outlook.capacity.value
            known.candidates[slot].capacity = outlook.capacity.value
            known.candidates[slot].service =
                observation.task.workload.value
                / outlook.capacity.value
            known.candidates[slot].age = 0
        }
        let action: Action
        switch rule {
        case .earliestCompletion:
            var scheduler = EarliestCompletionScheduler()
            action = scheduler.decide(known)
        case .waterfill:
            var scheduler = WaterfillScheduler()
            action = scheduler.decide(known)
        }
        commit(action.placement, of: known)
        return action
    }

    /// Notes where the parts go and when each reaches its queue: the remote ones leave in
    /// candidate order.
    private func commit(_ placement: Placement, of known: Observation) {
        let placed = known.time + decisionTime
        // What the parts before it add to a shared port.
        var ahead = 0.0
        for (slot, candidate) in known.candidates.enumerated() {
            let fraction: Double =
                switch placement {
                case .whole(let chosen): chosen == slot ? 1 : 0
                case .split(let fractions): slot < fractions.count ? fractions[slot] : 0
                }
            guard fraction > 0 else { continue }
            var arrival = placed
            if slot > 0 {
                let sending = fraction * candidate.transfer
                arrival =
                    placed + .seconds(candidate.egressWait + ahead + sending + candidate.delay)
                if hasOnePort { ahead += sending }
            }
            truth.commit(
                known.task.workload * fraction, to: candidate.server, arrival: arrival)
        }
    }
}
