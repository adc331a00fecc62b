import EdgeModel
import SimulationKernel

/// An entry of `stations`: one station, or a group of equal ones.
struct StationDraft {
    enum Capacity {
        case law(Distribution)
        case profile(CapacityProfile)
    }

    enum Location {
        case plane(x: Double, y: Double)
        /// Degrees.
        case globe(latitude: Double, longitude: Double)
    }

    enum Group {
        /// At random in a square with this side, metres.
        case square(Double)
        /// In a grid with this distance, metres.
        case grid(Double)
        case sites(String)
    }

    var place: Place
    var name: Located<String>?
    /// Nil for a single station.
    var count: Located<Int>?
    /// Whether the entry has more than one station, known before a site file is read.
    var isGroup: Bool
    var capacity: Capacity?
    var location: Located<Location>?
    var placement: Located<Group>?
    var host: Located<String>?

    init(_ section: Section) {
        place = section.place
        name = section.name("name")
        count = section.count("count")
        isGroup = section.has("count") || section.has("placement")
        capacity = Self.capacity(section)
        host = section.has("host") ? section.name("host") : nil
        if section.has("position") { location = Self.location(section) }
        if section.has("placement") { placement = Self.placement(section) }
        if isGroup, section.has("position") {
            section.log.error(
                .conflict, at: section.keyPlace("position"),
                "'position' is for a single station; a group has 'placement'")
        }
        if section.has("placement"), !section.has("count"), placement != nil {
            guard case .sites = placement?.value else {
                section.log.error(
                    .missingKey, at: section.keyPlace("placement"),
                    "'placement' needs 'count'", hint: "a single station has 'position'")
                return
            }
        }
    }

    private static func capacity(_ section: Section) -> Capacity? {
        guard let node = section.value("capacity") else { return nil }
        guard case .mapping(let entries) = node.content,
            let entry = entries.first(where: { $0.key == "profile" })
        else {
            return section.law("capacity", node, KeyTable.capacityLaw).map { .law($0.value) }
        }
        guard entries.count == 1 else {
            section.log.error(
                .conflict, at: node.place, "'profile' stands alone in 'capacity'")
            return nil
        }
        guard let inner = Section(node, path: "stations[].capacity", log: section.log) else {
            return nil
        }
        return profile(inner.sections("profile"), at: entry.value.place, section.log)
    }

    private static func profile(
        _ sections: [Section], at place: Place, _ log: DiagnosticLog
    ) -> Capacity? {
        var steps: [CapacityProfile.Step] = []
        for section in sections {
            let start = section.duration("from")
            let capacity = section.quantity("capacity")
            guard let start, let capacity else { return nil }
            if let last = steps.last, start.value <= last.start {
                log.error(
                    .law, at: start.place,
                    "the steps of a profile ascend (got \(start.value.spelled) after "
                        + "\(last.start.spelled))")
                return nil
            }
            if steps.isEmpty, start.value != .zero {
                log.error(
                    .law, at: start.place,
                    "a profile begins at 0 s (got \(start.value.spelled))")
                return nil
            }
            steps.append(.init(start: start.value, capacity: Gigahertz(capacity.value)))
        }
        guard !steps.isEmpty else {
            log.error(.emptyValue, at: place, "'profile' has no steps")
            return nil
        }
        return .profile(CapacityProfile(steps: steps))
    }

    private static func location(_ section: Section) -> Located<Location>? {
        guard let position = section.section("position") else { return nil }
        let axes = ["x", "y", "lat", "lon"].map { position.has($0) ? position.quantity($0) : nil }
        switch (position.has("x"), position.has("y"), position.has("lat"), position.has("lon")) {
        case (true, true, false, false):
            guard let x = axes[0], let y = axes[1] else { return nil }
            return Located(.plane(x: x.value, y: y.value), at: position.place)
        case (false, false, true, true):
            guard let latitude = axes[2], let longitude = axes[3] else { return nil }
            return Located(
                .globe(latitude: latitude.value, longitude: longitude.value), at: position.place)
        default:
            section.log.error(
                .position, at: position.place,
                "a position is 'x' and 'y', or 'lat' and 'lon'")
            return nil
        }
    }

    private static func placement(_ section: Section) -> Located<Group>? {
        guard let placement = section.section("placement"),
            let which = placement.exactlyOne(of: ["square", "grid", "sites"])
        else { return nil }
        switch which {
        case "square": return placement.quantity("square")?.map { .square($0) }
        case "grid": return placement.quantity("grid")?.map { .grid($0) }
        default: return placement.text("sites")?.map { .sites($0) }
        }
    }
}
