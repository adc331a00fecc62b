/// One layer, y = f(x W + b), as places in a flat vector of parameters.
///
/// W is stored as `[inputs, outputs]`, so that the inner loops run over neighbouring outputs; b
/// follows it.
package struct DenseLayer: Hashable, Sendable {
    package let inputs: Int
    package let outputs: Int
    package let activation: Activation
    /// Where W begins.
    package let offset: Int

    package var weights: Range<Int> { offset..<(offset + inputs * outputs) }
    package var biases: Range<Int> { weights.upperBound..<(weights.upperBound + outputs) }
    package var end: Int { biases.upperBound }

    package init(inputs: Int, outputs: Int, activation: Activation, at offset: Int) {
        precondition(inputs > 0 && outputs > 0, "an empty layer: \(inputs) to \(outputs)")
        self.inputs = inputs
        self.outputs = outputs
        self.activation = activation
        self.offset = offset
    }

    /// All of W.
    var block: WeightBlock { WeightBlock(inputs: inputs, outputs: outputs, offset: offset) }

    /// The weights of some neighbouring inputs.
    func block(from first: Int, count: Int) -> WeightBlock {
        precondition(first >= 0 && first + count <= inputs, "\(first), \(count) of \(inputs)")
        return WeightBlock(inputs: count, outputs: outputs, offset: offset + first * outputs)
    }

    /// - Parameters:
    ///   - panels: the packed weights.
    ///   - x: `[rows, inputs]`
    ///   - y: `[rows, outputs]`, out
    ///   - slopes: `[rows, outputs]`, out: f' at each sum; nil where it is not wanted.
    func forward<Scalar: NetworkScalar>(
        _ parameters: UnsafePointer<Scalar>, panels: UnsafePointer<Scalar>, rows: Int,
        x: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>,
        slopes: UnsafeMutablePointer<Scalar>?
    ) {
        block.addForward(
            panels, rows: rows, x: x, start: parameters + biases.lowerBound, to: y)
        activate(y, slopes: slopes, count: rows * outputs)
    }

    func activate<Scalar: NetworkScalar>(
        _ values: UnsafeMutablePointer<Scalar>, slopes: UnsafeMutablePointer<Scalar>?, count: Int
    ) {
        if let slopes {
            activation.apply(values, slopes: slopes, count: count)
        } else {
            activation.apply(values, count: count)
        }
    }

    /// Makes the derivative by the activations into that by the sums, and adds the one by the
    /// parameters to the gradient.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`, as in the forward pass
    ///   - sums: `[rows, outputs]`, in: the loss's derivative by the activations; out: by the sums.
    ///   - slopes: `[rows, outputs]`
    ///   - panels: room for the sums as panels.
    func addGradient<Scalar: NetworkScalar>(
        rows: Int, x: UnsafePointer<Scalar>, sums: UnsafeMutablePointer<Scalar>,
        slopes: UnsafePointer<Scalar>, panels: UnsafeMutablePointer<Scalar>,
        to gradient: UnsafeMutablePointer<Scalar>
    ) {
        Scalar.slopeDown(
            sums, by: slopes, rows: rows, columns: outputs, panels: panels,
            total: gradient + biases.lowerBound)
        block.addGradient(rows: rows, x: x, sums: panels, to: gradient)
    }
}
