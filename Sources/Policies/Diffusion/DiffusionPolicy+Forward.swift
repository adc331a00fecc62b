package import NeuralNetwork

extension DiffusionPolicy {
    /// Takes over the parameters: the embedding of each step, and the weights as the products want
    /// them; to be called when they change.
    @_specialize(where Scalar == Float)
    package func embed<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout DiffusionWorkspace<Scalar>
    ) {
        if let timeNetwork, var time = workspace.time.take() {
            let count = workspace.embeddings.count
            for place in 0..<count {
                time.values[time.input + place] = workspace.sinusoids[place]
            }
            timeNetwork.forward(parameters, rows: schedule.count, &time)
            for place in 0..<count {
                workspace.embeddings[place] = time.values[time.output + place]
            }
            workspace.time = time
        }
        network.prepare(parameters, steps: workspace.embeddings, &workspace.network)
    }

    /// Runs the chain; the logits are then at place 0 of the workspace's `samples`.
    ///
    /// `embed` must have been called with these parameters.
    /// - Parameters:
    ///   - features: `[rows, features]`
    ///   - start: `[rows, actions]`: x_T
    ///   - noise: `[moves, rows, actions]`, the move that ends the chain at place 0, which is not
    ///     looked at, since that move adds none.
    ///   - keepsSlopes: false saves that work where no backward pass follows.
    @_specialize(where Scalar == Float)
    package func denoise<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, features: [Scalar], start: [Scalar],
        noise: [Scalar], _ workspace: inout DiffusionWorkspace<Scalar>, keepsSlopes: Bool = true
    ) {
        let (moves, size) = (sampler.moves, rows * actions)
        precondition(rows <= workspace.rows, "\(rows) rows in a workspace for \(workspace.rows)")
        precondition(features.count >= rows * self.features && start.count >= size)
        precondition(noise.count >= moves.count * size, "\(noise.count) normals")
        workspace.samples.write(
            start, at: schedule.count * workspace.rows * actions, count: size)
        network.condition(parameters, rows: rows, states: features, &workspace.network)
        for index in (0..<moves.count).reversed() {
            let (move, place) = (moves[index], moves[index].place)
            let copy = workspace.purpose == .chain ? place : 0
            let source = (place + 1) * workspace.rows * actions
            network.forward(
                parameters, rows: rows, samples: workspace.samples, at: source, step: place,
                copy: copy, keepsSlopes: keepsSlopes, &workspace.network)
            workspace.advance(
                from: source, to: (move.next + 1) * workspace.rows * actions, copy: copy,
                noise: noise, at: index * size, count: size, coefficients: coefficients(of: move))
        }
    }

    /// The constants of a move, for this recipe.
    func coefficients<Scalar: NetworkScalar>(
        of move: ChainSampler.Move
    ) -> StepCoefficients<Scalar> {
        let step = schedule.steps[move.place]
        return StepCoefficients(
            cleanFromSample: recipe.predictsNoise ? Scalar(step.inverseSignal) : 0,
            cleanFromOutput: recipe.predictsNoise
                ? Scalar(-step.noiseToSignal) : Scalar(DiffusionRecipe.logitBound),
            cleanLimit: Scalar(cleanLimit ?? .infinity), meanFromClean: Scalar(move.meanFromClean),
            meanFromSample: Scalar(move.meanFromSample), deviation: Scalar(move.deviation))
    }
}

/// One step of the chain: x0 = cleanFromSample x + cleanFromOutput e, within the limit;
/// next = meanFromClean x0 + meanFromSample x + deviation z.
struct StepCoefficients<Scalar: NetworkScalar> {
    var cleanFromSample: Scalar
    var cleanFromOutput: Scalar
    var cleanLimit: Scalar
    var meanFromClean: Scalar
    var meanFromSample: Scalar
    var deviation: Scalar
}
