package import SimulationKernel

/// A part of an episode, from its start up to but not including its end.
package struct TimeSpan: Hashable, Sendable, Codable {
    package var start: VirtualDuration
    /// `.unbounded` lasts to the end of the episode.
    package var end: VirtualDuration

    package init(from start: VirtualDuration, to end: VirtualDuration) {
        self.start = start
        self.end = end
    }

    package func contains(_ instant: VirtualDuration) -> Bool { start <= instant && instant < end }

    /// How much of it lies before an instant.
    package func length(before instant: VirtualDuration) -> VirtualDuration {
        let last = min(end, instant)
        return last > start ? last - start : .zero
    }
}

extension [TimeSpan] {
    /// The first instant from the given one on that no span covers.
    ///
    /// - Precondition: spans ascend by their starts.
    package func firstFree(from instant: VirtualDuration) -> VirtualDuration {
        var free = instant
        for span in self where span.contains(free) { free = span.end }
        return free
    }
}
