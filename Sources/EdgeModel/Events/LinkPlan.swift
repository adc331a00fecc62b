package import SimulationKernel

/// A link over an episode: its values, which change in steps, and when nothing gets through.
package struct LinkPlan: Hashable, Sendable, Codable {
    package struct Step: Hashable, Sendable, Codable {
        /// From the start of the episode.
        package var start: VirtualDuration
        package var link: Link

        package init(start: VirtualDuration, link: Link) {
            self.start = start
            self.link = link
        }
    }

    /// At least one; the first starts at 0; starts ascend.
    package let steps: [Step]
    /// By start; they may overlap.
    package let cuts: [TimeSpan]

    package init(steps: [Step], cuts: [TimeSpan] = []) {
        precondition(
            steps.first?.start == .zero
                && zip(steps, steps.dropFirst()).allSatisfy { $0.start < $1.start },
            "the steps of a link start at 0 and ascend: \(steps)")
        self.steps = steps
        self.cuts = cuts
    }

    /// A link that stays as it is.
    package init(_ link: Link) { self.init(steps: [Step(start: .zero, link: link)]) }

    package var initial: Link { steps[0].link }
    package var isConstant: Bool { steps.count == 1 && cuts.isEmpty }

    /// The least delay that it ever has.
    package var leastDelay: VirtualDuration {
        steps.reduce(.unbounded) { min($0, $1.link.delay) }
    }

    package func link(at instant: VirtualDuration) -> Link {
        var place = 0
        while place + 1 < steps.count, steps[place + 1].start <= instant { place += 1 }
        return steps[place].link
    }

    /// The first instant from the given one on at which something gets through.
    package func firstOpen(from instant: VirtualDuration) -> VirtualDuration {
        cuts.firstFree(from: instant)
    }
}
