package import SimulationKernel

/// Which task: the index of the station that its user is at, and its number there.
///
/// Numbers start at 0 in every episode and follow the order of arrival at the origin.
@frozen
package struct TaskID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var origin: UInt32
    package var number: UInt32

    @inlinable package init(origin: UInt32, number: UInt32) {
        self.origin = origin
        self.number = number
    }

    @inlinable package static func < (a: Self, b: Self) -> Bool {
        (a.origin, a.number) < (b.origin, b.number)
    }

    package var description: String { "task \(number) of station \(origin)" }
}

/// One request of a user at a station.
@frozen
package struct EdgeTask: Hashable, Sendable, Codable {
    package var id: TaskID
    /// The episode that the task belongs to, from 0.
    package var episode: UInt32
    /// The index of its traffic class in the topology.
    package var trafficClass: UInt16
    /// Its place among the tasks of its station, class and slot; 0 where there are no slots.
    package var ordinal: UInt16
    /// When it reaches its station, after the radio link; absolute virtual time.
    package var arrival: VirtualInstant
    package var size: Megabits
    package var result: Megabits
    package var workload: Gigacycles
    /// From arrival; `.unbounded` when the class has none.
    package var deadline: VirtualDuration

    @inlinable package init(
        id: TaskID, episode: UInt32, trafficClass: UInt16, ordinal: UInt16, arrival: VirtualInstant,
        size: Megabits, result: Megabits, workload: Gigacycles, deadline: VirtualDuration
    ) {
        self.id = id
        self.episode = episode
        self.trafficClass = trafficClass
        self.ordinal = ordinal
        self.arrival = arrival
        self.size = size
        self.result = result
        self.workload = workload
        self.deadline = deadline
    }
}
