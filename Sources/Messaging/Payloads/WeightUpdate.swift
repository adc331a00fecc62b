package import SimulationKernel

/// Networks that are to be averaged, or the average itself, at one round (docs/MODEL.md, section 8).
package struct WeightUpdate: Hashable, Sendable {
    /// Who sends it: a station, or the learner that has averaged.
    package var sender: NodeIndex
    /// When the round began and the networks were taken; the same for all of a round.
    package var round: VirtualInstant
    /// Transitions that its sender has taken in since its last update; in an average, their sum.
    package var samples: UInt64
    /// Identifies the shape of the policy.
    package var layout: UInt64
    /// All that gradients train, in the order of `Trainer.networks`.
    package var parameters: [Float]

    package init(
        sender: NodeIndex, round: VirtualInstant, samples: UInt64, layout: UInt64,
        parameters: [Float]
    ) {
        self.sender = sender
        self.round = round
        self.samples = samples
        self.layout = layout
        self.parameters = parameters
    }

    package var isFinite: Bool { parameters.allSatisfy(\.isFinite) }
}
