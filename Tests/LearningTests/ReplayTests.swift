import Learning
import Messaging
import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A replay buffer` {
    static func transition(_ number: Int) -> Transition {
        Transition(
            features: [Float(number), 0.5], mask: [true, number % 2 == 0, true],
            choice: UInt32(number % 2) * 2, reward: -Float(number),
            nextFeatures: [Float(number) + 1, 0.25], nextMask: [true, true, false],
            truncated: false, policyVersion: 0)
    }

    @Test func `forgets the oldest first and keeps rows together`() {
        var buffer = ReplayBuffer(capacity: 5, features: 2, actions: 3)
        for number in 0..<12 { buffer.insert(Self.transition(number)) }
        #expect(buffer.count == 5 && buffer.inserted == 12)
        var batch = TrainingBatch<Float>(rows: 200, features: 2, actions: 3)
        var stream = Seed(2).stream
        buffer.sample(into: &batch, from: &stream)
        var seen: Set<Int> = []
        for row in 0..<200 {
            let number = Int(batch.features[2 * row])
            let expected = Self.transition(number)
            seen.insert(number)
            #expect(Array(batch.features[(2 * row)..<(2 * row + 2)]) == expected.features)
            #expect(Array(batch.nextFeatures[(2 * row)..<(2 * row + 2)]) == expected.nextFeatures)
            #expect(Array(batch.mask[(3 * row)..<(3 * row + 3)]) == expected.mask)
            #expect(Array(batch.nextMask[(3 * row)..<(3 * row + 3)]) == expected.nextMask)
            #expect(batch.choices[row] == Int(expected.choice))
            #expect(batch.rewards[row] == expected.reward)
        }
        #expect(seen == Set(7...11))
    }
}

@Suite struct `A rate limiter` {
    @Test(arguments: [
        (UInt64(0), UInt64(0)), (999, 0), (1000, 1), (1031, 1), (1032, 2), (1320, 11),
    ])
    func `allows eight samples for each transition after the first thousand`(
        inserted: UInt64, updates: UInt64
    ) {
        let limiter = RateLimiter(samplesPerInsert: 8, minimum: 1000, batch: 256)
        #expect(limiter.updates(afterInserting: inserted) == updates)
    }

    @Test func `allows nothing for a ratio of zero`() {
        let limiter = RateLimiter(samplesPerInsert: 0, minimum: 1, batch: 1)
        #expect(limiter.updates(afterInserting: 100) == 0)
    }
}
