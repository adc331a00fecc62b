import EdgeModel
import SimulationKernel

/// Turns the entries of `events` into a plan, checking what only the whole can tell.
struct EventExpansion {
    let draft: TopologyDraft
    let stations: StationExpansion
    let neighbours: NeighbourTable
    let plan: EpisodePlan
    let log: DiagnosticLog

    func events() -> EventPlan {
        guard draft.events.count <= KeyTable.eventLimit else {
            log.error(
                .tooManyStations, at: draft.events[KeyTable.eventLimit].place,
                "\(draft.events.count) events, limit \(KeyTable.eventLimit)")
            return .none
        }
        var events: [(draft: EventDraft, event: ScheduledEvent)] = []
        for entry in draft.events {
            checkTimes(of: entry)
            guard let change = change(entry) else { continue }
            let event = ScheduledEvent(at: entry.start.value, to: entry.end?.value, change)
            events.append((entry, event))
        }
        checkPresence(events)
        return EventPlan(events.map(\.event))
    }

    // MARK: Time

    private func checkTimes(of entry: EventDraft) {
        // Without a duration the plan is a makeshift, and the fault is already told.
        guard draft.duration != nil || draft.slots != nil, draft.slots == nil || draft.slot != nil
        else { return }
        let start = entry.start
        if start.value >= plan.period {
            log.error(
                .time, at: start.place,
                "the event never happens (got \(start.value.spelled), an episode with its drain "
                    + "ends at \(plan.period.spelled))",
                hint: "times count from the start of each episode")
        } else if case .burst = entry.change, start.value >= plan.horizon {
            log.error(
                .time, at: start.place,
                "nobody asks for anything then (got \(start.value.spelled), tasks arrive until "
                    + "\(plan.horizon.spelled))")
        }
        guard let end = entry.end else { return }
        if end.value <= start.value {
            log.error(
                .time, at: end.place,
                "'to' must be later than 'from' (got \(end.value.spelled), expected more than "
                    + "\(start.value.spelled))")
        } else if end.value > plan.period {
            log.error(
                .time, at: end.place,
                "'to' is beyond the episode (got \(end.value.spelled), at most "
                    + "\(plan.period.spelled))",
                hint: "every episode starts without what events have done")
        }
    }

    // MARK: What happens

    private func change(_ entry: EventDraft) -> ScheduledEvent.Change? {
        switch entry.change {
        case .leave(let names, let orphans):
            .leave(stations: stations.members(of: names), orphans: orphans)
        case .join(let names): .join(stations: stations.members(of: names))
        case .capacity(let names, let capacity):
            .capacity(stations: stations.members(of: names), capacity)
        case .link(let first, let second, let isOneWay, let change):
            link(first, second, isOneWay: isOneWay, change)
        case .partition(let groups): partition(groups)
        case .learnerAway: .learnerAway
        case .burst(let factor, let names, let classes):
            .burst(
                factor: factor, stations: stations.members(of: names),
                classes: self.classes(classes))
        }
    }

    private func link(
        _ first: Located<String>, _ second: Located<String>, isOneWay: Bool, _ change: LinkChange
    ) -> ScheduledEvent.Change? {
        let ends = [first, second].map { stations.members(of: [$0]) }
        for (name, members) in zip([first, second], ends) where members.count > 1 {
            log.error(
                .unknownStation, at: name.place,
                "'\(name.value)' is a group of \(members.count) (expected one station)")
        }
        guard ends[0].count == 1, ends[1].count == 1 else { return nil }
        let (from, to) = (ends[0][0], ends[1][0])
        guard from != to else {
            log.error(.selfLink, at: second.place, "'\(second.value)' has no link to itself")
            return nil
        }
        // After an error the table is empty.
        if !log.hasErrors, neighbours.link(from: from, to: to) == nil {
            log.error(
                .event, at: first.place,
                "\(first.value) and \(second.value) are not neighbours: there is no link to change",
                hint: "'links.pairs' adds links")
        }
        let there = LinkEnds(from: from, to: to)
        return .link(isOneWay ? [there] : [there, LinkEnds(from: to, to: from)], change)
    }

    private func partition(_ names: [[Located<String>]]) -> ScheduledEvent.Change? {
        var group: [Int: Int] = [:]
        var groups: [[Int]] = []
        for (index, members) in names.enumerated() {
            for name in members {
                for station in stations.members(of: [name]) where group[station] ?? index != index {
                    log.error(
                        .event, at: name.place,
                        "station '\(stations.stations[station].name)' is in two groups")
                }
            }
            let all = stations.members(of: members)
            for station in all { group[station] = group[station] ?? index }
            groups.append(all)
        }
        return .partition(groups: groups)
    }

    private func classes(_ names: [Located<String>]?) -> [Int] {
        let known = draft.traffic.map { $0.name?.value ?? "" }
        guard let names else { return Array(known.indices) }
        var chosen: Set<Int> = []
        for name in names {
            guard let index = known.firstIndex(of: name.value) else {
                log.error(
                    .event, at: name.place,
                    "no traffic class '\(name.value)'"
                        + Suggestion.phrase(for: name.value, among: known),
                    hint: "classes: \(known.prefix(12).joined(separator: ", "))")
                continue
            }
            chosen.insert(index)
        }
        return chosen.sorted()
    }

    // MARK: Order

    /// Who is away cannot leave, and who is there cannot join.
    private func checkPresence(_ events: [(draft: EventDraft, event: ScheduledEvent)]) {
        var isAway: [Int: (Bool, VirtualDuration)] = [:]
        let ordered = events.enumerated()
            .sorted { ($0.element.event.start, $0.offset) < ($1.element.event.start, $1.offset) }
        for (draft, event) in ordered.map(\.element) {
            switch event.change {
            case .leave(let members, _):
                for station in members {
                    if let (away, since) = isAway[station], away {
                        log.error(
                            .event, at: draft.place,
                            "'\(stations.stations[station].name)' cannot leave at "
                                + "\(event.start.spelled): it is away since \(since.spelled)",
                            hint: "add a 'join' between the two")
                    }
                    isAway[station] = (true, event.start)
                }
            case .join(let members):
                for station in members {
                    if let (away, since) = isAway[station], !away {
                        log.error(
                            .event, at: draft.place,
                            "'\(stations.stations[station].name)' cannot join at "
                                + "\(event.start.spelled): it is there since \(since.spelled)",
                            hint: "add a 'leave' between the two")
                    }
                    isAway[station] = (false, event.start)
                }
            case .capacity, .link, .partition, .learnerAway, .burst: break
            }
        }
    }
}
