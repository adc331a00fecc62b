package import NeuralNetwork
package import Policies

/// The hyper-parameters of discrete soft actor-critic (docs/MODEL.md, section 7).
package struct SoftActorCriticSettings: Hashable, Sendable {
    /// Units of the critics' hidden layers.
    package var criticHidden = [256, 256]
    package var criticActivation = Activation.mish
    /// The weight of the last features, one for each action, in the critics' values and in the
    /// actor's scores; 0 for none (`ActionPrior`).
    package var criticPrior = 0.0
    package var actorPrior = 0.0
    /// Transitions in one update.
    package var batch = 256
    /// Gamma, the weight of what comes after.
    package var discount = 0.95
    /// How far the target critics move towards the critics at each update.
    package var tau = 0.005
    package var actorRate = 1e-4
    package var criticRate = 1e-3
    package var temperatureRate = 3e-4
    /// Of the rates of actor and critics.
    package var rateSchedule = RateSchedule.constant
    package var startTemperature = 0.05
    /// Target entropy as a fraction of ln A, A being the number of allowed actions.
    package var targetEntropy = 0.7
    /// The gradients of each network are shortened to this norm; nil leaves them.
    package var gradientLimit: Double?
    /// Noise draws over which the policy is averaged for targets, losses and entropy, where it
    /// comes from a chain.
    package var draws = 1
    /// Where the actor's chains start.
    package var start = ChainStart.noise

    package init() {}
}
