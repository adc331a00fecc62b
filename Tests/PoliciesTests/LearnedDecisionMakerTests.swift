import EdgeModel
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A learned decision maker` {
    static let encoder = ObservationEncoder(slots: 4, scales: FeatureScales())
    static let network = ActorNetwork.diffusion(
        DiffusionPolicy(
            features: encoder.featureCount, actions: 4, hidden: [16],
            schedule: NoiseSchedule(steps: 3)))
    static let policy = LearnedPolicy(encoder: encoder, space: .servers, network: network)

    static func parameters(_ seed: UInt64) -> ParameterVector<Float> {
        var stream = Seed(seed).stream
        return network.initialParameters(from: &stream)
    }

    static func maker(_ mode: ActionMode = .sampled, seed: UInt64 = 1) -> LearnedDecisionMaker {
        LearnedDecisionMaker(
            policy: policy, parameters: parameters(9), mode: mode, seed: seed, station: "bs1")
    }

    static let three = ObservationFixture.observation([
        (server: 4, wait: 0.5, capacity: 10), (server: 2, wait: 0.1, capacity: 20),
        (server: 7, wait: 0, capacity: 40),
    ])

    static func slots(_ maker: inout LearnedDecisionMaker, count: Int) -> [Int] {
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

    @Test func `adopts newer, finite weights of its own shape only`() {
        var maker = Self.maker()
        let weights = Self.parameters(10).values
        func snapshot(_ version: UInt64, layout: UInt64? = nil, count: Int? = nil) -> WeightSnapshot
        {
            WeightSnapshot(
                generation: 0, version: version, layout: layout ?? Self.network.layout,
                parameters: Array(weights.prefix(count ?? weights.count)))
        }
        maker.adopt(snapshot(3, layout: 1))
        maker.adopt(snapshot(3, count: 5))
        for bad in [Float.nan, .infinity] {
            var broken = snapshot(3)
            broken.parameters[7] = bad
            maker.adopt(broken)
        }
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
        let weights = Self.parameters(10)
        var fresh = LearnedDecisionMaker(
            policy: Self.policy, parameters: weights, mode: .sampled, seed: 1, station: "bs1")
        adopting = Self.maker()
        let before = Self.slots(&adopting, count: 40)
        adopting = Self.maker()
        adopting.adopt(
            WeightSnapshot(
                generation: 0, version: 1, layout: Self.network.layout, parameters: weights.values))
        let after = Self.slots(&adopting, count: 40)
        #expect(after == Self.slots(&fresh, count: 40))
        #expect(after != before)
    }
}
