package import NeuralNetwork
import Policies

extension SoftActorCritic {
    package static var algorithm: String { "soft-actor-critic" }

    package func checkpoint(isComplete: Bool) -> Checkpoint {
        var checkpoint = Checkpoint(
            metadata: AgentFile.metadata(of: self, isComplete: isComplete),
            tensors: network.tensors(of: AgentFile.floats(actor)))
        for index in 0..<2 {
            checkpoint.tensors += critic.tensors(
                of: AgentFile.floats(critics[index]), named: "critic.\(index)")
            checkpoint.tensors += critic.tensors(
                of: AgentFile.floats(targets[index]), named: "target.\(index)")
        }
        checkpoint.tensors.append(
            Checkpoint.Tensor(
                name: "log_temperature", shape: [1], values: .float64(logTemperature.values)))
        guard isComplete else { return checkpoint }
        AgentFile.append(actorOptimiser, named: "optimiser.actor", to: &checkpoint)
        for index in 0..<2 {
            AgentFile.append(
                criticOptimisers[index], named: "optimiser.critic.\(index)", to: &checkpoint)
        }
        AgentFile.append(temperatureOptimiser, named: "optimiser.temperature", to: &checkpoint)
        return checkpoint
    }

    package mutating func restore(from checkpoint: Checkpoint) throws(CheckpointError) {
        try AgentFile.check(
            checkpoint, algorithm: Self.algorithm, network: network, start: start)
        var copy = self
        copy.actor = AgentFile.scalars(try network.parameters(from: checkpoint))
        for index in 0..<2 {
            var parameters = ParameterVector<Float>(count: critic.parameters.count)
            try critic.load(&parameters, from: checkpoint, named: "critic.\(index)")
            copy.critics[index] = AgentFile.scalars(parameters)
            try critic.load(&parameters, from: checkpoint, named: "target.\(index)")
            copy.targets[index] = AgentFile.scalars(parameters)
            try AgentFile.restore(
                &copy.criticOptimisers[index], named: "optimiser.critic.\(index)",
                from: checkpoint)
        }
        guard case .float64(let values)? = checkpoint["log_temperature"]?.values,
            values.count == 1, values[0].magnitude < 80
        else {
            // Beyond this its exponential is no temperature in Float32.
            throw .mismatch(name: "log_temperature", reason: "it is not one F64 within 80 of 0")
        }
        copy.logTemperature = ParameterVector(values)
        try AgentFile.restore(&copy.actorOptimiser, named: "optimiser.actor", from: checkpoint)
        try AgentFile.restore(
            &copy.temperatureOptimiser, named: "optimiser.temperature", from: checkpoint)
        copy.updates = try AgentFile.updates(of: checkpoint)
        self = copy
    }
}
