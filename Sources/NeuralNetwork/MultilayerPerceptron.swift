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

    /// The same network without its first layers.
    package func dropping(_ count: Int) -> MultilayerPerceptron {
        precondition(count < layers.count, "\(count) of \(layers.count) layers")
        return MultilayerPerceptron(layers: Array(layers[count...]))
    }

    private init(layers: [DenseLayer]) { self.layers = layers }
}

extension MultilayerPerceptron {
    /// Computes the output rows from the input rows that stand in the workspace, and keeps there
    /// what a backward pass needs.
    ///
    /// - Parameter keepsSlopes: false saves that work where no backward pass follows.
    @_specialize(where Scalar == Float)
    package func forward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, _ workspace: inout Workspace<Scalar>,
        keepsSlopes: Bool = true
    ) {
        pack(parameters, &workspace)
        forwardPacked(parameters, rows: rows, &workspace, keepsSlopes: keepsSlopes)
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
        packTransposed(parameters, &workspace, from: wantsInputGradient ? 0 : 1)
        backwardPacked(
            rows: rows, &workspace, gradient: &gradient, wantsInputGradient: wantsInputGradient)
    }

    /// Rearranges the weights for forward passes; to be called when the parameters change.
    @_specialize(where Scalar == Float)
    package func pack<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout Workspace<Scalar>
    ) {
        check(parameters, rows: 0, workspace)
        let places = workspace.places
        parameters.values.withUnsafeBufferPointer { parameters in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let parameters = parameters.baseAddress, let values = values.baseAddress
                else { return }
                for index in layers.indices {
                    layers[index].block.pack(parameters, into: values + places.weights[index])
                }
            }
        }
    }

    /// Rearranges the weights for backward passes through all layers from a first one.
    @_specialize(where Scalar == Float)
    func packTransposed<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout Workspace<Scalar>,
        from first: Int
    ) {
        check(parameters, rows: 0, workspace)
        precondition(workspace.isTrained, "a workspace without room for a backward pass")
        let places = workspace.places
        parameters.values.withUnsafeBufferPointer { parameters in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let parameters = parameters.baseAddress, let values = values.baseAddress
                else { return }
                for index in first..<layers.count {
                    layers[index].block.packTransposed(
                        parameters, into: values + places.transposed[index])
                }
            }
        }
    }

    /// A forward pass with the weights that were packed last.
    @_specialize(where Scalar == Float)
    package func forwardPacked<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, _ workspace: inout Workspace<Scalar>,
        copy: Int = 0, keepsSlopes: Bool
    ) {
        check(parameters, rows: rows, workspace)
        precondition(copy < workspace.copies, "copy \(copy) of \(workspace.copies)")
        let places = workspace.places
        let keepsSlopes = keepsSlopes && workspace.isTrained
        parameters.values.withUnsafeBufferPointer { parameters in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let parameters = parameters.baseAddress, let values = values.baseAddress
                else { return }
                let start = values + copy * places.copy
                var x = start + places.input
                for index in layers.indices {
                    let y = start + places.activations[index]
                    layers[index].forward(
                        parameters, panels: values + places.weights[index], rows: rows, x: x, y: y,
                        slopes: keepsSlopes ? start + places.slopes[index] : nil)
                    x = y
                }
            }
        }
    }

    /// A backward pass with the weights that were packed last.
    @_specialize(where Scalar == Float)
    func backwardPacked<Scalar: NetworkScalar>(
        rows: Int, _ workspace: inout Workspace<Scalar>, copy: Int = 0,
        gradient: inout ParameterVector<Scalar>, wantsInputGradient: Bool
    ) {
        check(gradient, rows: rows, workspace)
        precondition(copy < workspace.copies, "copy \(copy) of \(workspace.copies)")
        let places = workspace.places
        gradient.values.withUnsafeMutableBufferPointer { gradient in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let gradient = gradient.baseAddress, let values = values.baseAddress
                else { return }
                let start = values + copy * places.copy
                for index in layers.indices.reversed() {
                    let layer = layers[index]
                    let sums = values + places.gradients[index]
                    let x = index > 0 ? places.activations[index - 1] : places.input
                    layer.addGradient(
                        rows: rows, x: start + x, sums: sums, slopes: start + places.slopes[index],
                        panels: values + places.sums, to: gradient)
                    guard index > 0 || wantsInputGradient else { continue }
                    let below =
                        values + (index > 0 ? places.gradients[index - 1] : places.inputGradient)
                    Kernels.setToZero(
                        UnsafeMutableBufferPointer(start: below, count: rows * layer.inputs))
                    layer.block.addBackward(
                        values + places.transposed[index], rows: rows, sums: sums, to: below)
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
        precondition(
            parameters.count >= self.parameters.upperBound, "\(parameters.count) parameters")
        precondition(
            workspace.places.slopes.count == layers.count, "a workspace of another network")
    }
}
