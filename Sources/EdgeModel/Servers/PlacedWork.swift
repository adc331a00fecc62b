package import SimulationKernel

/// The work that a station has placed on one neighbour, by time, as far as reports may not yet
/// show it.
package struct PlacedWork: Sendable, Codable {
    private struct Entry: Codable {
        var at: VirtualInstant
        var work: Double
    }

    private var entries = RingBuffer<Entry>()

    package init() {}

    package mutating func add(_ work: Gigacycles, at now: VirtualInstant) {
        entries.append(Entry(at: now, work: work.value))
    }

    /// Forgets what was placed before an instant.
    ///
    /// - Returns: the sum of the rest, Gcycles.
    package mutating func forget(before instant: VirtualInstant) -> Double {
        while let first = entries.first, first.at < instant { entries.dropFirst() }
        var sum = 0.0
        for place in 0..<entries.count { sum += entries[place].work }
        return sum
    }
}
