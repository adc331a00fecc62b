import EdgeModel
import SimulationKernel

/// The section `links`.
struct LinksDraft {
    enum Shape: String, CaseIterable {
        case mesh
        case ring
        case line
        case star
        case nearest
        case none
    }

    enum RateTowards {
        /// Mbit/s, one for each station.
        case list([Double])
        /// Drawn for each station.
        case law(Distribution)
    }

    /// The values of a link as far as they are given.
    struct Values {
        var rate: Located<Distribution>?
        var delay: Located<Distribution>?
        var jitter: Located<Distribution>?
        var loss: Located<Double>?
        var timeout: Located<VirtualDuration>?
    }

    struct Pair {
        var place: Place
        var from: Located<String>?
        var to: Located<String>?
        var isBothWays: Bool
        var values: Values
    }

    var place: Place
    var values: Values
    var rateTowards: Located<RateTowards>?
    var shape: Located<Shape>?
    var nearest: Located<Int>?
    var centre: Located<String>?
    var egress: Located<EgressPorts>?
    var pairs: [Pair]

    init(_ section: Section) {
        place = section.place
        values = Values(section)
        if section.has("rate_towards") { rateTowards = Self.rateTowards(section) }
        shape = section.word("shape", as: Shape.self)
        nearest = section.count("nearest")
        centre = section.name("centre")
        egress = section.word("egress", as: EgressPorts.self)
        pairs = section.has("pairs") ? section.sections("pairs").map(Pair.init) : []
        if section.exactlyOne(of: ["rate", "rate_towards"], required: false) == nil,
            !section.has("rate")
        {
            section.log.error(.missingKey, at: place, "missing key 'rate' of 'links'")
        }
        if !section.has("shape"), nearest != nil { shape?.value = .nearest }
        checkShape(section)
        values.checkDelay(section.log)
        for pair in pairs { pair.values.checkDelay(section.log) }
    }

    private func checkShape(_ section: Section) {
        guard let shape else { return }
        if section.has("nearest") != (shape.value == .nearest) {
            section.log.error(
                shape.value == .nearest ? .missingKey : .conflict,
                at: shape.value == .nearest ? shape.place : section.keyPlace("nearest"),
                shape.value == .nearest
                    ? "shape 'nearest' needs 'nearest: K'"
                    : "'nearest' does not go with shape '\(shape.value.rawValue)'")
        }
        if section.has("centre"), shape.value != .star {
            section.log.error(
                .conflict, at: section.keyPlace("centre"), "'centre' is for shape 'star'")
        }
    }

    private static func rateTowards(_ section: Section) -> Located<RateTowards>? {
        guard let node = section.value("rate_towards") else { return nil }
        let form = KeyTable.key("links.rate").form
        guard case .law(let measure, let bounds, _) = form else { return nil }
        guard case .list(let items) = node.content else {
            return section.law("rate_towards", node, form)?.map { .law($0) }
        }
        let rates = items.compactMap { section.quantity("rate_towards", $0, measure, bounds) }
        return rates.count == items.count ? Located(.list(rates), at: node.place) : nil
    }
}

extension LinksDraft.Values {
    init(_ section: Section) {
        rate = section.law("rate")
        delay = section.law("delay")
        jitter = section.law("jitter")
        loss = section.quantity("loss")
        timeout = section.duration("rto")
    }

    /// Messages between nodes need time, wherever the nodes run.
    fileprivate func checkDelay(_ log: DiagnosticLog) {
        guard let delay else { return }
        let least: Double =
            switch delay.value {
            case .constant(let value): value
            case .uniform(let low, _): low
            case .integers(let low, _): Double(low)
            case .choice(let values): values.min() ?? 0
            case .exponential, .normal, .lognormal: 0
            }
        if VirtualDuration.seconds(least) == .zero {
            log.error(
                .linkDelay, at: delay.place, "a link between stations needs a delay above 0 s",
                hint:
                    "the least delay is also how far processes may run apart: 1 ms is a good start")
        }
    }
}

extension LinksDraft.Pair {
    init(_ section: Section) {
        place = section.place
        values = LinksDraft.Values(section)
        isBothWays = section.has("between")
        if section.has("between") {
            let names = Self.between(section)
            (from, to) = (names.first ?? nil, names.count > 1 ? names[1] : nil)
            for name in ["from", "to"] where section.has(name) {
                section.log.error(
                    .conflict, at: section.keyPlace(name), "'\(name)' does not go with 'between'")
            }
        } else {
            from = section.name("from")
            to = section.name("to")
            if !section.has("from") || !section.has("to") {
                section.log.error(
                    .missingKey, at: section.place,
                    "'links.pairs[]' needs 'between: [A, B]', or 'from' and 'to'")
            }
        }
    }

    private static func between(_ section: Section) -> [Located<String>?] {
        guard let node = section.value("between") else { return [] }
        guard case .list(let items) = node.content, items.count == 2 else {
            section.log.error(
                .wrongKind, at: node.place,
                "'between' must be two stations (got \(node.brief), expected [A, B])")
            return []
        }
        return items.map { section.name("between", $0) }
    }
}
