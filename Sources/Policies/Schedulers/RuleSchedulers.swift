package import Messaging

/// `local`: every task stays where it arrived.
package struct LocalScheduler: DecisionMaker {
    package init() {}

    package mutating func decide(_ observation: Observation) -> Action {
        Action(placement: .whole(0))
    }
}

/// `round-robin`: the candidates in turn, by the index of their stations.
package struct RoundRobinScheduler: DecisionMaker {
    private var last: NodeIndex?

    package init() {}

    package mutating func begin(episode: Int) { last = nil }

    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("last", &last)
    }

    package mutating func decide(_ observation: Observation) -> Action {
        // The order of the slots changes from task to task, that of the indices does not.
        var least = 0
        var next: Int?
        for (slot, candidate) in observation.candidates.enumerated() {
            let server = candidate.server
            if server < observation.candidates[least].server { least = slot }
            guard let last, server > last else { continue }
            if let best = next, observation.candidates[best].server <= server { continue }
            next = slot
        }
        let choice = next ?? least
        last = observation.candidates[choice].server
        return Action(placement: .whole(choice))
    }
}

/// `least-backlog`: the candidate with the least known work, in Gcycles; the first of equals.
package struct LeastBacklogScheduler: DecisionMaker {
    package init() {}

    package mutating func decide(_ observation: Observation) -> Action {
        Action(placement: .whole(observation.leastSlot { $0.backlog }))
    }
}

/// `earliest-completion`: the candidate that would finish the whole task first by the last known
/// state; the first of equals.
package struct EarliestCompletionScheduler: DecisionMaker {
    package init() {}

    package mutating func decide(_ observation: Observation) -> Action {
        let choice = observation.leastSlot { $0.estimatedCompletion }
        return Action(placement: .whole(choice))
    }
}

extension Observation {
    /// The first slot whose candidate has the least value.
    func leastSlot(_ value: (Candidate) -> Double) -> Int {
        var best = 0
        var least = Double.infinity
        for (slot, candidate) in candidates.enumerated() {
            let cost = value(candidate)
            if cost < least {
                least = cost
                best = slot
            }
        }
        return best
    }
}
