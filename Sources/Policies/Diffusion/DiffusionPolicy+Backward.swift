package import NeuralNetwork

extension DiffusionPolicy {
    /// Takes the loss's derivative by the logits, which stands in the workspace's `gradient` after
    /// `denoise` with the same rows, back through all steps of the chain.
    ///
    /// The workspace's purpose must be `.chain`.
    /// - Parameter total: the derivative by the parameters is added here.
    @_specialize(where Scalar == Float)
    package func backward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int,
        _ workspace: inout DiffusionWorkspace<Scalar>, total: inout ParameterVector<Scalar>
    ) {
        precondition(workspace.denoisers.count == schedule.count, "a workspace for inference")
        let size = rows * actions
        for place in workspace.embeddingGradient.indices { workspace.embeddingGradient[place] = 0 }
        for place in 0..<schedule.count {
            ChainKernels.retreat(
                &workspace.gradient, &workspace.denoisers[place], samples: workspace.samples,
                at: (place + 1) * workspace.rows * actions, count: size,
                coefficients: coefficients(of: place))
            denoiser.backward(
                parameters, rows: rows, &workspace.denoisers[place], gradient: &total,
                wantsInputGradient: true)
            ChainKernels.collect(
                workspace.denoisers[place], rows: rows, widths: (actions, timeWidth, features),
                gradient: &workspace.gradient, embeddingGradient: &workspace.embeddingGradient,
                at: place * timeWidth)
        }
        backwardThroughTime(parameters, &workspace, total: &total)
    }

    /// From the derivative by the embeddings to that by the time network's parameters.
    @_specialize(where Scalar == Float)
    func backwardThroughTime<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout DiffusionWorkspace<Scalar>,
        total: inout ParameterVector<Scalar>
    ) {
        guard let timeNetwork, var time = workspace.time.take() else { return }
        let start = time.outputGradient
        time.values.replaceSubrange(
            start..<(start + workspace.embeddingGradient.count), with: workspace.embeddingGradient)
        timeNetwork.backward(parameters, rows: schedule.count, &time, gradient: &total)
        workspace.time = time
    }
}
