import Messaging
import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

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

    @Test func `drops what comes in while training is too far behind`() {
        var limiter = RateLimiter(samplesPerInsert: 2, minimum: 10, batch: 4, lagLimit: 6)
        let admitted = (0..<40).map { _ in limiter.admit() }
        // One update is due at the tenth, one more with every second after it; the fourth that is
        // pending is 16 samples, more than twice six transitions.
        #expect(admitted.prefix(16).allSatisfy { $0 } && !admitted[16])
        #expect(limiter.inserted == 16 && limiter.dropped == 24 && limiter.pending == 4)
        limiter.noteUpdate()
        let isAdmitted = limiter.admit()
        #expect(isAdmitted && limiter.inserted == 17)
    }
}

@Suite struct `A tree of priorities` {
    @Test(arguments: Seed.first(20)) func `draws as a list would`(seed: Seed) {
        var stream = seed.stream
        let count = 1 + stream.integer(below: 40)
        var tree = PriorityTree(count: count)
        var list = [Double](repeating: 0, count: count)
        for _ in 0..<100 {
            let place = stream.integer(below: count)
            list[place] = Double(stream.integer(below: 5))
            tree[place] = list[place]
            let total = list.reduce(0, +)
            #expect(tree.total == total)
            guard total > 0 else { continue }
            let mass = Double(stream.integer(below: Int(total)))
            var left = mass
            let expected = list.indices.first { index in
                left -= list[index]
                return left < 0
            }
            #expect(tree.place(at: mass) == expected)
        }
    }

    @Test func `draws the transitions that were far off, and corrects for it`() {
        var buffer = ReplayBuffer(
            capacity: 4, features: 2, actions: 3, priorities: PrioritySettings())
        for number in 0..<4 { buffer.insert(`A replay buffer`.transition(number)) }
        var batch = TrainingBatch<Float>(rows: 64, features: 2, actions: 3)
        var stream = Seed(6).stream
        buffer.sample(into: &batch, from: &stream)
        #expect(batch.weights.allSatisfy { $0 == 1 }, "all are new")
        buffer.note(errors: (0..<64).map { batch.features[2 * $0] == 2 ? 10 : 0.01 })
        var counts = [Int](repeating: 0, count: 4)
        for _ in 0..<20 {
            buffer.sample(into: &batch, from: &stream)
            let numbers = (0..<64).map { Int(batch.features[2 * $0]) }
            for (row, number) in numbers.enumerated() {
                counts[number] += 1
                #expect(batch.weights[row] == 1 || number == 2)
                #expect(batch.weights[row] < 0.5 || number != 2 || Set(numbers) == [2])
            }
        }
        #expect(counts[2] > 1100 && counts.allSatisfy { $0 > 5 }, "\(counts)")
    }

    @Test func `values what comes after done or after several steps as it counts`() {
        var buffer = ReplayBuffer(capacity: 1, features: 2, actions: 3)
        var batch = TrainingBatch<Float>(rows: 1, features: 2, actions: 3)
        var stream = Seed(6).stream
        func continues(_ change: (inout Transition) -> Void) -> Float {
            var transition = `A replay buffer`.transition(0)
            change(&transition)
            buffer.insert(transition)
            buffer.sample(into: &batch, discount: 0.5, from: &stream)
            return batch.continues[0]
        }
        #expect(continues { $0.truncated = true } == 1)
        #expect(continues { $0.done = true } == 0)
        #expect(continues { $0.steps = 3 } == 0.25)
    }

    @Test func `does not take what is not a number`() {
        let buffer = ReplayBuffer(capacity: 1, features: 2, actions: 3)
        var transition = `A replay buffer`.transition(0)
        #expect(buffer.fits(transition))
        transition.nextFeatures[1] = .nan
        #expect(!buffer.fits(transition))
        transition = `A replay buffer`.transition(0)
        transition.reward = -.infinity
        #expect(!buffer.fits(transition))
    }

    @Test func `does not take a start of a chain that is not a number`() {
        let buffer = ReplayBuffer(capacity: 1, features: 2, actions: 3, keepsStarts: true)
        var good = `A replay buffer`.transition(0)
        (good.chainStart, good.nextChainStart) = ([0, 1, 2], [3, 4, 5])
        #expect(buffer.fits(good))
        for spoilt in [\Transition.chainStart, \Transition.nextChainStart] {
            var transition = good
            transition[keyPath: spoilt][1] = .nan
            #expect(!buffer.fits(transition))
        }
    }
}
