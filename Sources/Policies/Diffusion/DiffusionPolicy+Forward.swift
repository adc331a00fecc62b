package import NeuralNetwork

extension DiffusionPolicy {
    /// Computes what stands for each step from the parameters; to be called when they change.
    @_specialize(where Scalar == Float)
    package func embed<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout DiffusionWorkspace<Scalar>
    ) {
        for number in 0..<schedule.count {
            let values = TimestepEmbedding.values(number: number, width: timeWidth)
            for (place, value) in values.enumerated() {
                workspace.embeddings[number * timeWidth + place] = Scalar(value)
            }
        }
        guard let timeNetwork, var time = workspace.time.take() else { return }
        let count = workspace.embeddings.count
        time.values.replaceSubrange(
            time.input..<(time.input + count), with: workspace.embeddings)
        timeNetwork.forward(parameters, rows: schedule.count, &time)
        for place in 0..<count { workspace.embeddings[place] = time.values[time.output + place] }
        workspace.time = time
    }

    /// Runs the chain; the logits are then at place 0 of the workspace's `samples`.
    ///
    /// `embed` must have been called with these parameters.
    /// - Parameters:
    ///   - features: `[rows, features]`
    ///   - start: `[rows, actions]`: x_T
    ///   - noise: `[T, rows, actions]`, step i at place i - 1; place 0 is not looked at, since the last
    ///     step adds none.
    @_specialize(where Scalar == Float)
    package func denoise<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, features: [Scalar], start: [Scalar],
        noise: [Scalar], _ workspace: inout DiffusionWorkspace<Scalar>
    ) {
        let (count, size) = (schedule.count, rows * actions)
        precondition(rows <= workspace.rows, "\(rows) rows in a workspace for \(workspace.rows)")
        precondition(features.count >= rows * self.features && start.count >= size)
        precondition(noise.count >= count * size, "\(noise.count) normals")
        copy(start, to: &workspace.samples, at: count * workspace.rows * actions, count: size)
        for place in (0..<count).reversed() {
            let slot = workspace.denoisers.count == 1 ? 0 : place
            let source = (place + 1) * workspace.rows * actions
            ChainKernels.fill(
                &workspace.denoisers[slot], rows: rows, widths: (actions, timeWidth, self.features),
                samples: workspace.samples, at: source, embeddings: workspace.embeddings,
                places: [place], features: features)
            denoiser.forward(parameters, rows: rows, &workspace.denoisers[slot])
            ChainKernels.advance(
                &workspace.samples, from: source, to: place * workspace.rows * actions,
                output: workspace.denoisers[slot], noise: noise, at: place * size,
                count: size, coefficients: coefficients(of: place))
        }
    }

    /// The constants of the step at a place, for this recipe.
    func coefficients<Scalar: NetworkScalar>(of place: Int) -> StepCoefficients<Scalar> {
        let step = schedule.steps[place]
        return StepCoefficients(
            cleanFromSample: recipe.predictsNoise ? Scalar(step.inverseSignal) : 0,
            cleanFromOutput: recipe.predictsNoise
                ? Scalar(-step.noiseToSignal) : Scalar(DiffusionRecipe.logitBound),
            cleanLimit: Scalar(cleanLimit ?? .infinity), meanFromClean: Scalar(step.meanFromClean),
            meanFromSample: Scalar(step.meanFromSample), deviation: Scalar(step.deviation))
    }

    private func copy<Scalar>(
        _ source: [Scalar], to target: inout [Scalar], at offset: Int, count: Int
    ) {
        for index in 0..<count { target[offset + index] = source[index] }
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
