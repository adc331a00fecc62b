/// What one update tells; what an agent does not have stays 0.
package struct UpdateMetrics: Hashable, Sendable, Codable {
    /// The sum of both critics' mean squared errors; the mean Huber loss of a Q-network.
    package var criticLoss = 0.0
    package var actorLoss = 0.0
    package var temperatureLoss = 0.0
    /// After the update.
    package var temperature = 0.0
    /// Mean entropy of the policy as the update sees it: averaged over its noise draws; of the
    /// target under x0-closed.
    package var entropy = 0.0
    /// Mean value of the chosen actions before the update, the lesser of two critics'.
    package var meanValue = 0.0
    /// Mean of the critics' targets.
    package var meanTarget = 0.0
    /// Norms of the gradients before they are limited; of both critics together.
    package var actorGradientNorm = 0.0
    package var criticGradientNorm = 0.0
    /// Kullback-Leibler divergence of the actor from its target; x0-closed only.
    package var divergence = 0.0
    /// Networks that were not changed, because their gradient was not finite.
    package var skipped = 0

    package init() {}

    /// The norm of the gradient of all networks together.
    package var gradientNorm: Double {
        (actorGradientNorm * actorGradientNorm + criticGradientNorm * criticGradientNorm)
            .squareRoot()
    }
}
