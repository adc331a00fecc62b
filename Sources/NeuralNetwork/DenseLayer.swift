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

    /// - Parameters:
    ///   - x: `[rows, inputs]`
    ///   - y: `[rows, outputs]`, out
    ///   - slopes: `[rows, outputs]`, out: f' at each sum
    func forward<Scalar: NetworkScalar>(
        _ parameters: UnsafePointer<Scalar>, rows: Int, x: UnsafePointer<Scalar>,
        y: UnsafeMutablePointer<Scalar>, slopes: UnsafeMutablePointer<Scalar>
    ) {
        for row in 0..<rows {
            (y + row * outputs).update(from: parameters + biases.lowerBound, count: outputs)
        }
        Scalar.addProduct(
            MatrixProduct(rows: rows, columns: outputs, depth: inputs),
            a: x, b: parameters + offset, c: y)
        activation.apply(y, slopes: slopes, count: rows * outputs)
    }

    /// - Parameters:
    ///   - x: `[rows, inputs]`, as in the forward pass
    ///   - sums: `[rows, outputs]`: the loss's derivative by each sum before the activation
    ///   - gradient: the derivative by the parameters is added here; nil where it is not wanted.
    ///   - inputGradient: `[rows, inputs]`, out; nil where it is not wanted
    ///   - transposed: room for `[outputs, inputs]`
    func backward<Scalar: NetworkScalar>(
        _ parameters: UnsafePointer<Scalar>, rows: Int, x: UnsafePointer<Scalar>,
        sums: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>?,
        inputGradient: UnsafeMutablePointer<Scalar>?, transposed: UnsafeMutablePointer<Scalar>
    ) {
        if let gradient {
            Scalar.addProduct(
                MatrixProduct(rows: inputs, columns: outputs, depth: rows, transposed: true),
                a: x, b: sums, c: gradient + offset)
            Kernels.addRows(sums, rows: rows, columns: outputs, to: gradient + biases.lowerBound)
        }
        if let inputGradient {
            Kernels.transpose(parameters + offset, rows: inputs, columns: outputs, into: transposed)
            Kernels.setToZero(
                UnsafeMutableBufferPointer(start: inputGradient, count: rows * inputs))
            Scalar.addProduct(
                MatrixProduct(rows: rows, columns: inputs, depth: outputs),
                a: sums, b: transposed, c: inputGradient)
        }
    }
}
