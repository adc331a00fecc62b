package import SimulationKernel

/// A directed link between two stations, or between a station and the learner.
package struct Link: Hashable, Sendable, Codable {
    package var rate: MegabitsPerSecond
    /// One way; positive between nodes (a message needs time, whatever the placement).
    package var delay: VirtualDuration
    /// An added delay in seconds, never negative; order on the link is kept.
    package var jitter: Distribution?
    /// The probability that one transmission of task traffic is lost.
    package var loss: Double
    /// How long after a lost transmission it is repeated.
    package var retransmissionTimeout: VirtualDuration

    package init(
        rate: MegabitsPerSecond, delay: VirtualDuration, jitter: Distribution? = nil,
        loss: Double = 0, retransmissionTimeout: VirtualDuration? = nil
    ) {
        self.rate = rate
        self.delay = delay
        self.jitter = jitter
        self.loss = loss
        self.retransmissionTimeout =
            retransmissionTimeout ?? delay + delay + .milliseconds(10)
    }
}
