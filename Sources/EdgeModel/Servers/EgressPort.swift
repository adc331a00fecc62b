package import SimulationKernel

/// A transmit port that sends one thing after another, in the order in which they enter.
package struct EgressPort: Hashable, Sendable, Codable {
    /// When everything that has entered so far is sent.
    package private(set) var freeAt = VirtualInstant.zero
    /// The sum of all transmission times so far.
    package private(set) var booked = VirtualDuration.zero

    package init() {}

    /// Books a transmission.
    ///
    /// - Returns: when its last bit leaves.
    package mutating func send(
        for duration: VirtualDuration, at now: VirtualInstant
    ) -> VirtualInstant {
        freeAt = max(freeAt, now) + duration
        booked += duration
        return freeAt
    }

    /// How long something that enters now waits for its turn.
    package func wait(at now: VirtualInstant) -> VirtualDuration {
        freeAt > now ? freeAt - now : .zero
    }

    /// How long the port was busy before an instant that is not before the last booking.
    ///
    /// What is booked beyond that instant is one stretch without gaps, since it had entered.
    package func busy(until end: VirtualInstant) -> VirtualDuration { booked - wait(at: end) }
}
