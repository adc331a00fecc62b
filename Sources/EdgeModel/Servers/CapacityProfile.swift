package import SimulationKernel

/// The speed of an edge server over an episode: constant from each step's instant to the next.
///
/// Instants are relative to the start of the episode; the last step lasts for ever.
package struct CapacityProfile: Hashable, Sendable, Codable {
    package struct Step: Hashable, Sendable, Codable {
        /// From the start of the episode.
        package var start: VirtualDuration
        package var capacity: Gigahertz

        package init(start: VirtualDuration, capacity: Gigahertz) {
            self.start = start
            self.capacity = capacity
        }
    }

    /// At least one; the first starts at 0; starts ascend; every capacity is positive.
    package let steps: [Step]
    /// The capacity if it never changes, else zero: spares the usual case the steps.
    private let constant: Double

    package init(steps: [Step]) {
        precondition(steps.first?.start == .zero, "a capacity profile starts at 0: \(steps)")
        precondition(
            zip(steps, steps.dropFirst()).allSatisfy { $0.start < $1.start },
            "the steps of a capacity profile ascend: \(steps)")
        precondition(
            steps.allSatisfy { $0.capacity > .zero }, "every capacity is positive: \(steps)")
        self.steps = steps
        constant = steps.count == 1 ? steps[0].capacity.value : 0
    }

    package init(constant capacity: Gigahertz) {
        self.init(steps: [Step(start: .zero, capacity: capacity)])
    }

    /// The highest speed at any time.
    package var highest: Gigahertz { steps.map(\.capacity).max() ?? .zero }

    /// The speed at an instant.
    package func capacity(at instant: VirtualDuration) -> Gigahertz {
        constant > 0 ? Gigahertz(constant) : steps[index(at: instant)].capacity
    }

    /// When work that begins at an instant, and has the server to itself, is done.
    ///
    /// One quotient is rounded to the nanosecond: that of the step in which the work ends.
    package func completion(
        of work: Gigacycles, from start: VirtualDuration
    ) -> VirtualDuration {
        if constant > 0 { return start + work / Gigahertz(constant) }
        return completionOverSteps(of: work, from: start)
    }

    /// What the server can do between two instants.
    package func work(
        from start: VirtualDuration, to end: VirtualDuration
    ) -> Gigacycles {
        guard start < end else { return .zero }
        if constant > 0 { return Gigacycles(constant * (end - start).seconds) }
        return workOverSteps(from: start, to: end)
    }

    /// The mean speed over an episode's first stretch of the given length.
    package func meanCapacity(over horizon: VirtualDuration) -> Gigahertz {
        Gigahertz(work(from: .zero, to: horizon).value / horizon.seconds)
    }

    /// The step that holds at an instant, by bisection.
    private func index(at instant: VirtualDuration) -> Int {
        var (low, high) = (0, steps.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if steps[middle].start <= instant { low = middle } else { high = middle }
        }
        return low
    }

    private func completionOverSteps(
        of work: Gigacycles, from start: VirtualDuration
    ) -> VirtualDuration {
        var (now, left, step) = (start, work, index(at: start))
        while step + 1 < steps.count {
            let boundary = steps[step + 1].start
            let possible = Gigacycles(steps[step].capacity.value * (boundary - now).seconds)
            if left <= possible { break }
            left -= possible
            now = boundary
            step += 1
        }
        return now + left / steps[step].capacity
    }

    private func workOverSteps(
        from start: VirtualDuration, to end: VirtualDuration
    ) -> Gigacycles {
        var (now, sum, step) = (start, 0.0, index(at: start))
        while now < end {
            let boundary = step + 1 < steps.count ? min(end, steps[step + 1].start) : end
            sum += steps[step].capacity.value * (boundary - now).seconds
            now = boundary
            step += 1
        }
        return Gigacycles(sum)
    }
}
