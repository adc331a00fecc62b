package import NeuralNetwork
import Policies

extension SoftActorCritic where Scalar == Float {
    /// Every network and the temperature; the optimisers' memories and the replay are not kept.
    package var checkpoint: Checkpoint {
        var tensors = policy.tensors(of: actor)
        for index in 0..<2 {
            tensors += critic.tensors(of: critics[index], named: "critic.\(index)")
            tensors += critic.tensors(of: targets[index], named: "target.\(index)")
        }
        tensors.append(
            Checkpoint.Tensor(
                name: "log_temperature", shape: [1], values: .float64(logTemperature.values)))
        return Checkpoint(
            metadata: [
                "format": "edgeflock-dsac-1", "recipe": policy.recipe.rawValue,
                "layout": "\(policy.layout)", "updates": "\(updates)",
            ], tensors: tensors)
    }

    /// Takes networks and temperature from a checkpoint of the same shapes.
    package mutating func restore(from checkpoint: Checkpoint) throws(CheckpointError) {
        let actor = try policy.parameters(from: checkpoint)
        var (critics, targets) = (critics, targets)
        for index in 0..<2 {
            try critic.load(&critics[index], from: checkpoint, named: "critic.\(index)")
            try critic.load(&targets[index], from: checkpoint, named: "target.\(index)")
        }
        guard case .float64(let values)? = checkpoint["log_temperature"]?.values,
            values.count == 1, values[0].isFinite
        else { throw .mismatch(name: "log_temperature", reason: "it is not one finite F64") }
        (self.actor, self.critics, self.targets) = (actor, critics, targets)
        logTemperature = ParameterVector(values)
    }
}
