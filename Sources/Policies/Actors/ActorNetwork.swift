package import NeuralNetwork
package import SimulationKernel

/// How an agent scores its actions: the network that stations decide with.
///
/// All forms have one flat vector of parameters, which is what the learner publishes. What the
/// actions mean is not known here (`ActionSpace`).
package enum ActorNetwork: Hashable, Sendable {
    /// The expected return of each action; the greatest is chosen.
    case values(MultilayerPerceptron)
    /// The logits of a policy.
    case softmax(MultilayerPerceptron)
    /// A chain that ends in the logits of a policy.
    case diffusion(DiffusionPolicy)

    /// The perceptron of the first two forms.
    package static func perceptron(
        features: Int, actions: Int, hidden: [Int], activation: Activation = .mish
    ) -> MultilayerPerceptron {
        MultilayerPerceptron(
            inputs: features, hidden: hidden, outputs: actions, activation: activation)
    }

    package var features: Int {
        switch self {
        case .values(let network), .softmax(let network): network.inputs
        case .diffusion(let policy): policy.features
        }
    }

    package var actions: Int {
        switch self {
        case .values(let network), .softmax(let network): network.outputs
        case .diffusion(let policy): policy.actions
        }
    }

    package var parameterCount: Int {
        switch self {
        case .values(let network), .softmax(let network): network.parameters.upperBound
        case .diffusion(let policy): policy.parameterCount
        }
    }

    package var chain: DiffusionPolicy? {
        if case .diffusion(let policy) = self { policy } else { nil }
    }

    /// The same network, whose chain takes only so many of its steps; others are as they were.
    ///
    /// - Parameter noise: eta of `ChainSampler`.
    package func taking(steps: Int, noise: Double) -> Self {
        guard case .diffusion(var policy) = self else { return self }
        policy.sampler = ChainSampler(policy.schedule, steps: steps, noise: noise)
        return .diffusion(policy)
    }

    /// The name in checkpoints.
    package var name: String {
        switch self {
        case .values: "values"
        case .softmax: "softmax"
        case .diffusion(let policy): "diffusion, recipe \(policy.recipe.rawValue)"
        }
    }

    /// Fresh parameters, drawn from a stream.
    package func initialParameters<Scalar: NetworkScalar>(
        from stream: inout RandomStream
    ) -> ParameterVector<Scalar> {
        switch self {
        case .values(let network), .softmax(let network):
            var parameters = ParameterVector<Scalar>(count: parameterCount)
            network.initialize(&parameters, from: &stream)
            return parameters
        case .diffusion(let policy): return policy.initialParameters(from: &stream)
        }
    }

    /// Identifies the form and its shape, so that weights of another one are refused.
    package var layout: UInt64 {
        var hash = LayoutHash()
        switch self {
        case .values(let network):
            hash.mix(1)
            hash.mix(network)
        case .softmax(let network):
            hash.mix(2)
            hash.mix(network)
        case .diffusion(let policy): return policy.layout
        }
        return hash.value
    }
}

/// FNV-1a over the numbers that make up a shape.
package struct LayoutHash {
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    package mutating func mix(_ number: UInt64) {
        for byte in 0..<8 {
            value = (value ^ (number &>> UInt64(8 * byte)) & 0xFF) &* 0x0000_0100_0000_01B3
        }
    }

    package mutating func mix(_ network: MultilayerPerceptron) {
        for layer in network.layers {
            mix(UInt64(layer.inputs))
            mix(UInt64(layer.outputs))
            mix(UInt64(layer.activation.rawValue))
        }
    }
}
