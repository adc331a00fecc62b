package import EdgeModel
package import SimulationKernel

/// When something can follow for others from the messages that a node takes in, at the earliest.
///
/// Every process knows this of every node, so a sender can say how soon its receiver matters.
package struct Consequences: Hashable, Sendable {
    /// Kinds from which nothing ever follows.
    package var quiet: MessageKinds
    /// The highest speed that a subtask can be served with, where nothing follows from one before
    /// it is done; nil where something may at once.
    package var fastestService: Gigahertz?

    package init(quiet: MessageKinds = MessageKinds(), fastestService: Gigahertz? = nil) {
        self.quiet = quiet
        self.fastestService = fastestService
    }

    /// The distant future if nothing ever follows.
    package func instant(of message: Message, at time: VirtualInstant) -> VirtualInstant {
        if quiet.contains(message.kind) { return .distantFuture }
        guard case .subtask(let subtask) = message, let fastestService else { return time }
        let service = subtask.workload / fastestService - Self.rounding
        return time + max(.zero, service)
    }

    /// More than the sum over a capacity's steps differs from the quotient.
    private static let rounding = VirtualDuration(nanoseconds: 10)
}
