package import NeuralNetwork

extension ActorNetwork {
    /// The parameters for a checkpoint: `actor.*` by layer, or `actor.time.*` and
    /// `actor.denoiser.*`.
    package func tensors(of parameters: ParameterVector<Float>) -> [Checkpoint.Tensor] {
        switch self {
        case .values(let network), .softmax(let network):
            network.tensors(of: parameters, named: "actor")
        case .diffusion(let policy): policy.tensors(of: parameters)
        }
    }

    /// The parameters from a checkpoint of the same form and shape.
    package func parameters(
        from checkpoint: Checkpoint
    ) throws(CheckpointError) -> ParameterVector<Float> {
        var parameters = ParameterVector<Float>(count: parameterCount)
        switch self {
        case .values(let network), .softmax(let network):
            try network.load(&parameters, from: checkpoint, named: "actor")
        case .diffusion(let policy): try policy.load(&parameters, from: checkpoint)
        }
        // Shapes say what differs; what else there is in a layout is no number of the file.
        guard checkpoint.metadata["layout"] == "\(layout)" else {
            throw .mismatch(
                name: "layout",
                reason: "tensors have the shapes of this policy, but its layers, activation, steps "
                    + "or noise are others: it is '\(checkpoint.metadata["layout"] ?? "missing")', "
                    + "not '\(layout)'")
        }
        return parameters
    }
}
