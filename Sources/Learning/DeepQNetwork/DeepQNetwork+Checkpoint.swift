package import NeuralNetwork
import Policies

extension DeepQNetwork {
    package static var algorithm: String { "deep-q-network" }

    package func checkpoint(isComplete: Bool) -> Checkpoint {
        var checkpoint = Checkpoint(
            metadata: AgentFile.metadata(of: self, isComplete: isComplete),
            tensors: network.tensors(of: AgentFile.floats(actor)))
        checkpoint.tensors += network.tensors(of: AgentFile.floats(target)).map {
            Checkpoint.Tensor(name: "target.\($0.name)", shape: $0.shape, values: $0.values)
        }
        if isComplete { AgentFile.append(optimiser, named: "optimiser", to: &checkpoint) }
        return checkpoint
    }

    package mutating func restore(from checkpoint: Checkpoint) throws(CheckpointError) {
        try AgentFile.check(
            checkpoint, algorithm: Self.algorithm, network: network, start: start)
        let actor = try network.parameters(from: checkpoint)
        var inner = checkpoint
        inner.tensors = checkpoint.tensors.compactMap { tensor in
            guard tensor.name.hasPrefix("target.") else { return nil }
            var tensor = tensor
            tensor.name.removeFirst("target.".count)
            return tensor
        }
        let target = try network.parameters(from: inner)
        var optimiser = optimiser
        try AgentFile.restore(&optimiser, named: "optimiser", from: checkpoint)
        updates = try AgentFile.updates(of: checkpoint)
        self.actor = AgentFile.scalars(actor)
        self.target = AgentFile.scalars(target)
        self.optimiser = optimiser
    }
}
