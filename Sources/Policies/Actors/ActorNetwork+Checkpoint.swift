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
        guard checkpoint.metadata["layout"] == "\(layout)" else {
            let other = checkpoint.metadata["network"] ?? "unknown"
            throw .mismatch(
                name: "actor",
                reason: "it is of another policy (network \(other)): its sizes, steps or recipe "
                    + "differ from those of this one (network \(name))")
        }
        var parameters = ParameterVector<Float>(count: parameterCount)
        switch self {
        case .values(let network), .softmax(let network):
            try network.load(&parameters, from: checkpoint, named: "actor")
        case .diffusion(let policy): try policy.load(&parameters, from: checkpoint)
        }
        return parameters
    }
}
