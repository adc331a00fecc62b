import EdgeModel
package import Messaging

/// What an agent chooses when a task is to be placed (docs/MODEL.md, section 7).
///
/// The agents of the field differ in this and in how they score actions (`ActorNetwork`); either
/// goes with the other. Whatever is chosen, the work is divided among the chosen servers by the
/// exact split of docs/MODEL.md, section 4.
package enum ActionSpace: Hashable, Sendable {
    /// One server does the whole task: an action for each candidate slot.
    case servers
    /// One server shares the task with the own one: an action for each slot, slot 0 meaning that
    /// all of it stays at home.
    case partner
    /// The k best servers share the task: a score for each slot.
    case top(Int)
    /// Any set of servers shares the task: action a stands for the set whose bits are a + 1.
    case subsets

    /// The most candidate slots of `subsets`: 255 actions.
    package static var subsetLimit: Int { 8 }

    package var selection: Selection {
        switch self {
        case .servers, .partner, .subsets: .one
        case .top(let count): .top(count)
        }
    }

    /// The name in checkpoints.
    package var name: String {
        switch self {
        case .servers: "servers"
        case .partner: "partner"
        case .top(let count): "top-\(count)"
        case .subsets: "subsets"
        }
    }

    /// How many actions a network scores.
    package func count(slots: Int) -> Int {
        switch self {
        case .servers, .partner, .top: return slots
        case .subsets:
            precondition(slots <= Self.subsetLimit, "all subsets of \(slots) candidates")
            return (1 << slots) - 1
        }
    }

    /// Writes which actions the present candidates allow.
    ///
    /// - Parameters:
    ///   - candidates: `[slots]`
    ///   - mask: `[count(slots)]`, out.
    package func allow(_ candidates: [Bool], into mask: inout [Bool]) {
        precondition(mask.count == count(slots: candidates.count))
        switch self {
        case .servers, .partner, .top:
            for slot in candidates.indices { mask[slot] = candidates[slot] }
        case .subsets:
            var missing = 0
            for (slot, isPresent) in candidates.enumerated() where !isPresent {
                missing |= 1 << slot
            }
            for action in mask.indices { mask[action] = (action + 1) & missing == 0 }
        }
    }

    /// Where a task goes when this was chosen.
    package func placement(of choice: UInt32, _ observation: Observation) -> Placement {
        self == .servers ? .whole(Int(choice)) : Self.shared(set(of: choice), observation)
    }

    /// The candidate slots that a choice asks for, ascending, also those among which the exact
    /// split would give one nothing.
    package func slots(of choice: UInt32) -> [Int] {
        let set = set(of: choice)
        return (0..<64).filter { set >> UInt64($0) & 1 == 1 }
    }

    /// A bit for each slot.
    private func set(of choice: UInt32) -> UInt64 {
        switch self {
        case .servers: 1 << UInt64(choice)
        case .partner: 1 | 1 << UInt64(choice)
        case .top: UInt64(choice)
        case .subsets: UInt64(choice) + 1
        }
    }

    /// The same, or nil when it asks for a candidate that is not there.
    func placement(of choice: UInt32, ifPresentIn observation: Observation) -> Placement? {
        let count = observation.candidates.count
        let isPresent =
            switch self {
            case .servers, .partner: Int(choice) < count
            case .top: choice != 0 && UInt64(choice) >> UInt64(count) == 0
            case .subsets: (UInt64(choice) + 1) >> UInt64(count) == 0
            }
        return isPresent ? placement(of: choice, observation) : nil
    }

    /// The task split over a set of slots.
    private static func shared(_ slots: UInt64, _ observation: Observation) -> Placement {
        let chosen = observation.candidates.indices.filter { slots >> UInt64($0) & 1 == 1 }
        precondition(!chosen.isEmpty, "no candidate in \(slots)")
        guard chosen.count > 1 else { return .whole(chosen[0]) }
        let split = Allocation.waterfill(chosen.map { observation.candidates[$0].estimate })
        var fractions = [Double](repeating: 0, count: chosen[chosen.count - 1] + 1)
        for (place, slot) in chosen.enumerated() { fractions[slot] = split.fractions[place] }
        return .split(fractions)
    }
}
