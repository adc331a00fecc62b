package import NeuralNetwork
package import Policies

/// What a checkpoint must say to be used, in training or to decide only.
extension AgentFile {
    /// What the numbers of an actor mean beside its network: what its actions are, and the weights
    /// of the estimate in its scores.
    private static let meanings = ["actions", "prior", "prior_weight"]

    /// Sees whether a checkpoint is one of these networks, trained by this algorithm, and holds
    /// numbers only.
    ///
    /// The mismatch that explains most comes first: another algorithm, or a choice among other
    /// things, also has other features.
    ///
    /// - Parameter identity: the strings that `TrainerSettings.identity` adds to a file.
    package static func check(
        _ checkpoint: Checkpoint, algorithm: String, network: ActorNetwork, start: ChainStart,
        identity: [String: String]
    ) throws(CheckpointError) {
        try check(checkpoint, algorithm: algorithm, network: network, start: start)
        for key in meanings { try expect(identity[key], of: key, in: checkpoint) }
        _ = try network.parameters(from: checkpoint)
        // Without it a file is taken whatever its features were scaled for.
        if let features = identity["features"] {
            try expect(features, of: "features", in: checkpoint)
        }
        try checkNumbers(of: checkpoint)
        if checkpoint["limiter"] != nil { try checkLimiter(of: checkpoint) }
    }

    /// The part of it that an agent knows by itself.
    static func check(
        _ checkpoint: Checkpoint, algorithm: String, network: ActorNetwork, start: ChainStart
    ) throws(CheckpointError) {
        try expect(format, of: "format", in: checkpoint)
        guard checkpoint.metadata["algorithm"] == algorithm else {
            throw .mismatch(
                name: "algorithm",
                reason: "it was trained by '\(checkpoint.metadata["algorithm"] ?? "unknown")', "
                    + "not by '\(algorithm)'")
        }
        try expect(network.name, of: "network", in: checkpoint)
        try expect(self.start(network, start), of: "start", in: checkpoint)
    }

    /// Where chains start, which the weights are trained for; nil without a chain.
    static func start(_ network: ActorNetwork, _ start: ChainStart) -> String? {
        network.chain == nil ? nil : start.rawValue
    }

    /// The limiter's counters: transitions in, transitions dropped, updates.
    @discardableResult
    static func checkLimiter(of checkpoint: Checkpoint) throws(CheckpointError) -> [UInt64] {
        let counters = try checkpoint.words("limiter", count: 3)
        guard counters[2] >> 16 <= counters[0] else {
            throw .mismatch(
                name: "limiter",
                reason: "it counts \(counters[2]) updates for \(counters[0]) transitions")
        }
        return counters
    }

    private static func expect(
        _ expected: String?, of key: String, in checkpoint: Checkpoint
    ) throws(CheckpointError) {
        let found = checkpoint.metadata[key]
        guard found != expected else { return }
        throw .mismatch(
            name: key, reason: "it is \(quoted(found)), not \(quoted(expected))")
    }

    private static func quoted(_ text: String?) -> String { text.map { "'\($0)'" } ?? "missing" }

    /// Critics, targets and optimisers, too, which a policy that only decides never reads.
    private static func checkNumbers(of checkpoint: Checkpoint) throws(CheckpointError) {
        for tensor in checkpoint.tensors {
            let isFinite =
                switch tensor.values {
                case .float32(let values): values.allSatisfy(\.isFinite)
                case .float64(let values): values.allSatisfy(\.isFinite)
                case .unsigned64: true
                }
            guard isFinite else {
                throw .mismatch(name: tensor.name, reason: "a value is not finite")
            }
        }
    }
}
