/// Where one network computes: its inputs, activations, slopes and gradients for up to a number
/// of rows, set aside once, so that passes allocate nothing.
package struct Workspace<Scalar: NetworkScalar>: Sendable {
    package let maximumRows: Int
    /// Everything, one region after another.
    package var values: [Scalar]
    let places: Places

    /// Where regions begin; per layer: activations, slopes at the sums, derivative by activations.
    struct Places: Sendable {
        var input: Int
        var activations: [Int]
        var slopes: [Int]
        var gradients: [Int]
        var inputGradient: Int
        var transposed: Int
        var end: Int
    }

    package init(for network: MultilayerPerceptron, rows: Int) {
        precondition(rows > 0, "a workspace for \(rows) rows")
        maximumRows = rows
        var end = 0
        func place(_ count: Int) -> Int {
            defer { end += (count + 15) & ~15 }
            return end
        }
        let input = place(rows * network.inputs)
        let activations = network.layers.map { place(rows * $0.outputs) }
        let slopes = network.layers.map { place(rows * $0.outputs) }
        let gradients = network.layers.map { place(rows * $0.outputs) }
        let inputGradient = place(rows * network.inputs)
        let transposed = place(network.layers.map { $0.inputs * $0.outputs }.max() ?? 0)
        places = Places(
            input: input, activations: activations, slopes: slopes, gradients: gradients,
            inputGradient: inputGradient, transposed: transposed, end: end)
        values = Array(repeating: 0, count: end)
    }

    /// Where the rows of the network's input begin, `[rows, inputs]`.
    package var input: Int { places.input }
    /// Where the rows of its output begin, `[rows, outputs]`.
    package var output: Int { places.activations[places.activations.count - 1] }
    /// Where the loss's derivative by the output belongs, `[rows, outputs]`.
    package var outputGradient: Int { places.gradients[places.gradients.count - 1] }
    /// Where a backward pass leaves the derivative by the input, `[rows, inputs]`.
    package var inputGradient: Int { places.inputGradient }
}
