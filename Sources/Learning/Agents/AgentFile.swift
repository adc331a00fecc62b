import NeuralNetwork
import Policies

/// What the checkpoints of all agents have in common.
package enum AgentFile {
    static var format: String { "edgeflock-agent-2" }

    static func metadata<Trained: Agent>(
        of agent: Trained, isComplete: Bool
    ) -> [String: String] {
        var metadata = [
            "format": format, "algorithm": Trained.algorithm, "network": agent.network.name,
            "layout": "\(agent.network.layout)", "updates": "\(agent.updates)",
            "complete": isComplete ? "yes" : "no",
        ]
        metadata["start"] = start(agent.network, agent.start)
        return metadata
    }

    /// The number of updates that schedules go on from: 0 where only networks are taken over.
    static func updates(of checkpoint: Checkpoint) throws(CheckpointError) -> UInt64 {
        guard checkpoint.metadata["complete"] == "yes" else { return 0 }
        guard let text = checkpoint.metadata["updates"], let updates = UInt64(text) else {
            throw .mismatch(name: "updates", reason: "it is no number of updates")
        }
        return updates
    }

    static func floats<Scalar>(_ parameters: ParameterVector<Scalar>) -> ParameterVector<Float> {
        if let floats = parameters as? ParameterVector<Float> { return floats }
        return ParameterVector(parameters.values.map { Float($0) })
    }

    static func scalars<Scalar>(_ parameters: ParameterVector<Float>) -> ParameterVector<Scalar> {
        if let same = parameters as? ParameterVector<Scalar> { return same }
        return ParameterVector(parameters.values.map { Scalar($0) })
    }

    // MARK: Optimisers

    /// Adds an optimiser's memory: `NAME.first`, `NAME.second` and `NAME.steps`.
    static func append<Scalar>(
        _ optimiser: Adam<Scalar>, named name: String, to checkpoint: inout Checkpoint
    ) {
        func tensor(_ part: String, _ values: [Scalar]) -> Checkpoint.Tensor {
            if let doubles = values as? [Double] {
                return Checkpoint.Tensor(
                    name: "\(name).\(part)", shape: [values.count], values: .float64(doubles))
            }
            return Checkpoint.Tensor(
                name: "\(name).\(part)", shape: [values.count],
                values: .float32(values.map { Float($0) }))
        }
        checkpoint.tensors += [
            tensor("first", optimiser.first), tensor("second", optimiser.second),
            Checkpoint.Tensor(
                name: "\(name).steps", shape: [1], values: .unsigned64([optimiser.steps])),
        ]
    }

    /// Takes an optimiser's memory, if the checkpoint is a complete one; otherwise it starts anew.
    static func restore<Scalar>(
        _ optimiser: inout Adam<Scalar>, named name: String, from checkpoint: Checkpoint
    ) throws(CheckpointError) {
        guard checkpoint.metadata["complete"] == "yes" else { return }
        guard case .unsigned64(let steps)? = checkpoint["\(name).steps"]?.values,
            steps.count == 1
        else { throw .mismatch(name: "\(name).steps", reason: "it is not one U64") }
        func values(_ part: String) throws(CheckpointError) -> [Scalar] {
            let key = "\(name).\(part)"
            let count = optimiser.first.count
            if Scalar.self == Double.self {
                guard case .float64(let doubles)? = checkpoint[key]?.values,
                    doubles.count == count, doubles.allSatisfy(\.isFinite)
                else { throw .mismatch(name: key, reason: "it is not \(count) finite F64") }
                return doubles.map { Scalar($0) }
            }
            return try checkpoint.floats(key, shape: [count]).map { Scalar($0) }
        }
        let second = try values("second")
        guard second.allSatisfy({ $0 >= 0 }) else {
            throw .mismatch(name: "\(name).second", reason: "a mean of squares is negative")
        }
        optimiser.restore(steps: steps[0], first: try values("first"), second: second)
    }
}
