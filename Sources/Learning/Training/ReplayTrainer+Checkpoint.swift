import NeuralNetwork
import SimulationKernel

/// Files of a trainer: the agent's networks, and with `isComplete` all that is needed to go on as
/// if nothing had happened: optimisers, replay, the limiter's counters and the streams.
extension ReplayTrainer {
    package func checkpoint(isComplete: Bool) -> [UInt8] {
        var checkpoint = agent.checkpoint(isComplete: isComplete)
        for (key, value) in settings.identity { checkpoint.metadata[key] = value }
        checkpoint.tensors.append(
            Checkpoint.Tensor(
                name: "limiter", shape: [3],
                values: .unsigned64([limiter.inserted, limiter.dropped, limiter.updates])))
        if isComplete {
            checkpoint.tensors += replay.tensors
            for (name, stream) in [("stream.updates", stream), ("stream.probe", probe.stream)] {
                let state = stream.generator.state
                checkpoint.tensors.append(
                    Checkpoint.Tensor(
                        name: name, shape: [4],
                        values: .unsigned64([state.0, state.1, state.2, state.3])))
            }
        }
        return checkpoint.encoded()
    }

    package mutating func restore(from bytes: [UInt8]) throws {
        let checkpoint = try Checkpoint(decoding: bytes)
        try AgentFile.check(
            checkpoint, algorithm: Trained.algorithm, network: agent.network, start: agent.start,
            identity: settings.identity)
        var copy = self
        try copy.agent.restore(from: checkpoint)
        if checkpoint.metadata["complete"] == "yes" {
            try copy.replay.restore(from: checkpoint)
            let counters = try AgentFile.checkLimiter(of: checkpoint)
            guard counters[0] == copy.replay.inserted else {
                throw CheckpointError.mismatch(
                    name: "limiter",
                    reason: "it counts \(counters[0]) transitions, the replay "
                        + "\(copy.replay.inserted)")
            }
            copy.limiter.restore(
                inserted: counters[0], dropped: counters[1], updates: counters[2])
            copy.stream = try checkpoint.stream("stream.updates")
            copy.probe.stream = try checkpoint.stream("stream.probe")
        }
        self = copy
    }
}

extension Checkpoint {
    /// Whole numbers that must be there.
    func words(_ name: String, count: Int) throws(CheckpointError) -> [UInt64] {
        guard case .unsigned64(let words)? = self[name]?.values, words.count == count else {
            throw .mismatch(name: name, reason: "it is not \(count) U64")
        }
        return words
    }

    func stream(_ name: String) throws(CheckpointError) -> RandomStream {
        let words = try words(name, count: 4)
        guard words.contains(where: { $0 != 0 }) else {
            throw .mismatch(name: name, reason: "all its state is 0, which no stream has")
        }
        return RandomStream(
            generator: SeededGenerator(state: (words[0], words[1], words[2], words[3])))
    }
}
