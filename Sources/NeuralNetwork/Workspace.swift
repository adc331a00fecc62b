/// Where one network computes: its inputs, activations, slopes and gradients for up to a number
/// of rows, set aside once, so that passes allocate nothing.
///
/// What a forward pass leaves for the backward pass exists in a number of copies, for networks that
/// run several times before the first backward pass.
package struct Workspace<Scalar: NetworkScalar>: Sendable {
    package let maximumRows: Int
    package let copies: Int
    /// Whether there is room for a backward pass.
    package let isTrained: Bool
    /// Everything, one region after another.
    package var values: [Scalar]
    let places: Places

    /// Where regions begin. Those of a copy follow each other; the first copy's are given.
    struct Places: Sendable {
        var input: Int
        /// Per layer: activations, and slopes at the sums.
        var activations: [Int]
        var slopes: [Int]
        /// The distance from one copy to the next.
        var copy: Int
        /// Per layer: derivative by activations, then by sums.
        var gradients: [Int]
        var inputGradient: Int
        /// Per layer: the weights as panels, and their transpose.
        var weights: [Int]
        var transposed: [Int]
        /// Room for the derivatives by a layer's sums as panels.
        var sums: Int
    }

    /// - Parameters:
    ///   - rows: the most rows of a pass.
    ///   - copies: how many forward passes are kept for backward passes.
    ///   - isTrained: false leaves no room for backward passes.
    package init(
        for network: MultilayerPerceptron, rows: Int, copies: Int = 1, isTrained: Bool = true
    ) {
        precondition(rows > 0 && copies > 0, "a workspace for \(rows) rows, \(copies) times")
        maximumRows = rows
        self.copies = copies
        self.isTrained = isTrained
        var regions = Regions()
        let layers = network.layers
        let input = regions.add(rows * network.inputs)
        let activations = layers.map { regions.add(rows * $0.outputs) }
        let slopes = layers.map { regions.add(isTrained ? rows * $0.outputs : 0) }
        let copy = regions.end
        for _ in 1..<copies { _ = regions.add(copy) }
        let gradients = layers.map { regions.add(isTrained ? rows * $0.outputs : 0) }
        let widest = layers.map(\.outputs).max() ?? 0
        places = Places(
            input: input, activations: activations, slopes: slopes, copy: copy,
            gradients: gradients,
            inputGradient: regions.add(isTrained ? rows * network.inputs : 0),
            weights: layers.map { regions.add($0.block.panelCount) },
            transposed: layers.map { regions.add(isTrained ? $0.block.transposedCount : 0) },
            sums: regions.add(isTrained ? Panels.count(depth: rows, columns: widest) : 0))
        values = Array(repeating: 0, count: regions.end)
    }

    /// Where the rows of the network's input begin, `[rows, inputs]`.
    package var input: Int { places.input }
    package func input(copy: Int) -> Int { places.input + copy * places.copy }
    /// Where the rows of its output begin, `[rows, outputs]`.
    package var output: Int { output(copy: 0) }
    package func output(copy: Int) -> Int {
        places.activations[places.activations.count - 1] + copy * places.copy
    }
    /// Where the loss's derivative by the output belongs, `[rows, outputs]`.
    package var outputGradient: Int { places.gradients[places.gradients.count - 1] }
    /// Where a backward pass leaves the derivative by the input, `[rows, inputs]`.
    package var inputGradient: Int { places.inputGradient }
}

/// Hands out neighbouring regions, each beginning at a multiple of sixteen.
struct Regions {
    var end = 0

    mutating func add(_ count: Int) -> Int {
        defer { end += (count + 15) & ~15 }
        return end
    }
}
