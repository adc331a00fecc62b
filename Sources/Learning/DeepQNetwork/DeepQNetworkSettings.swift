package import Policies

/// The hyper-parameters of a deep Q-network.
package struct DeepQNetworkSettings: Hashable, Sendable {
    /// How the target network follows the trained one.
    package enum TargetUpdate: Hashable, Sendable {
        /// target <- (1 - tau) target + tau network, at each update.
        case polyak(Double)
        /// target <- network, each time so many updates are done.
        case every(Int)
    }

    /// Transitions in one update.
    package var batch = 256
    /// Gamma, the weight of what comes after.
    package var discount = 0.95
    package var rate = 1e-3
    package var rateSchedule = RateSchedule.constant
    package var targetUpdate = TargetUpdate.polyak(0.005)
    /// Whether the trained network chooses the next action and the target network values it;
    /// otherwise the target network does both.
    package var isDouble = true
    /// Errors up to this count by their square, those beyond by their magnitude; nil counts all by
    /// their square.
    package var huberLimit: Double? = 1
    /// The gradient is shortened to this norm; nil leaves it.
    package var gradientLimit: Double?
    package var selection = Selection.one
    /// The weight of the last features, one for each action, in the values (`ActionPrior`).
    package var prior = 0.0

    package init() {}
}
