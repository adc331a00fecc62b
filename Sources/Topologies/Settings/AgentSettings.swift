/// The hyper-parameters of a learned policy (docs/MODEL.md, section 7).
package struct AgentSettings: Hashable, Sendable {
    package var recipe: ActorRecipe = .x0Closed
    package var action: ActionChoice = .sampled
    /// Denoising steps, T.
    package var steps = 5
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
    /// A late task's reward is -penalty x deadline / scale.
    package var penalty = 2.0

    package init() {}
}
