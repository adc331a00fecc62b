import SimulationKernel

/// All changes that a topology schedules, and what they mean for each part of the network.
///
/// Nobody tells anybody of an event: every node works out from the plan what concerns it, so the
/// same things happen at the same instants however nodes are spread over processes.
package struct EventPlan: Hashable, Sendable {
    /// In file order, which decides between events at one instant: the later one has its way.
    package let events: [ScheduledEvent]
    /// By start, then in file order.
    private let ordered: [ScheduledEvent]

    package static let none = EventPlan([])

    package init(_ events: [ScheduledEvent]) {
        self.events = events
        ordered = events.enumerated()
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map(\.element)
    }

    package var isEmpty: Bool { events.isEmpty }

    /// Whether neighbours may be out of reach, so that stations must find out who is there.
    package var hidesStations: Bool {
        events.contains { event in
            switch event.change {
            case .leave, .join, .partition: true
            case .capacity, .link, .learnerAway, .burst: false
            }
        }
    }

    // MARK: Stations

    /// When a station is away; a station that joins first is away from the start.
    package func absences(of station: Int) -> [Absence] {
        var absences: [Absence] = []
        var left: (at: VirtualDuration, orphans: OrphanRule)?
        for event in ordered {
            switch event.change {
            case .leave(let stations, let orphans) where stations.contains(station):
                left = (event.start, orphans)
            case .join(let stations) where stations.contains(station):
                let since = left ?? (.zero, .neighbour)
                absences.append(
                    Absence(TimeSpan(from: since.at, to: event.start), orphans: since.orphans))
                left = nil
            case .leave, .join, .capacity, .link, .partition, .learnerAway, .burst: break
            }
        }
        if let left {
            absences.append(
                Absence(TimeSpan(from: left.at, to: .unbounded), orphans: left.orphans))
        }
        return absences
    }

    /// The speed of a station's server: an event holds until the next one, or until the next step
    /// of the station's own profile.
    package func capacity(of station: Int, from profile: CapacityProfile) -> CapacityProfile {
        var steps = profile.steps
        for event in ordered {
            guard case .capacity(let stations, let capacity) = event.change,
                stations.contains(station)
            else { continue }
            let place = steps.firstIndex { $0.start >= event.start } ?? steps.count
            let step = CapacityProfile.Step(start: event.start, capacity: capacity)
            if place < steps.count, steps[place].start == event.start {
                steps[place] = step
            } else {
                steps.insert(step, at: place)
            }
        }
        return steps == profile.steps ? profile : CapacityProfile(steps: steps)
    }

    // MARK: Links

    /// What becomes of a link over an episode.
    package func link(from: Int, to: Int, initially link: Link) -> LinkPlan {
        guard !events.isEmpty else { return LinkPlan(link) }
        var steps = [LinkPlan.Step(start: .zero, link: link)]
        var cuts: [TimeSpan] = []
        let ends = LinkEnds(from: from, to: to)
        for event in ordered {
            switch event.change {
            case .link(let all, let change) where all.contains(ends):
                let link = change.applied(to: steps[steps.count - 1].link)
                if steps[steps.count - 1].start == event.start { steps.removeLast() }
                steps.append(LinkPlan.Step(start: event.start, link: link))
            case .partition(let groups) where Self.separates(groups, from, to):
                cuts.append(TimeSpan(from: event.start, to: event.end ?? .unbounded))
            case .leave, .join, .capacity, .link, .partition, .learnerAway, .burst: break
            }
        }
        return LinkPlan(steps: steps, cuts: cuts)
    }

    /// Stations outside all groups reach everybody.
    private static func separates(_ groups: [[Int]], _ from: Int, _ to: Int) -> Bool {
        guard let group = groups.firstIndex(where: { $0.contains(from) }) else { return false }
        return groups.enumerated().contains { $0.offset != group && $0.element.contains(to) }
    }

    // MARK: Learning and traffic

    /// When the learner is away, by start.
    package var learnerOutages: [TimeSpan] {
        ordered.compactMap { event in
            guard case .learnerAway = event.change else { return nil }
            return TimeSpan(from: event.start, to: event.end ?? .unbounded)
        }
    }

    /// How much more often the users of a station ask for a class than usual.
    package func demand(at station: Int, for trafficClass: Int) -> DemandPlan {
        DemandPlan(
            bursts: ordered.compactMap { event in
                guard case .burst(let factor, let stations, let classes) = event.change,
                    stations.contains(station), classes.contains(trafficClass)
                else { return nil }
                let span = TimeSpan(from: event.start, to: event.end ?? .unbounded)
                return DemandPlan.Burst(span: span, factor: factor)
            })
    }
}

/// A stretch of an episode in which a station is away.
package struct Absence: Hashable, Sendable, Codable {
    package var span: TimeSpan
    package var orphans: OrphanRule

    package init(_ span: TimeSpan, orphans: OrphanRule = .neighbour) {
        self.span = span
        self.orphans = orphans
    }
}
