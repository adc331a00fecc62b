import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

/// Tasks of one step whose best answers can be computed.
@Suite struct `Every agent` {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case dqn, sac, published, x0Chain, x0Closed, ladTS
        var testDescription: String { rawValue }

        func network(features: Int, actions: Int) -> ActorNetwork {
            let perceptron = ActorNetwork.perceptron(
                features: features, actions: actions, hidden: [24, 24])
            let recipe: DiffusionRecipe? =
                switch self {
                case .dqn, .sac: nil
                case .published: .published
                case .x0Chain: .x0Chain
                case .x0Closed, .ladTS: .x0Closed
                }
            guard let recipe else {
                return self == .dqn ? .values(perceptron) : .softmax(perceptron)
            }
            return .diffusion(
                DiffusionPolicy(
                    features: features, actions: actions, hidden: [24, 24],
                    schedule: NoiseSchedule(steps: 3), recipe: recipe))
        }
    }

    /// A trainer and an actor in a loop, as stations and environments use them.
    struct Loop {
        var trainer: any Trainer
        var actor: PolicyActor
        var stream: RandomStream
        let features: Int
        let actions: Int
        let selection: Selection
        private let keepsStarts: Bool

        init(
            _ kind: Kind, features: Int, actions: Int, seed: UInt64 = 1,
            selection: Selection = .one, priorities: PrioritySettings? = nil,
            change: (inout SoftActorCriticSettings) -> Void = { _ in }
        ) {
            let network = kind.network(features: features, actions: actions)
            stream = RandomStream(seed: seed, entity: "test", purpose: "loop")
            let parameters: ParameterVector<Float> = network.initialParameters(from: &stream)
            var settings = TrainerSettings()
            settings.samplesPerInsert = 32
            settings.minimumTransitions = 32
            settings.priorities = priorities
            let design: AgentDesign
            if kind == .dqn {
                var values = DeepQNetworkSettings()
                values.batch = 32
                values.rate = 3e-3
                values.targetUpdate = .polyak(0.05)
                values.discount = 0.1
                values.selection = selection
                design = .deepQNetwork(values)
            } else {
                var soft = SoftActorCriticSettings()
                soft.criticHidden = [24, 24]
                soft.batch = 32
                soft.discount = 0.1
                soft.actorRate = 3e-3
                soft.criticRate = 3e-3
                soft.temperatureRate = 3e-3
                soft.targetEntropy = 0.2
                soft.start = kind == .ladTS ? .previous : .noise
                change(&soft)
                design = .softActorCritic(soft)
            }
            keepsStarts = kind == .ladTS
            trainer = design.trainer(
                network: network, actor: parameters, settings: settings, seed: seed)
            actor = PolicyActor(
                network: network, selection: selection, parameters: parameters,
                exploration: ExplorationSchedule(start: 1, end: 0.2, decisions: 200))
            (self.features, self.actions, self.selection) = (features, actions, selection)
        }

        /// Plays so many steps; the reward is that of a state and a choice.
        mutating func play(
            _ steps: Int, state: (inout RandomStream) -> [Float],
            reward: ([Float], UInt32, inout RandomStream) -> Double
        ) {
            let mask = [Bool](repeating: true, count: actions)
            var now = state(&stream)
            var memory: [Float]?
            for _ in 0..<steps {
                let choice = actor.choose(
                    now, mask: mask, from: &stream, startingAt: keepsStarts ? memory : nil)
                let start = actor.start
                memory = actor.probabilities
                let value = reward(now, choice, &stream)
                let next = state(&stream)
                let fits = trainer.insert(
                    Transition(
                        features: now, mask: mask, choice: choice, reward: Float(value),
                        nextFeatures: next, nextMask: mask, truncated: false, policyVersion: 0,
                        chainStart: keepsStarts ? start : [],
                        nextChainStart: keepsStarts ? actor.probabilities : []),
                    version: 0, age: 0)
                precondition(fits)
                while trainer.pendingUpdates > 0 { trainer.step() }
                actor.replaceParameters(ParameterVector(trainer.weights))
                now = next
            }
        }

        /// How often the choice is the right one, without exploration.
        mutating func score(
            _ count: Int, state: (inout RandomStream) -> [Float], best: ([Float]) -> UInt32
        ) -> Double {
            var judge = PolicyActor(
                network: actor.network, selection: selection, parameters: actor.parameters)
            let mask = [Bool](repeating: true, count: actions)
            var right = 0.0
            for _ in 0..<count {
                let now = state(&stream)
                if judge.choose(now, mask: mask, from: &stream) == best(now) { right += 1 }
            }
            return right / Double(count)
        }
    }

    private static func unit(_ stream: inout RandomStream) -> [Float] {
        let state = stream.integer(below: 4)
        return (0..<4).map { $0 == state ? 1 : 0 }
    }

    /// From its own choices. The recipe `x0-chain` can settle on a wrong answer before it has seen
    /// the right one, unless it starts with a higher temperature.
    @Test(arguments: Kind.allCases)
    func `learns to answer with the state`(kind: Kind) {
        for seed in 1...3 {
            var loop = Loop(kind, features: 4, actions: 4, seed: UInt64(seed)) { settings in
                if kind == .x0Chain { settings.startTemperature = 0.3 }
            }
            loop.play(600, state: Self.unit) { state, choice, _ in Double(state[Int(choice)]) }
            let score = loop.score(300, state: Self.unit) { state in
                UInt32(state.firstIndex(of: 1) ?? 9)
            }
            // The recipe `published` cannot cancel large starting noise (docs/algorithms/dsac.md):
            // seeds 1 to 5 give 0.85 to 0.91, and longer training no more.
            #expect(score > (kind == .published ? 0.8 : 0.85), "seed \(seed): \(score)")
        }
    }

    @Test(arguments: Kind.allCases)
    func `finds the better arm of two that pay by chance`(kind: Kind) {
        var loop = Loop(kind, features: 1, actions: 2, seed: 2)
        loop.play(400) { _ in
            [1]
        } reward: { _, choice, stream in
            stream.bernoulli(choice == 1 ? 0.8 : 0.3) ? 1 : 0
        }
        let score = loop.score(200, state: { _ in [1] }, best: { _ in 1 })
        #expect(score > 0.7, "\(kind): \(score)")
    }

    @Test func `of values chooses the best pair when it is to choose two`() {
        var loop = Loop(.dqn, features: 3, actions: 3, seed: 4, selection: .top(2))
        loop.play(900, state: ThreeServers.backlogs) { state, choice, _ in
            -(0..<3).filter { choice >> UInt32($0) & 1 == 1 }
                .reduce(0) { $0 + ThreeServers.delay(state, $1) }
        }
        let score = loop.score(300, state: ThreeServers.backlogs) { state in
            let worst = (0..<3).max {
                ThreeServers.delay(state, $0) < ThreeServers.delay(state, $1)
            }
            guard let worst else { return 0 }
            return 0b111 & ~(1 << UInt32(worst))
        }
        #expect(score > 0.8, "\(score)")
    }

    @Test(arguments: [Kind.dqn, .x0Closed])
    func `learns from priorities, too`(kind: Kind) {
        var loop = Loop(
            kind, features: 4, actions: 4, seed: 5, priorities: PrioritySettings())
        loop.play(600, state: Self.unit) { state, choice, _ in Double(state[Int(choice)]) }
        let score = loop.score(300, state: Self.unit) { state in
            UInt32(state.firstIndex(of: 1) ?? 9)
        }
        #expect(score > 0.85, "\(kind): \(score)")
    }

    @Test(arguments: Kind.allCases)
    func `has the same weights for the same seed`(kind: Kind) {
        func weights(_ seed: UInt64) -> [Float] {
            var loop = Loop(kind, features: 4, actions: 4, seed: seed)
            loop.play(60, state: Self.unit) { state, choice, _ in Double(state[Int(choice)]) }
            return loop.trainer.weights
        }
        #expect(weights(1) == weights(1))
        #expect(weights(1) != weights(2))
    }
}
