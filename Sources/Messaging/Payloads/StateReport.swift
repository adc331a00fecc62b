package import EdgeModel
package import SimulationKernel

/// What a station tells its neighbours about itself every `state_period`.
@frozen
package struct StateReport: Hashable, Sendable {
    package var station: NodeIndex
    package var episode: UInt32
    /// Counts the station's reports of the episode, from 0.
    package var sequence: UInt32
    /// When the values were true.
    package var timestamp: VirtualInstant
    /// Work queued and in service at the edge server.
    package var backlog: Gigacycles
    /// How long the egress port is booked ahead.
    package var egressBacklog: VirtualDuration
    package var capacity: Gigahertz

    @inlinable package init(
        station: NodeIndex, episode: UInt32, sequence: UInt32, timestamp: VirtualInstant,
        backlog: Gigacycles, egressBacklog: VirtualDuration, capacity: Gigahertz
    ) {
        self.station = station
        self.episode = episode
        self.sequence = sequence
        self.timestamp = timestamp
        self.backlog = backlog
        self.egressBacklog = egressBacklog
        self.capacity = capacity
    }
}
