import EdgeModel
import SimulationKernel

/// Turns the section `links` into the table of neighbours.
struct LinkExpansion {
    private let draft: LinksDraft
    private let expansion: StationExpansion
    private let seed: UInt64
    private let log: DiagnosticLog
    /// Mbit/s towards each station; empty where rates belong to pairs.
    private var rateTowards: [Double] = []

    private var stations: [Topology.Station] { expansion.stations }

    init(_ draft: LinksDraft, _ stations: StationExpansion, seed: UInt64, log: DiagnosticLog) {
        self.draft = draft
        expansion = stations
        self.seed = seed
        self.log = log
        rateTowards = drawRates()
    }

    /// Empty rows after an error.
    func table() -> NeighbourTable {
        let none = NeighbourTable(
            rows: [[NeighbourTable.Neighbour]](
                repeating: [], count: stations.count))
        let pairs = resolvePairs()
        if draft.shape?.value == .mesh, stations.count > KeyTable.meshLimit {
            log.error(
                .tooManyStations, at: draft.shape?.place ?? draft.place,
                "a mesh of \(stations.count) stations, limit \(KeyTable.meshLimit)",
                hint: "use 'nearest: 6', for example")
        }
        if draft.shape?.value == .star { _ = centre() }
        guard !log.hasErrors else { return none }

        var rows = shapeRows().map { row in
            row.map { NeighbourTable.Neighbour(station: $0, link: placeholder) }
        }
        for (from, row) in rows.enumerated() {
            for index in row.indices {
                rows[from][index].link = link(from, row[index].station, draft.values)
            }
        }
        apply(pairs, to: &rows)
        checkWaysBack(rows, pairs)
        return log.hasErrors ? none : NeighbourTable(rows: rows)
    }

    private var placeholder: Link { Link(rate: MegabitsPerSecond(1), delay: .milliseconds(1)) }

    // MARK: Values

    private func drawRates() -> [Double] {
        switch draft.rateTowards?.value {
        case .list(let rates):
            if rates.count != stations.count, !stations.isEmpty {
                log.error(
                    .law, at: draft.rateTowards?.place ?? draft.place,
                    "'rate_towards' needs one rate per station (got \(rates.count), expected "
                        + "\(stations.count))")
                return []
            }
            return rates
        case .law(let law):
            return stations.map { station in
                var stream = RandomStream(seed: seed, entity: station.name, purpose: "rate")
                return law.sample(&stream)
            }
        case nil: return []
        }
    }

    /// The link between two stations; what is drawn is the same in both directions.
    private func link(_ from: Int, _ to: Int, _ values: LinksDraft.Values) -> Link {
        let (first, second) = (min(from, to), max(from, to))
        func drawn(_ law: Distribution?, _ purpose: String) -> Double {
            guard let law else { return 1 }
            if case .constant(let value) = law { return value }
            let entity = "\(stations[first].name)-\(stations[second].name)"
            var stream = RandomStream(seed: seed, entity: entity, purpose: purpose)
            return law.sample(&stream)
        }
        let rate = values.rate.map { drawn($0.value, "rate") }
        let inherited =
            rateTowards.isEmpty ? drawn(draft.values.rate?.value, "rate") : rateTowards[to]
        let delay = drawn((values.delay ?? draft.values.delay)?.value, "delay")
        return Link(
            rate: MegabitsPerSecond(rate ?? inherited), delay: .seconds(delay),
            jitter: (values.jitter ?? draft.values.jitter)?.value,
            loss: (values.loss ?? draft.values.loss)?.value ?? 0,
            retransmissionTimeout: (values.timeout ?? draft.values.timeout)?.value)
    }

    // MARK: Shapes

    private func centre() -> Int? {
        guard let name = draft.centre else { return 0 }
        return station(name)
    }

