import NeuralNetwork
package import Policies
import SimulationKernel

/// An agent with all its settings at CartPole-v1; a seed away from a result.
package struct CartPoleExperiment: Hashable, Sendable, Codable {
    package enum AgentName: String, Hashable, Sendable, Codable, CaseIterable {
        case dqn, sac, dsac
    }

    package var agent: AgentName
    /// Units of the hidden layers of the network that acts, and of the critics.
    package var hidden: [Int]
    package var criticHidden: [Int]
    package var batch: Int
    package var discount = 0.99
    /// The learning rate of all networks and of the temperature.
    package var rate: Double
    /// Transitions before the first gradient step.
    package var minimumTransitions = 1000
    package var replayCapacity = 100_000
    /// Of sac and dsac, as a fraction of ln 2.
    package var targetEntropy = 0.7
    /// Of dsac: how its chain is made and trained.
    package var recipe = DiffusionRecipe.x0Closed
    /// T, the steps of the chain.
    package var denoisingSteps = 5
    /// Steps that decisions take, and the noise that these add (`ChainSampler`); nil for the chain.
    package var decisionSteps: Int?
    package var decisionNoise: Double?
    /// Limits predicted clean values to plus or minus this.
    package var cleanLimit: Double?
    /// Noise draws over which the policy is averaged in an update; x0-closed needs none.
    package var draws = 1
    /// Where chains start.
    package var start = ChainStart.noise
    package var training = CartPoleSettings()

    /// The settings of docs/algorithms/cartpole.md for an agent.
    package init(_ agent: AgentName) {
        self.agent = agent
        switch agent {
        case .dqn: (hidden, batch, rate) = ([256, 256], 64, 2.3e-3)
        case .sac: (hidden, batch, rate) = ([64, 64], 256, 1e-3)
        case .dsac: (hidden, batch, rate) = ([64, 64], 128, 1e-3)
        }
        criticHidden = hidden
    }

    /// Trains from one seed and evaluates.
    ///
    /// - Parameters:
    ///   - clock: CPU seconds, to tell what training costs; no result depends on it.
    ///   - watch: asked every few hundred steps whether to go on; gets the steps so far and the last
    ///     evaluation.
    /// - Returns: nil when it was told to stop.
    package func run(
        seed: UInt64, clock: () -> Double = { 0 },
        watch: (Int, CartPoleCheckpoint?) -> Bool = { _, _ in true }
    ) -> (outcome: CartPoleOutcome, trainingSeconds: Double)? {
        var weights = RandomStream(seed: seed, entity: "learner", purpose: "actor")
        let network = network
        let actor: ParameterVector<Float> = network.initialParameters(from: &weights)
        switch agent {
        case .dqn:
            let agent = DeepQNetwork(network: network, settings: valueSettings, actor: actor)
            return run(agent, seed: seed, critics: 0, clock, watch)
        case .sac, .dsac:
            var critics = RandomStream(seed: seed, entity: "learner", purpose: "critics")
            let agent = SoftActorCritic(
                network: network, settings: policySettings, actor: actor, from: &critics)
            let count = agent.critics.reduce(0) { $0 + $1.count }
            return run(agent, seed: seed, critics: count, clock, watch)
        }
    }

    private func run<Trained: Agent<Float>>(
        _ agent: Trained, seed: UInt64, critics: Int, _ clock: () -> Double,
        _ watch: (Int, CartPoleCheckpoint?) -> Bool
    ) -> (outcome: CartPoleOutcome, trainingSeconds: Double)? {
        let acting = network.taking(
            steps: decisionSteps ?? denoisingSteps, noise: decisionNoise ?? 1)
        var run = CartPoleTraining(
            agent, acting: acting, trainerSettings, schedule: schedule, settings: training,
            seed: seed)
        var seconds = 0.0
        for stretch in 0..<training.checkpoints {
            let (end, began) = (run.end(ofStretch: stretch), clock())
            while run.steps < end {
                guard watch(run.steps, run.checkpoints.last) else { return nil }
                run.advance(to: min(end, run.steps + 250))
            }
            seconds += clock() - began
            run.evaluate()
        }
        let actor = run.trainer.agent.actor
        let bits = actor.values.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, value in
            (hash ^ UInt64(value.bitPattern)) &* 0x0000_0100_0000_01B3
        }
        let outcome = CartPoleOutcome(
            experiment: self, seed: seed, checkpoints: run.checkpoints, final: run.finish(),
            trainingReturns: run.trainingReturns, actingParameters: actor.count,
            criticParameters: critics, gradientSteps: run.trainer.updates,
            weights: String(bits, radix: 16))
        return (outcome, seconds)
    }
}

extension CartPoleExperiment {
    private var network: ActorNetwork {
        let (features, actions) = (CartPole.features, CartPole.actions)
        switch agent {
        case .dqn:
            return .values(
                ActorNetwork.perceptron(
                    features: features, actions: actions, hidden: hidden, activation: .relu))
        case .sac:
            return .softmax(
                ActorNetwork.perceptron(features: features, actions: actions, hidden: hidden))
        case .dsac:
            return .diffusion(
                DiffusionPolicy(
                    features: features, actions: actions, hidden: hidden,
                    schedule: NoiseSchedule(steps: denoisingSteps), recipe: recipe,
                    cleanLimit: cleanLimit))
        }
    }

    private var policySettings: SoftActorCriticSettings {
        var settings = SoftActorCriticSettings()
        settings.criticHidden = criticHidden
        settings.batch = batch
        settings.discount = discount
        settings.actorRate = rate
        settings.criticRate = rate
        settings.temperatureRate = rate
        settings.targetEntropy = targetEntropy
        settings.draws = draws
        settings.start = start
        return settings
    }

    /// The target network is replaced after each stretch of gradient steps: published as every 10
    /// environment steps, between which no weights change but at the end of a stretch.
    private var valueSettings: DeepQNetworkSettings {
        var settings = DeepQNetworkSettings()
        settings.batch = batch
        settings.discount = discount
        settings.rate = rate
        settings.targetUpdate = .every(Self.valueUpdates)
        settings.huberLimit = 1
        settings.gradientLimit = 10
        return settings
    }

    /// Of dqn: a stretch of gradient steps, and the environment steps between two of them.
    private static var valueUpdates: Int { 128 }
    private static var valueInterval: Int { 256 }

    private var trainerSettings: TrainerSettings {
        var settings = TrainerSettings()
        settings.minimumTransitions = minimumTransitions
        settings.replayCapacity = replayCapacity
        settings.samplesPerInsert =
            switch agent {
            case .dqn: Double(batch * Self.valueUpdates) / Double(Self.valueInterval)
            case .sac, .dsac: Double(batch)
            }
        return settings
    }

    private var schedule: CartPoleSchedule {
        switch agent {
        case .dqn:
            // Explores at random with a probability that falls to 0.04 over 16 % of the steps.
            CartPoleSchedule(
                randomSteps: 0, trainingInterval: Self.valueInterval,
                exploration: ExplorationSchedule(
                    start: 1, end: 0.04, decisions: max(1, training.steps * 16 / 100)))
        case .sac, .dsac: CartPoleSchedule(randomSteps: minimumTransitions)
        }
    }
}

extension DiffusionRecipe: Codable {}
extension ChainStart: Codable {}
