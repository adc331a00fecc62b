package import NeuralNetwork

/// Where a chain computes, for up to a number of rows; set aside once.
package struct DiffusionWorkspace<Scalar: NetworkScalar>: Sendable {
    /// What the workspace can do.
    package enum Purpose: Hashable, Sendable {
        /// Run the chain forward.
        case inference
        /// Go through one step forward and backward, a step of its own for each row.
        case regression
        /// Run the chain forward and back; keeps every step.
        case chain
    }

    package let rows: Int
    /// Per step of the chain, or one for all of them.
    var denoisers: [Workspace<Scalar>]
    var time: Workspace<Scalar>?
    /// `[T, timeWidth]`: what stands for each step; see `DiffusionPolicy.embed`.
    var embeddings: [Scalar]
    /// The loss's derivative by that.
    var embeddingGradient: [Scalar]
    /// `[T + 1, rows, actions]`: x_i at place i; place 0 holds the logits.
    package var samples: [Scalar]
    /// `[rows, actions]`: the loss's derivative by the logits, and on its way back by x_i.
    package var gradient: [Scalar]

    package init(for policy: DiffusionPolicy, rows: Int, purpose: Purpose) {
        self.rows = rows
        let count = purpose == .chain ? policy.schedule.count : 1
        denoisers = (0..<count).map { _ in Workspace(for: policy.denoiser, rows: rows) }
        time = policy.timeNetwork.map { Workspace(for: $0, rows: policy.schedule.count) }
        embeddings = Array(repeating: 0, count: policy.schedule.count * policy.timeWidth)
        embeddingGradient = embeddings
        samples = Array(
            repeating: 0, count: (policy.schedule.count + 1) * rows * policy.actions)
        gradient = Array(repeating: 0, count: rows * policy.actions)
    }
}
