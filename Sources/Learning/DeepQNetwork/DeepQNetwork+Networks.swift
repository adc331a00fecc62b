import NeuralNetwork

/// The one network that stations average; the target follows it.
extension DeepQNetwork {
    package var networks: [Scalar] { actor.values }

    package mutating func replaceNetworks(_ networks: [Scalar]) {
        precondition(
            networks.count == actor.count, "\(networks.count) numbers for \(actor.count)")
        actor = ParameterVector(networks)
    }
}
