package import SimulationKernel

/// The speed of an edge server over an episode: constant from each step's instant to the next.
package struct CapacityProfile: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
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

    package init(steps: [Step]) {
        precondition(steps.first?.start == .zero, "a capacity profile starts at 0: \(steps)")
        precondition(
            zip(steps, steps.dropFirst()).allSatisfy { $0.start < $1.start },
            "the steps of a capacity profile ascend: \(steps)")
        self.steps = steps
    }

    package init(constant capacity: Gigahertz) {
        self.init(steps: [Step(start: .zero, capacity: capacity)])
    }
}
