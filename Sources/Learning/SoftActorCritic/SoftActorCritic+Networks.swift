import NeuralNetwork

/// The networks that stations average: the actor, then both critics.
extension SoftActorCritic {
    package var networks: [Scalar] { critics.reduce(actor.values) { $0 + $1.values } }

    package mutating func replaceNetworks(_ networks: [Scalar]) {
        let (own, each) = (actor.count, critic.parameters.count)
        precondition(
            networks.count == own + critics.count * each,
            "\(networks.count) numbers for an actor of \(own) and two critics of \(each)")
        actor = ParameterVector(Array(networks[..<own]))
        for index in critics.indices {
            let start = own + index * each
            critics[index] = ParameterVector(Array(networks[start..<start + each]))
        }
    }
}
