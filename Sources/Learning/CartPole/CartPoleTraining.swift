import Messaging
import NeuralNetwork
import Policies
import SimulationKernel

/// One agent that learns CartPole-v1 from one seed, a stretch of steps at a time.
struct CartPoleTraining<Trained: Agent<Float>>: Sendable {
    let settings: CartPoleSettings
    let schedule: CartPoleSchedule
    let seed: UInt64
    private(set) var trainer: ReplayTrainer<Trained>
    /// Environment steps so far.
    private(set) var steps = 0
    /// Returns of the episodes that ended while training, which were played with exploration.
    private(set) var trainingReturns: [Double] = []
    private(set) var checkpoints: [CartPoleCheckpoint] = []

    /// The agent's network, as decisions use it.
    private let acting: ActorNetwork
    private var actor: PolicyActor
    private var task: CartPole
    private var episodes = 0
    private var chance: RandomStream
    private var current = 0.0

    init(
        _ agent: Trained, acting: ActorNetwork, _ trainerSettings: TrainerSettings,
        schedule: CartPoleSchedule, settings: CartPoleSettings, seed: UInt64
    ) {
        trainer = ReplayTrainer(agent: agent, settings: trainerSettings, seed: seed)
        actor = PolicyActor(
            network: acting, parameters: agent.actor,
            startsFromZeros: agent.start == .zeros, exploration: schedule.exploration)
        self.acting = acting
        self.schedule = schedule
        self.settings = settings
        self.seed = seed
        chance = RandomStream(seed: seed, entity: "cartpole", purpose: "actions")
        task = Self.begin(0, seed: seed)
    }

    private static func begin(_ episode: Int, seed: UInt64) -> CartPole {
        var stream = RandomStream(
            seed: seed, episode: episode, entity: "cartpole", purpose: "training")
        return CartPole(from: &stream)
    }

    /// The step of a checkpoint, from 0; the last is the end of training.
    func end(ofStretch number: Int) -> Int { settings.steps * (number + 1) / settings.checkpoints }

    /// Trains on to a step.
    mutating func advance(to end: Int) {
        while steps < end { step() }
    }

    private mutating func step() {
        let observation = task.observation
        let both = [true, true]
        let choice =
            steps < schedule.randomSteps
            ? chance.integer(below: CartPole.actions)
            : Int(actor.choose(observation, mask: both, from: &chance))
        let outcome = task.step(choice)
        let isTaken = trainer.insert(
            Transition(
                features: observation, mask: both, choice: UInt32(choice),
                reward: Float(outcome.reward), nextFeatures: task.observation, nextMask: both,
                truncated: outcome.truncated, done: outcome.terminated, policyVersion: 0))
        precondition(isTaken, "a transition was refused at step \(steps)")
        steps += 1
        if steps.isMultiple(of: schedule.trainingInterval), trainer.pendingUpdates > 0 {
            while trainer.pendingUpdates > 0 { trainer.step() }
            actor.replaceParameters(trainer.agent.actor)
        }
        current += outcome.reward
        guard outcome.isOver else { return }
        trainingReturns.append(current)
        current = 0
        episodes += 1
        task = Self.begin(episodes, seed: seed)
    }

    /// Plays greedy episodes with what has been learned so far, always from the same starts.
    mutating func evaluate() {
        let returns = returns(.greedy, episodes: settings.checkpointEpisodes, "checkpoint")
        let mean = returns.reduce(0, +) / Double(max(returns.count, 1))
        checkpoints.append(CartPoleCheckpoint(step: steps, greedy: mean))
    }

    /// The last evaluation, from starts of its own, in each mode that the network has.
    func finish() -> CartPoleFinal {
        let (count, network) = (settings.finalEpisodes, trainer.agent.network)
        var final = CartPoleFinal(greedy: returns(.greedy, episodes: count, "final greedy"))
        switch network {
        case .values: break
        case .softmax: final.sampled = returns(.sampled, episodes: count, "final sampled")
        case .diffusion:
            final.sampled = returns(.sampled, episodes: count, "final sampled")
            final.zeroNoise = returns(.zeroNoise, episodes: count, "final zero-noise")
        }
        return final
    }

    private func returns(_ mode: ActionMode, episodes: Int, _ purpose: String) -> [Double] {
        let agent = trainer.agent
        return CartPoleEvaluation(
            of: acting, agent.actor, episodes: episodes, mode: mode,
            startsFromZeros: agent.start == .zeros, seed: seed, purpose: purpose
        ).returns
    }
}

/// When an agent explores and trains, in environment steps.
struct CartPoleSchedule: Hashable, Sendable {
    /// First steps with actions drawn uniformly.
    var randomSteps: Int
    /// Steps between two stretches of gradient steps.
    var trainingInterval = 1
    /// For networks of values only.
    var exploration: ExplorationSchedule?
}
