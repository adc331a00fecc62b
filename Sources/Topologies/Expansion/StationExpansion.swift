import EdgeModel
import SimulationKernel

/// Turns the entries of `stations` into stations: groups are counted out, capacities drawn,
/// positions worked out.
struct StationExpansion {
    /// A file or group name and the stations that it stands for.
    private(set) var stations: [Topology.Station] = []
    private(set) var groups: [String: Range<Int>] = [:]
    /// Where each station's name was given.
    private(set) var places: [String: Place] = [:]

    private let seed: UInt64
    private let files: DataFiles
    private let log: DiagnosticLog
    private let hosts: HostExpansion
    /// The first geographic position; the others are measured from it.
    private var origin: (latitude: Double, longitude: Double)?

    init(
        _ draft: TopologyDraft, hosts: HostExpansion, files: DataFiles, log: DiagnosticLog
    ) {
        seed = draft.seed?.value ?? 1
        self.hosts = hosts
        self.files = files
        self.log = log
        for entry in draft.stations { add(entry) }
        if draft.stations.isEmpty, !log.hasErrors {
            log.error(.noStations, at: draft.stationsPlace, "at least one station is needed")
        }
        checkPositions(draft)
    }

    private mutating func add(_ entry: StationDraft) {
        guard let name = entry.name else { return }
        var sites: [(latitude: Double, longitude: Double)]?
        if case .sites(let file) = entry.placement?.value {
            sites = SiteFile.read(file, at: entry.placement?.place ?? entry.place, files, log)
            if let sites, let count = entry.count, count.value > sites.count {
                log.error(
                    .dataFile, at: count.place,
                    "'count' is more than the file has sites (got \(count.value), \(sites.count) "
                        + "sites)")
                return
            }
        }
        let count = entry.count?.value ?? (entry.isGroup ? sites?.count ?? 1 : 1)
        guard stations.count + count <= KeyTable.stationLimit else {
            log.error(
                .tooManyStations, at: entry.count?.place ?? entry.place,
                "\(stations.count + count) stations, limit \(KeyTable.stationLimit)")
            return
        }
        guard define(name, isGroup: entry.isGroup, count: count) else { return }
        let host = hosts.index(of: entry.host)
        for index in 0..<count {
            let own = entry.isGroup ? "\(name.value)\(index + 1)" : name.value
            var station = Topology.Station(
                name: own, capacity: capacity(entry.capacity, of: own),
                position: position(entry, index, count, own, sites))
            station.host = host
            stations.append(station)
        }
    }

    /// Enters the names; reports those that are taken.
    private mutating func define(_ name: Located<String>, isGroup: Bool, count: Int) -> Bool {
        if ["all", "learner", "traffic", "hub"].contains(name.value) {
            log.error(
                .badName, at: name.place, "'\(name.value)' means something else; choose another")
            return false
        }
        guard groups[name.value] == nil else {
            log.error(
                .nameInUse, at: name.place,
                "station '\(name.value)' already defined at "
                    + "\(places[name.value] ?? .whole)")
            return false
        }
        groups[name.value] = stations.count..<(stations.count + count)
        places[name.value] = name.place
        guard isGroup else { return true }
        for number in 1...count {
            let member = "\(name.value)\(number)"
            if let earlier = places[member] {
                log.error(
                    .nameInUse, at: name.place,
                    "station '\(member)' of group '\(name.value)' already defined at \(earlier)")
                return false
            }
            groups[member] = (stations.count + number - 1)..<(stations.count + number)
            places[member] = name.place
        }
        return true
    }

    private func capacity(_ draft: StationDraft.Capacity?, of name: String) -> CapacityProfile {
        switch draft {
        case .profile(let profile): return profile
        case .law(let law):
            var stream = RandomStream(seed: seed, entity: name, purpose: "capacity")
            return CapacityProfile(constant: Gigahertz(law.sample(&stream)))
        case nil: return CapacityProfile(constant: Gigahertz(1))
        }
    }

    /// The stations that names of stations and groups stand for, ascending; all for nil.
    func members(of names: [Located<String>]?) -> [Int] {
        guard let names else { return Array(stations.indices) }
        var chosen: Set<Int> = []
        for name in names {
            guard let range = groups[name.value] else {
                let known = log.isCrowded ? [] : places.keys.sorted()
                log.error(
                    .unknownStation, at: name.place,
                    "no station or group '\(name.value)'"
                        + Suggestion.phrase(for: name.value, among: known))
                continue
            }
            chosen.formUnion(range)
        }
        return chosen.sorted()
    }

    // MARK: Positions

    private mutating func position(
        _ entry: StationDraft, _ index: Int, _ count: Int, _ name: String,
        _ sites: [(latitude: Double, longitude: Double)]?
    ) -> Position? {
        switch entry.placement?.value {
        case .square(let side):
            var stream = RandomStream(seed: seed, entity: name, purpose: "position")
            return Position(x: side * stream.uniform(), y: side * stream.uniform())
        case .grid(let distance):
            var columns = 1
            while columns * columns < count { columns += 1 }
            return Position(
                x: distance * Double(index % columns), y: distance * Double(index / columns))
        case .sites: return sites.map { project($0[index]) }
        case nil: break
        }
        switch entry.location?.value {
        case .plane(let x, let y): return Position(x: x, y: y)
        case .globe(let latitude, let longitude): return project((latitude, longitude))
        case nil: return nil
        }
    }

    /// Metres from the first geographic position, on a plane that touches the globe there: good
    /// to a fraction of a per cent over a city.
    private mutating func project(_ place: (latitude: Double, longitude: Double)) -> Position {
        let origin = origin ?? place
        self.origin = origin
        let radius = 6_371_000.0
        let degree = Double.pi / 180
        return Position(
            x: radius * Mathematics.cos(origin.latitude * degree)
                * (place.longitude - origin.longitude) * degree,
            y: radius * (place.latitude - origin.latitude) * degree)
    }

    /// Distances need all positions, of one kind.
    private func checkPositions(_ draft: TopologyDraft) {
        var planar: Place?
        var global: Place?
        for entry in draft.stations {
            switch (entry.placement?.value, entry.location?.value) {
            case (.sites, _), (_, .globe): global = global ?? entry.place
            case (.square, _), (.grid, _), (_, .plane): planar = planar ?? entry.place
            case (nil, nil): break
            }
        }
        if let planar, let global {
            log.error(
                .position, at: max(planar, global),
                "positions in metres and in degrees do not go together; the others start at "
                    + "\(min(planar, global))")
        }
        let without = draft.stations.first { $0.placement == nil && $0.location == nil }
        if let without, planar ?? global != nil, draft.links?.shape?.value == .nearest {
            log.error(
                .position, at: without.place,
                "shape 'nearest' needs positions for all stations or for none")
        }
    }
}
