package import EdgeModel
package import Messaging
package import SimulationKernel

/// How a central learner works (docs/MODEL.md, section 8).
package struct LearnerSettings: Hashable, Sendable {
    package var pace = PacedTrainer.Pace()
    /// When the networks are recorded, ascending: the ends of the episodes. One
    /// more than the run has, so that a run that goes on does what a longer one would have done.
    package var checkpoints: [VirtualInstant] = []

    package init() {}

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
