extension MultilayerPerceptron {
    /// The parameters layer by layer: `NAME.0.weight` `[inputs, outputs]`, `NAME.0.bias`
    /// `[outputs]`, and so on.
    package func tensors(
        of parameters: ParameterVector<Float>, named name: String
    ) -> [Checkpoint.Tensor] {
        layers.enumerated().flatMap { index, layer in
            [
                Checkpoint.Tensor(
                    name: "\(name).\(index).weight", shape: [layer.inputs, layer.outputs],
                    values: .float32(Array(parameters.values[layer.weights]))),
                Checkpoint.Tensor(
                    name: "\(name).\(index).bias", shape: [layer.outputs],
                    values: .float32(Array(parameters.values[layer.biases]))),
            ]
        }
    }

    /// Takes the parameters from a checkpoint that `tensors(of:named:)` wrote.
    package func load(
        _ parameters: inout ParameterVector<Float>, from checkpoint: Checkpoint, named name: String
    ) throws(CheckpointError) {
        for (index, layer) in layers.enumerated() {
            parameters.values.replaceSubrange(
                layer.weights,
                with: try checkpoint.floats(
                    "\(name).\(index).weight", shape: [layer.inputs, layer.outputs]))
            parameters.values.replaceSubrange(
                layer.biases,
                with: try checkpoint.floats("\(name).\(index).bias", shape: [layer.outputs]))
        }
    }
}

extension Checkpoint {
    /// The numbers of a tensor that must be there, in this shape, as finite float32.
    package func floats(_ name: String, shape: [Int]) throws(CheckpointError) -> [Float] {
        guard let tensor = self[name] else { throw .mismatch(name: name, reason: "it is missing") }
        guard tensor.shape == shape else {
            throw .mismatch(name: name, reason: "shape \(tensor.shape), not \(shape)")
        }
        guard case .float32(let values) = tensor.values else {
            throw .mismatch(name: name, reason: "type \(tensor.values.type.name), not F32")
        }
        guard values.allSatisfy(\.isFinite) else {
            throw .mismatch(name: name, reason: "a value is not finite")
        }
        return values
    }
}
