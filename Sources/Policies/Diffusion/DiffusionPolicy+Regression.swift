package import NeuralNetwork

/// One step of the network instead of the chain, as the recipe `x0-closed` is trained.
extension DiffusionPolicy {
    /// Predicts the clean logits from noisy ones, a step of its own for each row.
    ///
    /// The noisy logits stand at place 1 of the workspace's samples; the prediction is left at
    /// place 0. `embed` must have been called with these parameters.
    /// - Parameters:
    ///   - features: `[rows, features]`
    ///   - places: `[rows]`: i - 1 of each row's step i.
    @_specialize(where Scalar == Float)
    package func predictClean<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, features: [Scalar], places: [Int],
        _ workspace: inout DiffusionWorkspace<Scalar>
    ) {
        precondition(!recipe.predictsNoise, "the network of this recipe predicts noise")
        precondition(rows <= workspace.rows && features.count >= rows * self.features)
        network.condition(parameters, rows: rows, states: features, &workspace.network)
        network.forward(
            parameters, rows: rows, samples: workspace.samples, at: workspace.rows * actions,
            steps: places, &workspace.network)
        let bound = Scalar(DiffusionRecipe.logitBound)
        let output = workspace.network.output(copy: 0)
        for index in 0..<(rows * actions) {
            workspace.samples[index] = bound * workspace.network.tail.values[output + index]
        }
    }

    /// Takes the loss's derivative by the predicted logits, which stands in the workspace's
    /// `gradient`, back to the parameters. The workspace's `gradient` is then that by the noisy
    /// logits.
    ///
    /// - Parameter total: the derivative by the parameters is added here.
    @_specialize(where Scalar == Float)
    package func backwardFromClean<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, places: [Int],
        _ workspace: inout DiffusionWorkspace<Scalar>, total: inout ParameterVector<Scalar>
    ) {
        let bound = Scalar(DiffusionRecipe.logitBound)
        let outputGradient = workspace.network.outputGradient
        for index in 0..<(rows * actions) {
            workspace.network.tail.values[outputGradient + index] =
                bound * workspace.gradient[index]
            workspace.gradient[index] = 0
        }
        network.beginBackward(parameters, &workspace.network)
        network.backward(
            rows: rows, samples: workspace.samples, at: workspace.rows * actions,
            steps: .own(places), copy: 0, gradient: &total, sampleGradient: &workspace.gradient,
            &workspace.network)
        finishBackward(parameters, rows: rows, &workspace, total: &total)
    }
}
