/// The hyper-parameters of discrete soft actor-critic (docs/MODEL.md, section 7).
package struct SoftActorCriticSettings: Hashable, Sendable {
    /// Units of the critics' hidden layers.
    package var criticHidden = [256, 256]
    /// Transitions in one update.
    package var batch = 256
    /// Gamma, the weight of what comes after.
    package var discount = 0.95
    /// How far the target critics move towards the critics at each update.
    package var tau = 0.005
    package var actorRate = 1e-4
    package var criticRate = 1e-3
    package var temperatureRate = 3e-4
    package var startTemperature = 0.05
    /// Target entropy as a fraction of ln A, A being the number of allowed actions.
    package var targetEntropy = 0.7
    /// Gradients of the networks are shortened to this norm; nil leaves them.
    package var gradientLimit: Double?

    package init() {}
}

/// What one update tells.
package struct UpdateMetrics: Hashable, Sendable {
    /// The sum of both critics' mean squared errors.
    package var criticLoss = 0.0
    package var actorLoss = 0.0
    package var temperatureLoss = 0.0
    /// After the update.
    package var temperature = 0.0
    /// Mean entropy of the policy, given the noise; of its target under x0-closed.
    package var entropy = 0.0
    /// Mean of the critics' lesser value of the chosen actions, before the update.
    package var meanValue = 0.0
    /// Mean of the critics' targets.
    package var meanTarget = 0.0
    /// The norm of the gradient of actor and critics together, before it is limited.
    package var gradientNorm = 0.0
    /// Kullback-Leibler divergence of the actor from its target; x0-closed only.
    package var divergence = 0.0

    package init() {}
}
