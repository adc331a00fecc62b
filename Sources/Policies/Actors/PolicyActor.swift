package import Messaging
package import NeuralNetwork
package import SimulationKernel

/// Chooses actions with a network: what a station and the loop of an environment have in common.
package struct PolicyActor: Remembering, Sendable {
    package let network: ActorNetwork
    package let selection: Selection
    package let mode: ActionMode
    /// Whether chains that are given no start begin from zeros instead of noise.
    package let startsFromZeros: Bool
    /// When values are explored; nil for never.
    package let exploration: ExplorationSchedule?
    package private(set) var parameters: ParameterVector<Float>
    /// Choices made so far.
    package private(set) var decisions: UInt64 = 0
    /// `[actions]`: of the last choice; a network of values has none and leaves zeros.
    package private(set) var probabilities: [Float]
    /// `[actions]`: where the last chain started.
    package private(set) var start: [Float]
    private var noise: [Float]
    private var workspace: ActorWorkspace<Float>

    /// - Parameters:
    ///   - parameters: the weights until others take their place.
    ///   - prior: the weight of the last features in the scores.
    package init(
        network: ActorNetwork, selection: Selection = .one, parameters: ParameterVector<Float>,
        mode: ActionMode = .sampled, startsFromZeros: Bool = false,
        exploration: ExplorationSchedule? = nil, prior: Double = 0
    ) {
        precondition(parameters.count == network.parameterCount, "\(parameters.count) parameters")
        self.network = network
        self.selection = selection
        self.mode = mode
        self.startsFromZeros = startsFromZeros
        self.exploration = exploration
        self.parameters = parameters
        probabilities = Array(repeating: 0, count: network.actions)
        start = probabilities
        noise = Array(
            repeating: 0, count: (network.chain?.sampler.moves.count ?? 0) * network.actions)
        workspace = ActorWorkspace(for: network, rows: 1, purpose: .inference, prior: prior)
        network.prepare(parameters, &workspace)
    }

    /// Chooses with these weights from now on.
    package mutating func replaceParameters(_ parameters: ParameterVector<Float>) {
        precondition(parameters.count == network.parameterCount, "\(parameters.count) parameters")
        self.parameters = parameters
        network.prepare(parameters, &workspace)
    }

    /// Its weights, and how far its exploration has come.
    package mutating func remember(_ memory: inout Memory) throws {
        var weights = parameters.values
        try memory.pass("weights", &weights)
        try memory.pass("decisions", &decisions)
        guard memory.isReading else { return }
        guard weights.count == parameters.count, weights.allSatisfy(\.isFinite) else {
            throw MemoryError("its weights do not fit the policy")
        }
        replaceParameters(ParameterVector(weights))
    }

    /// Chooses for one observation.
    ///
    /// Draws, in this order: a uniform number while values are explored, and those of a random
    /// choice if it falls below the schedule's probability; or the start and the noise of a chain,
    /// then a uniform number for the sample.
    /// - Parameters:
    ///   - features: `[features]`
    ///   - mask: `[actions]`, at least one true.
    ///   - given: `[actions]`: where the chain starts, instead of the usual place.
    package mutating func choose(
        _ features: [Float], mask: [Bool], from stream: inout RandomStream,
        startingAt given: [Float]? = nil
    ) -> UInt32 {
        precondition(mask.count == network.actions && mask.contains(true), "the mask \(mask)")
        defer { decisions &+= 1 }
        switch network {
        case .values:
            if let exploration, mode == .sampled,
                stream.uniform() < exploration.probability(at: decisions)
            {
                return selection.draw(mask: mask, from: &stream)
            }
            score(features)
            return best(mask)
        case .softmax, .diffusion:
            if let chain = network.chain { prepareChain(chain, given, from: &stream) }
            score(features)
            findProbabilities(mask)
            return switch mode {
            case .sampled:
                UInt32(SoftmaxHead.sample(probabilities, uniform: stream.uniform()))
            case .greedy, .zeroNoise: UInt32(SoftmaxHead.mostProbable(probabilities))
            }
        }
    }

    private mutating func prepareChain(
        _ chain: DiffusionPolicy, _ given: [Float]?, from stream: inout RandomStream
    ) {
        let isQuiet = mode == .zeroNoise
        if let given {
            for index in start.indices { start[index] = given[index] }
        } else if isQuiet || startsFromZeros {
            for index in start.indices { start[index] = 0 }
        } else {
            stream.fillWithNormals(&start)
        }
        // The last move, at place 0, adds no noise, so none is drawn for it.
        guard !isQuiet, chain.sampler.drawsNoise else { return }
        stream.fillWithNormals(&noise, from: chain.actions)
    }

    private mutating func score(_ features: [Float]) {
        network.score(
            parameters, rows: 1, features: features, start: start, noise: noise, &workspace,
            keepsSlopes: false)
    }

    private func best(_ mask: [Bool]) -> UInt32 {
        workspace.scores.withUnsafeBufferPointer { scores in
            guard let scores = scores.baseAddress else { return 0 }
            return selection.best(scores, mask: mask, at: 0, actions: mask.count)
        }
    }

    private mutating func findProbabilities(_ mask: [Bool]) {
        workspace.scores.withUnsafeBufferPointer { logits in
            mask.withUnsafeBufferPointer { mask in
                probabilities.withUnsafeMutableBufferPointer { probabilities in
                    guard let logits = logits.baseAddress, let start = mask.baseAddress,
                        let target = probabilities.baseAddress
                    else { return }
                    SoftmaxHead.probabilities(
                        logits, mask: start, actions: mask.count, into: target)
                }
            }
        }
    }
}
