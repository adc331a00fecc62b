import EdgeModel
import SimulationKernel

/// An entry of `events`.
struct EventDraft {
    enum Change {
        case leave([Located<String>], OrphanRule)
        case join([Located<String>])
        case capacity([Located<String>], Gigahertz)
        case link(first: Located<String>, second: Located<String>, isOneWay: Bool, LinkChange)
        case partition([[Located<String>]])
        case learnerAway
        /// Nil for all.
        case burst(Double, stations: [Located<String>]?, classes: [Located<String>]?)
    }

    /// The keys that say what happens, and those that may stand beside each.
    private static let companions: [(kind: String, keys: Set<String>)] = [
        ("leave", ["at", "orphans"]), ("join", ["at"]), ("capacity", ["at", "stations"]),
        ("link", ["at", "one_way", "rate", "delay", "loss"]), ("partition", ["from", "to"]),
        ("learner", ["from", "to"]), ("burst", ["from", "to", "stations", "classes"]),
    ]

    var place: Place
    var start: Located<VirtualDuration>
    var end: Located<VirtualDuration>?
    var change: Change

    /// Nil after reporting what is wrong.
    init?(_ section: Section) {
        place = section.place
        let kinds = Self.companions.map(\.kind)
        guard let kind = section.exactlyOne(of: kinds, required: !Self.isNearly(section)),
            let companions = Self.companions.first(where: { $0.kind == kind })?.keys
        else { return nil }
        for key in KeyTable.keys(in: KeyTable.eventsPath).map(\.name)
        where section.has(key) && key != kind && !companions.contains(key) {
            section.log.error(
                .conflict, at: section.keyPlace(key), "'\(key)' does not go with '\(kind)'",
                hint: "with '\(kind)': \(companions.sorted().joined(separator: ", "))")
        }
        let lasts = companions.contains("from")
        for key in lasts ? ["from", "to"] : ["at"] where !section.has(key) {
            section.log.error(
                .missingKey, at: section.place, "'\(kind)' needs '\(key)'",
                hint: "times count from the start of each episode")
        }
        let change = Self.change(kind, section)
        let start = section.duration(lasts ? "from" : "at")
        let end = lasts ? section.duration("to") : nil
        guard let change, let start, !lasts || end != nil else { return nil }
        self.change = change
        self.start = start
        self.end = end
    }

    /// Whether a misspelt key takes the place of what happens; it is reported, with what was
    /// probably meant.
    private static func isNearly(_ section: Section) -> Bool {
        let kinds = companions.map(\.kind)
        guard !kinds.contains(where: section.has) else { return false }
        for entry in section.unknown {
            if Suggestion.nearest(to: entry.key, among: kinds) != nil { return true }
            guard case .scalar(let text, _) = entry.value.content,
                let kind = Suggestion.nearest(to: text, among: kinds)
            else { continue }
            section.log.error(
                .missingKey, at: entry.value.place,
                "what happens is a key of the event; did you mean '\(kind): …'?",
                hint: "such as {at: 20 s, leave: bs1}; one of: \(kinds.joined(separator: ", "))")
            return true
        }
        return false
    }

    private static func change(_ kind: String, _ section: Section) -> Change? {
        switch kind {
        case "leave":
            let orphans = section.word("orphans", as: OrphanRule.self)?.value ?? .neighbour
            return stations(kind, section).map { .leave($0, orphans) }
        case "join": return stations(kind, section).map { .join($0) }
        case "capacity":
            if !section.has("stations") {
                section.log.error(
                    .missingKey, at: section.place, "'capacity' needs 'stations'")
            }
            let names = section.has("stations") ? stations("stations", section) : nil
            guard let capacity = section.quantity("capacity"), let names else { return nil }
            return .capacity(names, Gigahertz(capacity.value))
        case "link": return link(section)
        case "partition": return partition(section)
        case "learner":
            return section.word("learner", as: LearnerWord.self).map { _ in .learnerAway }
        default:
            let stations = section.has("stations") ? section.names("stations") : nil
            let classes = section.has("classes") ? section.names("classes") : nil
            return section.quantity("burst").map {
                .burst($0.value, stations: stations, classes: classes)
            }
        }
    }

    private enum LearnerWord: String, CaseIterable {
        case away
    }

    /// Names that must be given; `all` is none here.
    private static func stations(_ key: String, _ section: Section) -> [Located<String>]? {
        section.value(key).map { section.names(key, $0) }
    }

    private static func link(_ section: Section) -> Change? {
        let change = LinkChange(
            rate: section.quantity("rate").map { MegabitsPerSecond($0.value) },
            delay: section.duration("delay")?.value, loss: section.quantity("loss")?.value)
        if !["rate", "delay", "loss"].contains(where: section.has) {
            section.log.error(
                .missingKey, at: section.place, "'link' needs one of 'rate', 'delay', 'loss'")
        }
        if change.delay == .zero, let delay = section.node("delay") {
            section.log.error(
                .linkDelay, at: delay.place, "a link between stations needs a delay above 0 s",
                hint: "'partition' cuts links; 1 ms is as good as no delay")
        }
        let isOneWay = section.flag("one_way")?.value ?? false
        guard let node = section.value("link") else { return nil }
        guard case .list(let items) = node.content, items.count == 2 else {
            section.log.error(
                .wrongKind, at: node.place,
                "'link' must be two stations (got \(node.brief), expected [A, B])")
            return nil
        }
        let names = items.map { section.name("link", $0) }
        guard let first = names[0], let second = names[1] else { return nil }
        return .link(first: first, second: second, isOneWay: isOneWay, change)
    }

    private static func partition(_ section: Section) -> Change? {
        guard let node = section.value("partition") else { return nil }
        guard case .list(let items) = node.content, items.count >= 2 else {
            section.log.error(
                .wrongKind, at: node.place,
                "'partition' must be two groups or more (got \(node.brief), expected "
                    + "[[A, B], [C]])")
            return nil
        }
        return .partition(items.map { section.names("partition", $0) })
    }
}
