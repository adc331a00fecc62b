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
        ChainKernels.fill(
            &workspace.denoisers[0], rows: rows, widths: (actions, timeWidth, self.features),
            samples: workspace.samples, at: workspace.rows * actions,
            embeddings: workspace.embeddings, places: places, features: features)
        denoiser.forward(parameters, rows: rows, &workspace.denoisers[0])
        let bound = Scalar(DiffusionRecipe.logitBound)
        let output = workspace.denoisers[0].output
        for index in 0..<(rows * actions) {
            workspace.samples[index] = bound * workspace.denoisers[0].values[output + index]
        }
    }

    /// Takes the loss's derivative by the predicted logits, which stands in the workspace's
    /// `gradient`, back to the parameters.
    ///
    /// - Parameter total: the derivative by the parameters is added here.
    @_specialize(where Scalar == Float)
    package func backwardFromClean<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, places: [Int],
        _ workspace: inout DiffusionWorkspace<Scalar>, total: inout ParameterVector<Scalar>
    ) {
        let bound = Scalar(DiffusionRecipe.logitBound)
        let place = workspace.denoisers[0].outputGradient
        for index in 0..<(rows * actions) {
            workspace.denoisers[0].values[place + index] = bound * workspace.gradient[index]
        }
        denoiser.backward(
            parameters, rows: rows, &workspace.denoisers[0], gradient: &total,
            wantsInputGradient: timeNetwork != nil)
        for index in workspace.embeddingGradient.indices { workspace.embeddingGradient[index] = 0 }
        ChainKernels.scatter(
            workspace.denoisers[0], rows: rows, widths: (actions, timeWidth, features),
            embeddingGradient: &workspace.embeddingGradient, places: places)
        backwardThroughTime(parameters, &workspace, total: &total)
    }
}
