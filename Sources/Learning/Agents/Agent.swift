package import NeuralNetwork
package import Policies

/// What is trained: networks, their optimisers, and how one batch of transitions changes them.
///
/// An agent knows no stream of chance and no replay buffer; `ReplayTrainer` puts them together.
/// Everything is computed in one kind of number: Float to train, Double to be held against
/// reference values.
package protocol Agent<Scalar>: Sendable {
    associatedtype Scalar: NetworkScalar

    /// The name in checkpoints.
    static var algorithm: String { get }

    /// The network that decides, what a choice of it is, and where its chains start.
    var network: ActorNetwork { get }
    var selection: Selection { get }
    var start: ChainStart { get }
    /// The weight of the last features in the scores; 0 for none.
    var prior: Double { get }
    /// The weights that decide.
    var actor: ParameterVector<Scalar> { get }
    /// Transitions in one update.
    var batchSize: Int { get }
    /// Noise draws over which the policy is averaged in an update; 1 without a chain.
    var draws: Int { get }
    /// Gamma, the weight of what comes one decision later.
    var discount: Double { get }
    /// Updates so far.
    var updates: UInt64 { get }
    /// `[batchSize]`: how far off each transition's value was at the last update.
    var errors: [Scalar] { get }

    /// One gradient step of everything.
    ///
    /// A gradient that is not finite changes nothing; `UpdateMetrics.skipped` counts it.
    mutating func update(
        _ batch: TrainingBatch<Scalar>, noise: UpdateNoise<Scalar>
    ) -> UpdateMetrics

    /// What gradients train, the actor first (`Trainer.networks`).
    var networks: [Scalar] { get }

    /// Goes on with other networks of the same sizes.
    mutating func replaceNetworks(_ networks: [Scalar])

    /// Every network, and with `isComplete` what optimisers remember.
    ///
    /// - Precondition: numbers are Float.
    func checkpoint(isComplete: Bool) -> Checkpoint

    /// Takes them from a checkpoint of the same shapes, or throws and stays as it is.
    mutating func restore(from checkpoint: Checkpoint) throws(CheckpointError)
}
