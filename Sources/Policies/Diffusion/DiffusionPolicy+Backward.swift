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
        precondition(workspace.purpose == .chain, "a workspace for \(workspace.purpose)")
        precondition(sampler.moves.count == schedule.count, "a chain that skips steps")
        let size = rows * actions
        network.beginBackward(parameters, &workspace.network)
        for place in 0..<schedule.count {
            let source = (place + 1) * workspace.rows * actions
            workspace.retreat(
                to: source, copy: place, count: size,
                coefficients: coefficients(of: sampler.moves[place]))
            network.backward(
                rows: rows, samples: workspace.samples, at: source, steps: .same(place),
                copy: place, gradient: &total, sampleGradient: &workspace.gradient,
                &workspace.network)
        }
        finishBackward(parameters, rows: rows, &workspace, total: &total)
    }

    /// What is left for the end of a backward pass: states, steps and the time network.
    @_specialize(where Scalar == Float)
    func finishBackward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int,
        _ workspace: inout DiffusionWorkspace<Scalar>, total: inout ParameterVector<Scalar>
    ) {
        network.finishBackward(rows: rows, gradient: &total, &workspace.network)
        guard let timeNetwork, var time = workspace.time.take() else { return }
        for place in workspace.embeddings.indices {
            time.values[time.outputGradient + place] = workspace.network.gradientByStep(at: place)
        }
        timeNetwork.backward(parameters, rows: schedule.count, &time, gradient: &total)
        workspace.time = time
    }
}
