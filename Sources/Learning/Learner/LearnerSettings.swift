package import EdgeModel
package import Messaging
package import SimulationKernel

/// How a central learner works (docs/MODEL.md, section 8).
package struct LearnerSettings: Hashable, Sendable {
    package var seed: UInt64
    /// Gradient samples per inserted transition.
    package var samplesPerInsert = 8.0
    /// Transitions before the first update.
    package var minimumTransitions = 1000
    /// Transitions that the replay buffer holds.
    package var replayCapacity = 100_000
    /// The least time between two publications of weights.
    package var publishInterval = VirtualDuration.seconds(1)
    /// The virtual time that one gradient step takes.
    package var stepTime = VirtualDuration.zero
    package var agent = SoftActorCriticSettings()
    /// When the networks are recorded, ascending: the ends of the episodes.
    package var checkpoints: [VirtualInstant] = []

    package init(seed: UInt64) { self.seed = seed }

    /// A station that gets the weights, and the link from the learner to it.
    package struct Subscriber: Hashable, Sendable {
        package var station: NodeIndex
        package var link: Link

        package init(station: NodeIndex, link: Link) {
            self.station = station
            self.link = link
        }
    }
}
