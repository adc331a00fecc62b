/// A policy with weights: what it sees, what it chooses, and how it scores its choices.
package struct LearnedPolicy: Hashable, Sendable {
    package let encoder: ObservationEncoder
    package let space: ActionSpace
    package let network: ActorNetwork
    package let start: ChainStart
    /// The weight of the encoder's prior in the scores; 0 without one.
    package let prior: Double

    package init(
        encoder: ObservationEncoder, space: ActionSpace, network: ActorNetwork,
        start: ChainStart = .noise, prior: Double = 0
    ) {
        precondition(prior == 0 || encoder.prior != nil, "the weight \(prior) of no prior")
        precondition(
            network.features == encoder.featureCount
                && network.actions == space.count(slots: encoder.slots),
            "a network from \(network.features) features to \(network.actions) actions for an "
                + "encoder of \(encoder.featureCount) and \(encoder.slots) slots")
        precondition(
            start != .previous || space == .servers, "previous decisions are kept by server")
        self.encoder = encoder
        self.space = space
        self.network = network
        self.start = start
        self.prior = prior
    }
}