    /// For each station its neighbours, ascending.
    private func shapeRows() -> [[Int]] {
        let count = stations.count
        switch draft.shape?.value ?? .mesh {
        case .none: return [[Int]](repeating: [], count: count)
        case .mesh:
            return (0..<count).map { station in (0..<count).filter { $0 != station } }
        case .line:
            return (0..<count).map { station in
                [station - 1, station + 1].filter { (0..<count).contains($0) }
            }
        case .ring: return NearestStations.onRing(count: count, k: 2)
        case .star:
            let centre = centre() ?? 0
            return (0..<count).map { station in
                station == centre ? (0..<count).filter { $0 != centre } : [centre]
            }
        case .nearest:
            let k = draft.nearest?.value ?? 1
            let positions = stations.compactMap(\.position)
            return positions.count == count && count > 0
                ? NearestStations.byPosition(positions, k: k)
                : NearestStations.onRing(count: count, k: k)
        }
    }

    // MARK: Pairs

    private struct ResolvedPair {
        var from: Int
        var to: Int
        var draft: LinksDraft.Pair
    }

    private func station(_ name: Located<String>) -> Int? {
        if let range = expansion.groups[name.value], range.count == 1 { return range.lowerBound }
        reportUnknown(name)
        return nil
    }

    private func reportUnknown(_ name: Located<String>) {
        // Looking through ten thousand names is for the errors that are shown.
        guard !log.isCrowded else {
            return log.error(.unknownStation, at: name.place, "no station")
        }
        let names = stations.map(\.name)
        let known =
            names.count <= 6
            ? names.joined(separator: ", ")
            : "\(names.prefix(3).joined(separator: ", ")), … \(names.last ?? "")"
        log.error(
            .unknownStation, at: name.place,
            "no station '\(name.value)'\(Suggestion.phrase(for: name.value, among: names))",
            hint: "stations: \(known)")
    }

    private func resolvePairs() -> [ResolvedPair] {
        var seen: [[Int]: Place] = [:]
        var resolved: [ResolvedPair] = []
        for pair in draft.pairs {
            guard let fromName = pair.from, let toName = pair.to else { continue }
            let (start, end) = (station(fromName), station(toName))
            guard let from = start, let to = end else { continue }
            guard from != to else {
                log.error(.selfLink, at: toName.place, "'\(toName.value)' linked to itself")
                continue
            }
            let directions = pair.isBothWays ? [[from, to], [to, from]] : [[from, to]]
            if let earlier = directions.compactMap({ seen[$0] }).first {
                log.error(
                    .repeatedLink, at: pair.place,
                    "link \(fromName.value) to \(toName.value) already given at \(earlier)")
                continue
            }
            for direction in directions {
                seen[direction] = pair.place
                resolved.append(ResolvedPair(from: direction[0], to: direction[1], draft: pair))
            }
        }
        return resolved
    }

    private func apply(_ pairs: [ResolvedPair], to rows: inout [[NeighbourTable.Neighbour]]) {
        for pair in pairs {
            let neighbour = NeighbourTable.Neighbour(
                station: pair.to, link: link(pair.from, pair.to, pair.draft.values))
            if let index = rows[pair.from].firstIndex(where: { $0.station >= pair.to }) {
                if rows[pair.from][index].station == pair.to {
                    rows[pair.from][index] = neighbour
                } else {
                    rows[pair.from].insert(neighbour, at: index)
                }
            } else {
                rows[pair.from].append(neighbour)
            }
        }
    }

    /// State reports and results come back over the other direction.
    private func checkWaysBack(
        _ rows: [[NeighbourTable.Neighbour]], _ pairs: [ResolvedPair]
    ) {
        for pair in pairs where !pair.draft.isBothWays {
            if !rows[pair.to].contains(where: { $0.station == pair.from }) {
                let (from, to) = (stations[pair.from].name, stations[pair.to].name)
                log.error(
                    .noWayBack, at: pair.draft.place, "no link from \(to) back to \(from)",
                    hint: "add 'from: \(to), to: \(from)', or use 'between'")
            }
        }
    }
}
