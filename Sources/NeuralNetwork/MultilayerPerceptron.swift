package import SimulationKernel

/// A chain of dense layers as places in a vector of parameters; it holds no numbers itself.
///
/// Several networks can share one vector: each is told where its own part begins.
package struct MultilayerPerceptron: Hashable, Sendable {
    package let layers: [DenseLayer]

    package var inputs: Int { layers[0].inputs }
    package var outputs: Int { layers[layers.count - 1].outputs }
    /// Where its parameters begin and end.
    package var parameters: Range<Int> { layers[0].offset..<layers[layers.count - 1].end }

    /// - Parameters:
    ///   - hidden: the widths of the layers between input and output.
    ///   - activation: of the hidden layers.
    ///   - outputActivation: of the last layer.
    ///   - offset: where its parameters begin in their vector.
    package init(
        inputs: Int, hidden: [Int], outputs: Int, activation: Activation,
        outputActivation: Activation = .identity, at offset: Int = 0
    ) {
        var layers: [DenseLayer] = []
        var width = inputs
        var start = offset
        for next in hidden {
            layers.append(
                DenseLayer(inputs: width, outputs: next, activation: activation, at: start))
            width = next
            start = layers[layers.count - 1].end
        }
        layers.append(
            DenseLayer(inputs: width, outputs: outputs, activation: outputActivation, at: start))
        self.layers = layers
    }

    /// Draws weights and biases uniformly within 1/sqrt(inputs) of zero, layer by layer.
    package func initialize<Scalar: NetworkScalar>(
        _ parameters: inout ParameterVector<Scalar>, from stream: inout RandomStream
    ) {
        precondition(parameters.count >= self.parameters.upperBound)
        for layer in layers {
            let bound = 1 / Double(layer.inputs).squareRoot()
            for index in layer.offset..<layer.end {
                parameters.values[index] = Scalar(stream.uniform(in: -bound..<bound))
            }
        }
    }

    /// Computes the output rows from the input rows that stand in the workspace, and keeps there
    /// what a backward pass needs.
    @_specialize(where Scalar == Float)
    package func forward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, _ workspace: inout Workspace<Scalar>
    ) {
        check(parameters, rows: rows, workspace)
        let places = workspace.places
        parameters.values.withUnsafeBufferPointer { parameters in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let parameters = parameters.baseAddress, let values = values.baseAddress
                else { return }
                var x = values + places.input
                for (index, layer) in layers.enumerated() {
                    let y = values + places.activations[index]
                    layer.forward(
                        parameters, rows: rows, x: x, y: y, slopes: values + places.slopes[index])
                    x = y
                }
            }
        }
    }

    /// Takes the loss's derivative by the output rows, which stand in the workspace after a
    /// forward pass of the same rows, back through the layers.
    ///
    /// - Parameters:
    ///   - gradient: the derivative by the parameters is added here.
    ///   - wantsInputGradient: leave the derivative by the input rows in the workspace, too.
    @_specialize(where Scalar == Float)
    package func backward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, _ workspace: inout Workspace<Scalar>,
        gradient: inout ParameterVector<Scalar>, wantsInputGradient: Bool = false
    ) {
        check(parameters, rows: rows, workspace)
        precondition(gradient.count == parameters.count, "\(gradient.count) slopes")
        let places = workspace.places
        parameters.values.withUnsafeBufferPointer { parameters in
            gradient.values.withUnsafeMutableBufferPointer { gradient in
                workspace.values.withUnsafeMutableBufferPointer { values in
                    guard let parameters = parameters.baseAddress,
                        let gradient = gradient.baseAddress, let values = values.baseAddress
                    else { return }
                    for (index, layer) in layers.enumerated().reversed() {
                        let sums = values + places.gradients[index]
                        Kernels.multiply(
                            sums, by: values + places.slopes[index], count: rows * layer.outputs)
                        let below = index > 0 ? places.gradients[index - 1] : places.inputGradient
                        let x = index > 0 ? places.activations[index - 1] : places.input
                        let wanted = index > 0 || wantsInputGradient
                        layer.backward(
                            parameters, rows: rows, x: values + x, sums: sums, gradient: gradient,
                            inputGradient: wanted ? values + below : nil,
                            transposed: values + places.transposed)
                    }
                }
            }
        }
    }

    private func check<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, _ workspace: Workspace<Scalar>
    ) {
        precondition(
            rows >= 0 && rows <= workspace.maximumRows,
            "\(rows) rows in a workspace for \(workspace.maximumRows)")
        precondition(parameters.count >= self.parameters.upperBound)
        precondition(
            workspace.places.slopes.count == layers.count, "a workspace of another network")
    }
}
