import EdgeModel
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A diffusion decision maker` {
    static let encoder = ObservationEncoder(slots: 4, scales: FeatureScales())
    static let policy = DiffusionPolicy(
        features: encoder.featureCount, actions: 4, hidden: [16], schedule: NoiseSchedule(steps: 3))

    static func maker(_ mode: ActionMode = .sampled, seed: UInt64 = 1) -> DiffusionDecisionMaker {
        DiffusionDecisionMaker(
            policy: policy, encoder: encoder, parameters: policy.initialParameters(seed: 9),
            mode: mode, seed: seed, station: "bs1")
    }

    static let three = ObservationFixture.observation([
        (server: 4, wait: 0.5, capacity: 10), (server: 2, wait: 0.1, capacity: 20),
        (server: 7, wait: 0, capacity: 40),
    ])

    static func slots(_ maker: inout DiffusionDecisionMaker, count: Int) -> [Int] {
        (0..<count).map { _ in
            guard case .whole(let slot) = maker.decide(three).placement else { return -1 }
            return slot
        }
    }

    @Test func `never chooses an empty slot, and each of the others`() {
        var maker = Self.maker()
        #expect(Set(Self.slots(&maker, count: 200)) == [0, 1, 2])
        var greedy = Self.maker(.greedy)
        #expect(Set(Self.slots(&greedy, count: 200)).isSubset(of: [0, 1, 2]))
    }

    @Test func `repeats itself without noise`() {
        var maker = Self.maker(.zeroNoise)
        #expect(Set(Self.slots(&maker, count: 20)).count == 1)
    }

    @Test func `tells what a transition needs to know`() throws {
        var maker = Self.maker()
        let action = maker.decide(Self.three)
        let experience = try #require(action.experience)
        #expect(experience.features.count == 20)
        #expect(experience.mask == [true, true, true, false])
        #expect(action.placement == .whole(Int(experience.choice)))
        #expect(action.policyVersion == 0)
    }

    @Test func `has a stream for each episode and seed`() {
        func draws(seed: UInt64, episode: Int) -> [Int] {
            var maker = Self.maker(seed: seed)
            maker.begin(episode: episode)
            return Self.slots(&maker, count: 30)
        }
        #expect(draws(seed: 1, episode: 0) == draws(seed: 1, episode: 0))
        #expect(draws(seed: 1, episode: 0) != draws(seed: 1, episode: 1))
        #expect(draws(seed: 1, episode: 0) != draws(seed: 2, episode: 0))
    }

    @Test func `adopts newer weights of its own shape only`() {
        var maker = Self.maker()
        let weights = Self.policy.initialParameters(seed: 10).values
        func snapshot(_ version: UInt64, layout: UInt64? = nil, count: Int? = nil) -> WeightSnapshot
        {
            WeightSnapshot(
                generation: 0, version: version, layout: layout ?? Self.policy.layout,
                parameters: Array(weights.prefix(count ?? weights.count)))
        }
        maker.adopt(snapshot(3, layout: 1))
        maker.adopt(snapshot(3, count: 5))
        #expect(maker.version == 0)
        maker.adopt(snapshot(3))
        #expect(maker.version == 3)
        maker.adopt(snapshot(2))
        #expect(maker.version == 3)
        let version = maker.decide(Self.three).policyVersion
        #expect(version == 3)
    }

    @Test func `decides by the adopted weights`() {
        var adopting = Self.maker(.zeroNoise)
        let weights = Self.policy.initialParameters(seed: 10)
        var fresh = DiffusionDecisionMaker(
            policy: Self.policy, encoder: Self.encoder, parameters: weights, mode: .sampled,
            seed: 1, station: "bs1")
        adopting = Self.maker()
        let before = Self.slots(&adopting, count: 40)
        adopting = Self.maker()
        adopting.adopt(
            WeightSnapshot(
                generation: 0, version: 1, layout: Self.policy.layout, parameters: weights.values))
        let after = Self.slots(&adopting, count: 40)
        #expect(after == Self.slots(&fresh, count: 40))
        #expect(after != before)
    }
}

@Suite struct `An observation encoder` {
    @Test func `scales, limits and pads`() {
        var scales = FeatureScales()
        scales.size = 2
        scales.workload = 16
        scales.wait = 0.05
        scales.transfer = 0.1
        scales.age = 0.25
        let encoder = ObservationEncoder(slots: 3, scales: scales)
        var features = [Float](repeating: -1, count: encoder.featureCount)
        var mask = [Bool](repeating: false, count: 3)
        let observation = ObservationFixture.observation(
            [(server: 0, wait: 0.025, capacity: 40), (server: 1, wait: 9, capacity: 20)],
            egressWait: 0.5, result: 2)
        encoder.encode(observation, features: &features, mask: &mask)
        let expected: [Float] = [
            0.5, 0.125, 1, 0.125, 0.125, 0, 0.05, 0, 1, 0.2, 0.1, 0.5, 0, 0, 0, 0,
        ]
        #expect(mask == [true, true, false])
        for (a, b) in zip(features, expected) { #expect((a - b).magnitude < 1e-6, "\(features)") }
    }
}

@Suite struct `A softmax head` {
    @Test func `leaves masked actions out of everything`() {
        let logits: [Double] = [1, 5000, 2, 3]
        let mask = [true, false, true, true]
        var p = [Double](repeating: 9, count: 4)
        let normaliser = SoftmaxHead.probabilities(
            logits, mask: mask, actions: 4, scale: 2, into: &p)
        let weights = [2.0, 4, 6].map { Mathematics.exp($0) }
        let sum = weights.reduce(0, +)
        #expect((normaliser - Mathematics.log(sum)).magnitude < 1e-12)
        #expect(p[1] == 0)
        for (a, b) in zip([p[0], p[2], p[3]], weights) {
            #expect((a - b / sum).magnitude < 1e-12)
        }
        let entropy = SoftmaxHead.entropy(p, actions: 4, floor: 0)
        let expected = -p.filter { $0 > 0 }.reduce(0) { $0 + $1 * Mathematics.log($1) }
        #expect((entropy - expected).magnitude < 1e-12)
    }

    @Test func `does not overflow`() {
        var p = [Float](repeating: 0, count: 3)
        SoftmaxHead.probabilities(
            [1e30, -1e30, 1e30], mask: [true, true, true], actions: 3, into: &p)
        #expect(p == [0.5, 0, 0.5])
    }

    @Test func `samples by the probabilities and never beyond them`() {
        #expect(SoftmaxHead.sample([0.25, 0.75, 0], uniform: 0.2) == 0)
        #expect(SoftmaxHead.sample([0.25, 0.75, 0], uniform: 0.3) == 1)
        #expect(SoftmaxHead.sample([0.25, 0.7, 0], uniform: 0.9999) == 1)
        #expect(SoftmaxHead.sample([0, 0, 1], uniform: 0) == 2)
        #expect(SoftmaxHead.mostProbable([0.2, 0.4, 0.4]) == 1)
    }
}
