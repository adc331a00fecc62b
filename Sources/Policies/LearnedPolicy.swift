/// A policy with weights: what it sees, what it chooses, and how it scores its choices.
package struct LearnedPolicy: Hashable, Sendable {
    package let encoder: ObservationEncoder
    package let space: ActionSpace
    package let network: ActorNetwork
    package let start: ChainStart

    package init(
        encoder: ObservationEncoder, space: ActionSpace, network: ActorNetwork,
        start: ChainStart = .noise
    ) {
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
    }
}
