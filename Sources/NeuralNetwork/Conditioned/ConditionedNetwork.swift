/// A perceptron that runs many times for the same rows, with an input of three parts
/// [sample, step, state]:
///
/// * the sample changes with every pass,
/// * the step is one of a few rows that are known beforehand, the same for all rows of a pass,
/// * the state stays the same in all passes.
///
/// So the first layer's sums are b + x W_x + t W_t + s W_s, of which only x W_x has to be computed
/// in every pass: t W_t is computed when the parameters change, b + s W_s when the states do. The
/// derivatives by t and s are likewise summed over the passes before they are multiplied.
package struct ConditionedNetwork: Hashable, Sendable {
    /// All layers, as one network whose input rows are [sample, step, state].
    package let network: MultilayerPerceptron
    package let sampleWidth: Int
    package let stepWidth: Int
    package let stateWidth: Int
    /// The layers after the first.
    let tail: MultilayerPerceptron

    package init(_ network: MultilayerPerceptron, sample: Int, step: Int, state: Int) {
        precondition(
            sample > 0 && step > 0 && state > 0 && sample + step + state == network.inputs,
            "\(sample), \(step) and \(state) of \(network.inputs) inputs")
        precondition(network.layers.count > 1, "a network without hidden layers")
        self.network = network
        sampleWidth = sample
        stepWidth = step
        stateWidth = state
        tail = network.dropping(1)
    }

    var first: DenseLayer { network.layers[0] }
    var sampleBlock: WeightBlock { first.block(from: 0, count: sampleWidth) }
    var stepBlock: WeightBlock { first.block(from: sampleWidth, count: stepWidth) }
    var stateBlock: WeightBlock {
        first.block(from: sampleWidth + stepWidth, count: stateWidth)
    }

    /// The width of the first hidden layer.
    var width: Int { first.outputs }
}

/// Where a conditioned network computes, for up to a number of rows, steps and passes.
package struct ConditionedWorkspace<Scalar: NetworkScalar>: Sendable {
    package let steps: Int
    /// The layers after the first; their input is the first layer's activations.
    package var tail: Workspace<Scalar>
    var values: [Scalar]
    let places: Places

    struct Places: Sendable {
        /// `[steps, stepWidth]` and, times W_t, `[steps, width]`.
        var steps: Int
        var stepSums: Int
        /// `[rows, stateWidth]` and, times W_s and with the biases, `[rows, width]`.
        var states: Int
        var stateSums: Int
        /// `[copies, rows, width]`: the slopes of the first layer.
        var slopes: Int
        /// The distance from one copy to the next.
        var copy: Int
        /// The derivatives by the step sums and by the state sums.
        var stepSumGradient: Int
        var stateSumGradient: Int
        /// `[steps, stepWidth]`: the derivative by the steps.
        var stepGradient: Int
        /// The weights of the three parts as panels, and the transposes of two.
        var sampleWeights: Int
        var stepWeights: Int
        var stateWeights: Int
        var sampleTransposed: Int
        var stepTransposed: Int
        /// Room for derivatives by the first layer's sums as panels.
        var sums: Int
    }

    /// - Parameters:
    ///   - rows: the most rows of a pass.
    ///   - steps: how many different steps there are.
    ///   - copies: how many forward passes are kept for backward passes.
    ///   - isTrained: false leaves no room for backward passes.
    package init(
        for network: ConditionedNetwork, rows: Int, steps: Int, copies: Int, isTrained: Bool
    ) {
        self.steps = steps
        tail = Workspace(for: network.tail, rows: rows, copies: copies, isTrained: isTrained)
        var regions = Regions()
        let width = network.width
        let trained = isTrained ? 1 : 0
        let copy = (rows * width + 15) & ~15
        places = Places(
            steps: regions.add(steps * network.stepWidth), stepSums: regions.add(steps * width),
            states: regions.add(rows * network.stateWidth),
            stateSums: regions.add(rows * width), slopes: regions.add(trained * copies * copy),
            copy: copy, stepSumGradient: regions.add(trained * steps * width),
            stateSumGradient: regions.add(trained * rows * width),
            stepGradient: regions.add(trained * steps * network.stepWidth),
            sampleWeights: regions.add(network.sampleBlock.panelCount),
            stepWeights: regions.add(network.stepBlock.panelCount),
            stateWeights: regions.add(network.stateBlock.panelCount),
            sampleTransposed: regions.add(trained * network.sampleBlock.transposedCount),
            stepTransposed: regions.add(trained * network.stepBlock.transposedCount),
            sums: regions.add(
                trained * Panels.count(depth: max(rows, steps), columns: width)))
        values = Array(repeating: 0, count: regions.end)
    }

    /// Where the rows of the network's output begin in `tail.values`, `[rows, outputs]`.
    package func output(copy: Int) -> Int { tail.output(copy: copy) }
    /// Where the loss's derivative by the output belongs there.
    package var outputGradient: Int { tail.outputGradient }

    /// The derivative by a number of the steps, `[steps, stepWidth]`, once a backward pass is
    /// finished.
    package func gradientByStep(at index: Int) -> Scalar { values[places.stepGradient + index] }
}
