package import Messaging
import SimulationKernel

/// The stream of chance of one station's scheduler, new in each episode.
struct PolicyStream: Sendable, Codable {
    private let seed: UInt64
    private let station: String
    var stream: RandomStream

    init(seed: UInt64, station: String) {
        self.seed = seed
        self.station = station
        stream = RandomStream(seed: seed, entity: station, purpose: "policy")
    }

    mutating func begin(episode: Int) {
        stream = RandomStream(seed: seed, episode: episode, entity: station, purpose: "policy")
    }
}

/// `random`: each candidate with the same probability.
package struct RandomScheduler: DecisionMaker {
    private var chance: PolicyStream

    package init(seed: UInt64, station: String) {
        chance = PolicyStream(seed: seed, station: station)
    }

    package mutating func begin(episode: Int) { chance.begin(episode: episode) }

    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("chance", &chance.stream)
    }

    package mutating func decide(_ observation: Observation) -> Action {
        Action(placement: .whole(chance.stream.integer(below: observation.candidates.count)))
    }
}

/// `proportional`: each candidate with a probability proportional to its last known capacity.
package struct ProportionalScheduler: DecisionMaker {
    private var chance: PolicyStream

    package init(seed: UInt64, station: String) {
        chance = PolicyStream(seed: seed, station: station)
    }

    package mutating func begin(episode: Int) { chance.begin(episode: episode) }

    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("chance", &chance.stream)
    }

    package mutating func decide(_ observation: Observation) -> Action {
        let total = observation.candidates.reduce(0) { $0 + $1.capacity }
        var left = chance.stream.uniform() * total
        for (slot, candidate) in observation.candidates.enumerated() {
            left -= candidate.capacity
            if left < 0 { return Action(placement: .whole(slot)) }
        }
        return Action(placement: .whole(0))
    }
}

/// `power-of-two`: two different candidates at random, and of them the one with the shorter known
/// wait (Mitzenmacher 2001; the wait in seconds stands for the queue's length, since capacities
/// differ).
package struct PowerOfTwoScheduler: DecisionMaker {
    private var chance: PolicyStream

    package init(seed: UInt64, station: String) {
        chance = PolicyStream(seed: seed, station: station)
    }

    package mutating func begin(episode: Int) { chance.begin(episode: episode) }

    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("chance", &chance.stream)
    }

    package mutating func decide(_ observation: Observation) -> Action {
        let count = observation.candidates.count
        guard count > 1 else { return Action(placement: .whole(0)) }
        let first = chance.stream.integer(below: count)
        let other = chance.stream.integer(below: count - 1)
        let second = other < first ? other : other + 1
        let isShorter = observation.candidates[second].wait < observation.candidates[first].wait
        return Action(placement: .whole(isShorter ? second : first))
    }
}
