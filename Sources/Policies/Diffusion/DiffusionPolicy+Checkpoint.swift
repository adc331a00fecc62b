package import NeuralNetwork

extension DiffusionPolicy {
    /// The actor's parameters for a checkpoint: `actor.time.*` and `actor.denoiser.*`.
    package func tensors(of parameters: ParameterVector<Float>) -> [Checkpoint.Tensor] {
        (timeNetwork?.tensors(of: parameters, named: "actor.time") ?? [])
            + denoiser.tensors(of: parameters, named: "actor.denoiser")
    }

    /// Takes the actor's parameters from a checkpoint.
    func load(
        _ parameters: inout ParameterVector<Float>, from checkpoint: Checkpoint
    ) throws(CheckpointError) {
        try timeNetwork?.load(&parameters, from: checkpoint, named: "actor.time")
        try denoiser.load(&parameters, from: checkpoint, named: "actor.denoiser")
    }
}
