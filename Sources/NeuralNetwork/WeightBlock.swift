/// The weights between some inputs and a layer's sums, `[inputs, outputs]`, as a place in a flat
/// vector of parameters.
///
/// All of a layer's inputs make one block; the inputs of a layer can also be cut into several,
/// which are multiplied at different times.
package struct WeightBlock: Hashable, Sendable {
    package let inputs: Int
    package let outputs: Int
    /// Where the weights begin.
    package let offset: Int

    /// The room that the weights, and their transpose, take as panels.
    var panelCount: Int { Panels.count(depth: inputs, columns: outputs) }
    var transposedCount: Int { Panels.count(depth: outputs, columns: inputs) }

    func pack<Scalar: NetworkScalar>(
        _ parameters: UnsafePointer<Scalar>, into panels: UnsafeMutablePointer<Scalar>
    ) {
        Panels.pack(parameters + offset, depth: inputs, columns: outputs, into: panels)
    }

    func packTransposed<Scalar: NetworkScalar>(
        _ parameters: UnsafePointer<Scalar>, into panels: UnsafeMutablePointer<Scalar>
    ) {
        Panels.packTransposed(parameters + offset, depth: outputs, columns: inputs, into: panels)
    }

    /// sums += x W, or, with a row to start from, sums = row + x W.
    ///
    /// - Parameters:
    ///   - panels: the packed weights.
    ///   - x: `[rows, inputs]`
    ///   - start: `[outputs]`, or nil.
    ///   - sums: `[rows, outputs]`
    func addForward<Scalar: NetworkScalar>(
        _ panels: UnsafePointer<Scalar>, rows: Int, x: UnsafePointer<Scalar>,
        start: UnsafePointer<Scalar>? = nil, to sums: UnsafeMutablePointer<Scalar>
    ) {
        let shape = MatrixProduct(
            rows: rows, columns: outputs, depth: inputs, repeatsStart: start != nil)
        Scalar.product(shape, a: x, panels: panels, start: start ?? UnsafePointer(sums), c: sums)
    }

    /// x' += sums' W^T, ' being the loss's derivative.
    ///
    /// - Parameters:
    ///   - transposed: the packed transpose of the weights.
    ///   - sums: `[rows, outputs]`
    ///   - x: `[rows, inputs]`
    func addBackward<Scalar: NetworkScalar>(
        _ transposed: UnsafePointer<Scalar>, rows: Int, sums: UnsafePointer<Scalar>,
        to x: UnsafeMutablePointer<Scalar>
    ) {
        let shape = MatrixProduct(rows: rows, columns: inputs, depth: outputs)
        Scalar.product(shape, a: sums, panels: transposed, start: x, c: x)
    }

    /// W' += x^T sums', ' being the loss's derivative.
    ///
    /// - Parameters:
    ///   - x: `[rows, inputs]`
    ///   - sums: `[rows, outputs]` as panels.
    ///   - gradient: the derivative by all parameters.
    func addGradient<Scalar: NetworkScalar>(
        rows: Int, x: UnsafePointer<Scalar>, sums: UnsafePointer<Scalar>,
        to gradient: UnsafeMutablePointer<Scalar>
    ) {
        let shape = MatrixProduct(rows: inputs, columns: outputs, depth: rows, transposed: true)
        let weights = gradient + offset
        Scalar.product(shape, a: x, panels: sums, start: weights, c: weights)
    }
}
