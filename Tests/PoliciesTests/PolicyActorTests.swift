import EdgeModel
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A policy actor` {
    /// Scores that are the biases: 1, 2, 0.
    static func actor(
        selection: Selection = .one, mode: ActionMode = .sampled,
        exploration: ExplorationSchedule? = nil
    ) -> PolicyActor {
        let network = ActorNetwork.values(
            ActorNetwork.perceptron(features: 1, actions: 3, hidden: []))
        return PolicyActor(
            network: network, selection: selection,
            parameters: ParameterVector([0, 0, 0, 1, 2, 0]),
            mode: mode, exploration: exploration)
    }

    private func choices(_ actor: PolicyActor, _ count: Int) -> [UInt32] {
        var actor = actor
        var stream = Seed(1).stream
        return (0..<count).map { _ in
            actor.choose([0], mask: [true, true, true], from: &stream)
        }
    }

    private struct Owner: Remembering {
        var actor: PolicyActor
        mutating func remember(_ memory: inout Memory) throws { try actor.remember(&memory) }
    }

    @Test(
        arguments: [[0, 0, 0, 1, .nan, 0], [0, 0, 0, 1, 2], [0, 0, 0, 1, 2, 0, 0]] as [[Float]])
    func `does not remember weights that are no numbers, or not its own`(
        weights: [Float]
    ) throws {
        struct Foreign: Remembering {
            var weights: [Float]
            mutating func remember(_ memory: inout Memory) throws {
                var decisions: UInt64 = 0
                try memory.pass("weights", &weights)
                try memory.pass("decisions", &decisions)
            }
        }
        var owner: any Remembering = Owner(actor: Self.actor())
        let good = Foreign(weights: [0, 0, 0, 2, 1, 0])
        try Memory.restore(&owner, from: Memory.snapshot(of: good))
        let before = try Memory.snapshot(of: owner)
        let bad = try Memory.snapshot(of: Foreign(weights: weights))
        #expect(throws: MemoryError.self) { try Memory.restore(&owner, from: bad) }
        let actor = try #require(owner as? Owner).actor
        #expect(Set(choices(actor, 20)) == [0])
        #expect(try Memory.snapshot(of: owner).bytes == before.bytes)
    }

    @Test func `takes the greatest value, or the k greatest`() {
        #expect(Set(choices(Self.actor(), 20)) == [1])
        #expect(Set(choices(Self.actor(selection: .top(2)), 20)) == [0b011])
    }

    @Test func `explores as its schedule says, and not when it is greedy`() {
        let schedule = ExplorationSchedule(start: 0.9, end: 0.3, decisions: 1000)
        let explored = choices(Self.actor(exploration: schedule), 4000)
        // Of the random third, one in three is the best after all.
        let others = explored.map { $0 == 1 ? 0.0 : 1 }
        let first = others[..<1000].reduce(0, +) / 1000
        let rest = others[1000...].reduce(0, +) / 3000
        #expect((first - 0.6 * 2 / 3).magnitude < 0.05, "\(first)")
        #expect((rest - 0.3 * 2 / 3).magnitude < 0.03, "\(rest)")
        #expect(
            Set(choices(Self.actor(mode: .greedy, exploration: schedule), 50)) == [1])
    }

    @Test(arguments: [(UInt64(0), 1.0), (50, 0.55), (100, 0.1), (10_000, 0.1)])
    func `explores less and less`(decision: UInt64, probability: Double) {
        let schedule = ExplorationSchedule(start: 1, end: 0.1, decisions: 100)
        #expect((schedule.probability(at: decision) - probability).magnitude < 1e-12)
    }

    @Test func `has the probabilities of its softmax`() {
        let network = ActorNetwork.softmax(
            ActorNetwork.perceptron(features: 1, actions: 3, hidden: []))
        var actor = PolicyActor(
            network: network, parameters: ParameterVector([0, 0, 0, 1, 2, 0]))
        var stream = Seed(2).stream
        var counts = [0.0, 0, 0]
        for _ in 0..<4000 {
            counts[Int(actor.choose([0], mask: [true, false, true], from: &stream))] += 1
        }
        let expected = Mathematics.exp(1.0) / (Mathematics.exp(1.0) + 1)
        #expect((Double(actor.probabilities[0]) - expected).magnitude < 1e-6)
        #expect(counts[1] == 0 && (counts[0] / 4000 - expected).magnitude < 0.03)
    }

    @Test func `refuses an empty mask`() async {
        await #expect(processExitsWith: .failure) {
            var actor = `A policy actor`.actor()
            var stream = Seed(2).stream
            _ = actor.choose([0], mask: [false, false, false], from: &stream)
        }
    }
}

@Suite struct `A decision maker that starts from its last decision` {
    static let encoder = ObservationEncoder(slots: 3, scales: FeatureScales())

    static func maker() -> LearnedDecisionMaker {
        let network = ActorNetwork.diffusion(
            DiffusionPolicy(
                features: encoder.featureCount, actions: 3, hidden: [8],
                schedule: NoiseSchedule(steps: 2)))
        var stream = Seed(5).stream
        return LearnedDecisionMaker(
            policy: LearnedPolicy(
                encoder: encoder, space: .servers, network: network, start: .previous),
            parameters: network.initialParameters(from: &stream), mode: .sampled, seed: 1,
            station: "bs1")
    }

    static func observation(
        _ servers: [NodeIndex], trafficClass: UInt16 = 0, ordinal: UInt16 = 0
    ) -> Observation {
        var observation = ObservationFixture.observation(
            servers.map { (server: $0, wait: 0.1, capacity: 10) })
        observation.task.trafficClass = trafficClass
        observation.task.ordinal = ordinal
        return observation
    }

    private func start(
        _ maker: inout LearnedDecisionMaker, _ observation: Observation
    ) -> [Float] {
        maker.decide(observation).experience?.chainStart ?? []
    }

    private func isDistribution(_ start: [Float]) -> Bool {
        start.allSatisfy { $0 >= 0 } && (start.reduce(0, +) - 1).magnitude < 1e-5
    }

    @Test func `begins with noise, then with the probabilities of the last one`() {
        var maker = Self.maker()
        let first = start(&maker, Self.observation([1, 2, 3]))
        let second = start(&maker, Self.observation([1, 2, 3]))
        #expect(first.count == 3 && !isDistribution(first))
        #expect(isDistribution(second))
    }

    @Test func `keeps them by server, class and ordinal, for one episode`() {
        var maker = Self.maker()
        _ = maker.decide(Self.observation([1, 2, 3]))
        var copy = maker
        let same = start(&copy, Self.observation([1, 2, 3]))
        copy = maker
        let swapped = start(&copy, Self.observation([1, 3, 2]))
        #expect(swapped == [same[0], same[2], same[1]])
        copy = maker
        let fewer = start(&copy, Self.observation([1, 9]))
        #expect(fewer == [same[0], 0, 0])
        copy = maker
        #expect(!isDistribution(start(&copy, Self.observation([1, 2, 3], ordinal: 1))))
        copy = maker
        #expect(!isDistribution(start(&copy, Self.observation([1, 2, 3], trafficClass: 1))))
        maker.begin(episode: 1)
        #expect(!isDistribution(start(&maker, Self.observation([1, 2, 3]))))
    }
}
