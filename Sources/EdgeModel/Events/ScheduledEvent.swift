package import SimulationKernel

/// A change of the network that a topology schedules for every episode (docs/MODEL.md, section 2,
/// "Scripted events"). Stations and classes are named by their indices.
package struct ScheduledEvent: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// Stations go, and what they were doing is done elsewhere.
        case leave(stations: [Int], orphans: OrphanRule)
        case join(stations: [Int])
        case capacity(stations: [Int], Gigahertz)
        /// Directed links get other values.
        case link([LinkEnds], LinkChange)
        /// Nothing gets from one group to another for a while.
        case partition(groups: [[Int]])
        /// The learner neither takes nor gives anything for a while.
        case learnerAway
        /// Users ask this many times as often for a while.
        case burst(factor: Double, stations: [Int], classes: [Int])
    }

    /// From the start of the episode.
    package var start: VirtualDuration
    /// The end of what lasts for a while; nil for a change that stays.
    package var end: VirtualDuration?
    package var change: Change

    package init(at start: VirtualDuration, to end: VirtualDuration? = nil, _ change: Change) {
        self.start = start
        self.end = end
        self.change = change
    }
}

/// What becomes of the tasks of a station's users while it is away.
package enum OrphanRule: String, Hashable, Sendable, CaseIterable, Codable {
    /// The nearest neighbour that is there takes them.
    case neighbour
    case lost
}

/// From where to where a link leads.
package struct LinkEnds: Hashable, Sendable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// The values of a link that an event sets; nil keeps what there is.
package struct LinkChange: Hashable, Sendable {
    package var rate: MegabitsPerSecond?
    package var delay: VirtualDuration?
    package var loss: Double?

    package init(
        rate: MegabitsPerSecond? = nil, delay: VirtualDuration? = nil, loss: Double? = nil
    ) {
        self.rate = rate
        self.delay = delay
        self.loss = loss
    }

    /// The link with these values. A timeout that follows from the delay goes on following it.
    func applied(to link: Link) -> Link {
        let follows =
            link.retransmissionTimeout
            == Link(rate: link.rate, delay: link.delay)
            .retransmissionTimeout
        return Link(
            rate: rate ?? link.rate, delay: delay ?? link.delay, jitter: link.jitter,
            loss: loss ?? link.loss,
            retransmissionTimeout: follows ? nil : link.retransmissionTimeout)
    }
}
