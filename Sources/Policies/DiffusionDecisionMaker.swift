package import Messaging
package import NeuralNetwork
import SimulationKernel

/// How an action is taken from a policy's probabilities.
package enum ActionMode: String, Hashable, Sendable, CaseIterable {
    /// Drawn.
    case sampled
    /// The most probable one; the chain still starts from noise.
    case greedy
    /// The most probable one, with a chain that starts from zeros and gets no noise.
    case zeroNoise = "zero-noise"
}

/// The agents `dsac` and `ddrl-ats`: a diffusion policy chooses one server for each task.
package struct DiffusionDecisionMaker: DecisionMaker {
    package let policy: DiffusionPolicy
    package let encoder: ObservationEncoder
    package let mode: ActionMode
    /// The version of the weights in use, 0 for the initial ones.
    package private(set) var version: UInt64 = 0
    private var generation: UInt32 = 0
    private var parameters: ParameterVector<Float>
    private var workspace: DiffusionWorkspace<Float>
    private var stream: RandomStream
    private let layout: UInt64
    private let seed: UInt64
    private let station: String
    private var features: [Float]
    private var mask: [Bool]
    private var start: [Float]
    private var noise: [Float]
    private var probabilities: [Float]

    /// - Parameters:
    ///   - parameters: the weights until others are adopted.
    ///   - station: the name of the station, which keys its stream of chance.
    package init(
        policy: DiffusionPolicy, encoder: ObservationEncoder, parameters: ParameterVector<Float>,
        mode: ActionMode, seed: UInt64, station: String
    ) {
        precondition(
            policy.features == encoder.featureCount && policy.actions == encoder.slots,
            "a policy of \(policy.features) features for an encoder of \(encoder.featureCount)")
        precondition(parameters.count == policy.parameterCount)
        self.policy = policy
        self.encoder = encoder
        self.mode = mode
        self.parameters = parameters
        self.seed = seed
        self.station = station
        layout = policy.layout
        workspace = DiffusionWorkspace(for: policy, rows: 1, purpose: .inference)
        stream = RandomStream(seed: seed, episode: 0, entity: station, purpose: "policy")
        features = Array(repeating: 0, count: policy.features)
        mask = Array(repeating: false, count: policy.actions)
        start = Array(repeating: 0, count: policy.actions)
        noise = Array(repeating: 0, count: policy.schedule.count * policy.actions)
        probabilities = start
        policy.embed(parameters, &workspace)
    }

    package mutating func begin(episode: Int) {
        stream = RandomStream(seed: seed, episode: episode, entity: station, purpose: "policy")
    }

    package mutating func adopt(_ weights: WeightSnapshot) {
        guard weights.layout == layout, weights.parameters.count == parameters.count,
            weights.isNewer(than: (generation, version))
        else { return }
        parameters = ParameterVector(weights.parameters)
        generation = weights.generation
        version = weights.version
        policy.embed(parameters, &workspace)
    }

    package mutating func remember(_ memory: inout Memory) throws {
        var weights = parameters.values
        try memory.pass("weights", &weights)
        try memory.pass("generation", &generation)
        try memory.pass("version", &version)
        try memory.pass("chance", &stream)
        guard memory.isReading else { return }
        guard weights.count == parameters.count, weights.allSatisfy(\.isFinite) else {
            throw MemoryError("its weights do not fit the policy")
        }
        parameters = ParameterVector(weights)
        policy.embed(parameters, &workspace)
    }

    package mutating func decide(_ observation: Observation) -> Action {
        encoder.encode(observation, features: &features, mask: &mask)
        if mode != .zeroNoise {
            for index in start.indices { start[index] = Float(stream.normal()) }
            // The last step, at place 0, adds no noise, so none is drawn for it.
            for index in policy.actions..<noise.count {
                noise[index] = Float(stream.normal())
            }
        }
        policy.denoise(
            parameters, rows: 1, features: features, start: start, noise: noise, &workspace)
        workspace.samples.withUnsafeBufferPointer { logits in
            mask.withUnsafeBufferPointer { mask in
                probabilities.withUnsafeMutableBufferPointer { probabilities in
                    guard let logits = logits.baseAddress, let mask = mask.baseAddress,
                        let target = probabilities.baseAddress
                    else { return }
                    SoftmaxHead.probabilities(
                        logits, mask: mask, actions: policy.actions, into: target)
                }
            }
        }
        let choice =
            switch mode {
            case .sampled: SoftmaxHead.sample(probabilities, uniform: stream.uniform())
            case .greedy, .zeroNoise: SoftmaxHead.mostProbable(probabilities)
            }
        return Action(
            placement: .whole(choice), policyVersion: version,
            experience: Action.Experience(features: features, mask: mask, choice: UInt32(choice)))
    }
}
