import EdgeModel
package import SimulationKernel

/// A scheduled event in words.
package struct EventLine: Hashable, Sendable {
    /// From the start of the episode.
    package var start: VirtualDuration
    /// Nil for a change that stays.
    package var end: VirtualDuration?
    /// Such as `bs3 leaves; its users' tasks go to the nearest neighbour`.
    package var text: String

    /// `10 s`, or `10 s to 20 s`.
    package var time: String { start.spelled + (end.map { " to \($0.spelled)" } ?? "") }
}

extension Topology {
    /// What is scheduled, in order of time, then of the file.
    package var eventLines: [EventLine] {
        events.events.enumerated()
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map { EventLine(start: $0.element.start, end: $0.element.end, text: text($0.element)) }
    }

    private func text(_ event: ScheduledEvent) -> String {
        switch event.change {
        case .leave(let members, let orphans):
            let fate = orphans == .lost ? "are lost" : "go to the nearest neighbour"
            let verb = members.count == 1 ? "leaves" : "leave"
            return "\(names(members)) \(verb); tasks of the users \(fate)"
        case .join(let members):
            return "\(names(members)) \(members.count == 1 ? "joins" : "join")"
        case .capacity(let members, let capacity):
            return "\(names(members)) at \(Bounds.spelled(capacity.value, .capacity))"
        case .link(let ends, let change):
            let link = ends.first.map { "\(names([$0.from])) to \(names([$0.to]))" } ?? ""
            let values = [
                change.rate.map { Bounds.spelled($0.value, .rate) },
                change.delay.map { "delay \($0.spelled)" }, change.loss.map { "loss \($0)" },
            ]
            return "link \(link)\(ends.count > 1 ? ", both ways" : ""): "
                + values.compactMap { $0 }.joined(separator: ", ")
        case .partition(let groups):
            return "nothing gets through between " + groups.map(names).joined(separator: " | ")
        case .learnerAway: return "the learner is away"
        case .burst(let factor, let members, let classes):
            let isAll = members.count == stations.count
            let whose = isAll ? "all users ask" : "users of \(names(members)) ask"
            let what =
                classes.count == traffic.count
                ? "" : " for \(classes.map { traffic[$0].name }.joined(separator: ", "))"
            return "\(whose)\(what) \(Bounds.plain(factor)) times as often"
        }
    }

    /// All of a few names, the first and the number of many.
    private func names(_ members: [Int]) -> String {
        if members.count == stations.count, members.count > 4 { return "all stations" }
        let shown = members.prefix(members.count > 6 ? 4 : 6).map { stations[$0].name }
        let rest = members.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
