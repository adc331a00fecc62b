import Messaging
import SimulationKernel
import Stations
import TestSupport
import Testing

@Suite struct `A transition log` {
    private func experience(_ mark: Int) -> Action.Experience {
        Action.Experience(features: [Float(mark)], mask: [true], choice: 0)
    }

    private func marks(_ transitions: [Transition]) -> [Float] {
        transitions.map { $0.features[0] }
    }

    @Test func `orders by the instant of completion, then by number`() {
        var log = TransitionLog()
        for number in 0..<5 { _ = log.add(experience(number), policyVersion: 0, at: at(0)) }
        log.reward(3, 0, at: at(2))
        log.reward(2, 0, at: at(3))
        log.reward(1, 0, at: at(3))
        log.reward(0, 0, at: at(4))
        #expect(marks(log.take(before: at(4))) == [3, 1, 2])
        #expect(!log.isEmpty)
        #expect(marks(log.take(before: at(5))) == [0])
    }

    @Test func `waits for the next observation`() {
        var log = TransitionLog()
        let first = log.add(experience(0), policyVersion: 3, at: at(0))
        log.reward(first, -1, at: at(1))
        #expect(log.isEmpty)
        _ = log.add(experience(1), policyVersion: 4, at: at(2))
        let transition = log.take(before: at(3))[0]
        #expect(transition.nextFeatures == [1])
        #expect(transition.policyVersion == 3)
        #expect(transition.reward == -1)
    }

    /// Against a model that keeps everything.
    @Test(arguments: Seed.first(50)) func `loses and repeats nothing`(seed: Seed) {
        var random = seed.stream
        var log = TransitionLog()
        var unrewarded: [UInt32] = []
        var taken: [Float] = []
        var decided = 0
        for step in 0..<2000 {
            let now = at(Double(step))
            if random.bernoulli(0.5) || unrewarded.isEmpty {
                unrewarded.append(log.add(experience(decided), policyVersion: 0, at: now))
                decided += 1
            } else {
                let place = random.integer(below: unrewarded.count)
                log.reward(unrewarded.remove(at: place), 0, at: now)
            }
            if random.bernoulli(0.1) { taken += marks(log.take(before: now)) }
        }
        log.endEpisode(at: at(3000))
        let rest = log.take(before: at(4000))
        taken += marks(rest)
        let expected = Set(0..<decided).subtracting(unrewarded.map { Int($0) })
        #expect(taken.count == expected.count)
        #expect(Set(taken.map { Int($0) }) == expected)
        #expect(rest.filter(\.truncated).count == (expected.contains(decided - 1) ? 1 : 0))
    }

    @Test func `adds up the discounted rewards of n decisions`() {
        var log = TransitionLog(steps: 3, discount: 0.5)
        for number in 0..<4 { _ = log.add(experience(number), policyVersion: 0, at: at(0)) }
        log.reward(0, 8, at: at(1))
        log.reward(2, 2, at: at(2))
        #expect(log.isEmpty)
        log.reward(1, 4, at: at(3))
        let transitions = log.take(before: at(4))
        #expect(marks(transitions) == [0])
        #expect(transitions[0].reward == 8 + 2 + 0.5 && transitions[0].steps == 3)
        #expect(transitions[0].nextFeatures == [3] && !transitions[0].truncated)
    }

    @Test func `makes do with fewer rewards at the end of an episode`() {
        var log = TransitionLog(steps: 3, discount: 0.5)
        for number in 0..<6 { _ = log.add(experience(number), policyVersion: 0, at: at(0)) }
        for number: UInt32 in [0, 1, 3, 4, 5] { log.reward(number, 1, at: at(1)) }
        log.endEpisode(at: at(2))
        // Decision 2 has no reward: returns end before it, and it has none of its own.
        let transitions = log.take(before: at(3))
        #expect(marks(transitions) == [0, 1, 3, 4, 5])
        #expect(transitions.map(\.steps) == [2, 1, 3, 2, 1])
        #expect(transitions.map(\.reward) == [1.5, 1, 1.75, 1.5, 1])
        #expect(transitions.map { $0.nextFeatures[0] } == [2, 2, 5, 5, 5])
        #expect(transitions.map(\.truncated) == [false, false, true, true, true])
    }
}
