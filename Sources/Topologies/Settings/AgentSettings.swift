package import SimulationKernel

/// The hyper-parameters of a learned policy (docs/MODEL.md, section 7).
package struct AgentSettings: Hashable, Sendable {
    package var recipe: ActorRecipe = .x0Closed
    package var action: ActionChoice = .sampled
    /// Denoising steps, T.
    package var steps = 5
    /// Those that a decision takes; nil for all.
    package var decisionSteps: Int?
    /// The noise that they add, from 0 for none to 1 for as much as the chain adds.
    package var decisionNoise = 1.0
    package var betaMinimum = 0.1
    package var betaMaximum = 10.0
    /// Sines and cosines of the step number, together.
    package var timeEmbedding = 16
    /// Units in each of the two hidden layers of the actor.
    package var hidden = 256
    /// Units in each of the two hidden layers of a critic.
    package var criticHidden = 256
    /// How far target critics move towards the critics at each update.
    package var tau = 0.005
    /// Discount of future reward, gamma.
    package var discount = 0.95
    package var actorRate = 1e-4
    package var criticRate = 1e-3
    package var temperatureRate = 3e-4
    package var startTemperature = 0.05
    /// Target entropy as a fraction of ln A.
    package var targetEntropy = 0.7
    /// What hidden layers of all networks apply to their sums.
    package var activation: HiddenActivation = .mish
    /// Servers that `smcoedge` chooses.
    package var top = 3
    /// Updates after which a Q-network's target is replaced; nil lets it follow by tau.
    package var targetUpdate: Int?
    /// Whether a Q-network's target values what the network itself would choose.
    package var double = true
    /// Up to this error a Q-network's loss is quadratic, beyond it linear.
    package var huber = 1.0
    /// Gradients of each network are shortened to this norm; nil leaves them.
    package var gradientLimit: Double?
    /// How often stations try a random action while a Q-network is trained.
    package var epsilonStart = 1.0
    package var epsilonEnd = 0.05
    package var epsilonDecisions = 2000
    package var rateSchedule: RateForm = .constant
    package var rateUpdates = 100_000
    /// Of the rates, at the end of their schedule.
    package var rateFloor = 0.0
    /// Noise draws over which updates average the policy of a chain.
    package var noiseDraws = 1
    /// Bounds x0 of the recipe `published`; nil leaves it free.
    package var cleanLimit: Double?
    /// Nil when the file leaves it to the policy.
    package var start: StartVector?
    /// Decisions whose rewards make up one return.
    package var returnSteps = 1
    /// What the networks are told of each action beside the observation.
    package var prior: PriorForm = .none
    /// Logits by which the best action leads those that take a mean service time longer.
    package var priorWeight = 6.0
    /// What delays are divided by in rewards; nil for each task's deadline.
    package var rewardScale: VirtualDuration?
    /// A late task's reward is -penalty x deadline / scale.
    package var penalty = 2.0

    package init() {}
}

/// What hidden layers apply to their sums.
package enum HiddenActivation: String, Hashable, Sendable, CaseIterable {
    case mish, relu, tanh, silu
}

/// What networks are told of each action.
package enum PriorForm: String, Hashable, Sendable, CaseIterable {
    case none
    /// Its estimated make-span, as features and as a fixed part of their scores.
    case estimate
}

/// How learning rates change.
package enum RateForm: String, Hashable, Sendable, CaseIterable {
    case constant, linear, cosine
}

/// Where the chain of a diffusion actor starts.
package enum StartVector: String, Hashable, Sendable, CaseIterable {
    case noise, zeros
    /// The probabilities of the previous decision for the same class and ordinal in the slot.
    case previous
}
