package import NeuralNetwork

extension DiffusionPolicy {
    /// The actor's parameters for a checkpoint: `actor.time.*` and `actor.denoiser.*`.
    package func tensors(of parameters: ParameterVector<Float>) -> [Checkpoint.Tensor] {
        (timeNetwork?.tensors(of: parameters, named: "actor.time") ?? [])
            + denoiser.tensors(of: parameters, named: "actor.denoiser")
    }

    /// The actor's parameters from a checkpoint of the same shape.
    package func parameters(
        from checkpoint: Checkpoint
    ) throws(CheckpointError) -> ParameterVector<Float> {
        guard checkpoint.metadata["layout"] == "\(layout)" else {
            throw .mismatch(
                name: "actor", reason: "it is of another policy: its sizes, steps or recipe differ")
        }
        var parameters = ParameterVector<Float>(count: parameterCount)
        try timeNetwork?.load(&parameters, from: checkpoint, named: "actor.time")
        try denoiser.load(&parameters, from: checkpoint, named: "actor.denoiser")
        return parameters
    }
}
