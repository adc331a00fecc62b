import EdgeModel

extension Section {
    /// A quantity or a distribution of it, in the base unit.
    func law(_ name: String) -> Located<Distribution>? {
        guard case .law = key(name).form else {
            preconditionFailure("'\(path).\(name)' is read in another form than the table says")
        }
        guard let node = value(name) else { return nil }
        return law(name, node, key(name).form)
    }

    /// - Precondition: the form is a law.
    func law(_ name: String, _ node: SourceNode, _ form: Key.Form) -> Located<Distribution>? {
        guard case .law(let measure, let bounds, let kinds) = form else {
            preconditionFailure("'\(path).\(name)' is no law")
        }
        guard case .mapping(let entries) = node.content else {
            return quantity(name, node, measure, bounds)
                .map { Located(.constant($0), at: node.place) }
        }
        let known = Law.names(kinds)
        guard entries.count == 1, let entry = entries.first, known.contains(entry.key) else {
            let entry = entries.first { !known.contains($0.key) } ?? entries.last
            let word = entry?.key ?? ""
            log.error(
                .law, at: entry?.keyPlace ?? node.place,
                "'\(name)' takes one distribution\(Suggestion.phrase(for: word, among: known)) "
                    + "(got \(entries.count == 1 ? "'\(word)'" : "\(entries.count) keys"), "
                    + "expected one of \(known.joined(separator: ", ")))")
            return nil
        }
        return read(entry, name, measure, bounds).map { Located($0, at: node.place) }
    }

    private func read(
        _ entry: SourceNode.Entry, _ name: String, _ measure: Measure, _ bounds: Bounds
    ) -> Distribution? {
        let node = entry.value
        switch entry.key {
        case "uniform":
            guard let (low, high) = pair(entry, name, measure, bounds) else { return nil }
            return .uniform(low: low, high: high)
        case "integers":
            guard let (low, high) = pair(entry, name, measure, bounds) else { return nil }
            guard low == low.rounded(), high == high.rounded() else {
                log.error(
                    .law, at: node.place,
                    "'integers' needs whole numbers of \(measure.base.isEmpty ? "1" : measure.base)"
                )
                return nil
            }
            return .integers(low: Int(low), high: Int(high))
        case "choice":
            guard let values = values(entry, name, measure, bounds), !values.isEmpty else {
                return nil
            }
            return .choice(values)
        case "exponential":
            return quantity(name, node, measure, bounds).map { .exponential(mean: $0) }
        case "normal":
            guard let (mean, deviation) = moments(node, name, measure, bounds, "deviation", measure)
            else { return nil }
            return .normal(mean: mean, deviation: deviation)
        default:
            guard let (mean, sigma) = moments(node, name, measure, bounds, "sigma", .number)
            else { return nil }
            return .lognormal(mean: mean, sigma: sigma)
        }
    }

    /// `[LOW, HIGH]` with LOW < HIGH.
    private func pair(
        _ entry: SourceNode.Entry, _ name: String, _ measure: Measure, _ bounds: Bounds
    ) -> (Double, Double)? {
        guard let values = values(entry, name, measure, bounds) else { return nil }
        guard values.count == 2 else {
            log.error(
                .law, at: entry.value.place,
                "'\(entry.key)' needs two values (got \(values.count), expected [LOW, HIGH])")
            return nil
        }
        guard values[0] < values[1] else {
            log.error(.law, at: entry.value.place, "'\(entry.key)' needs LOW below HIGH")
            return nil
        }
        return (values[0], values[1])
    }

    private func values(
        _ entry: SourceNode.Entry, _ name: String, _ measure: Measure, _ bounds: Bounds
    ) -> [Double]? {
        guard case .list(let items) = entry.value.content, !items.isEmpty else {
            log.error(
                .wrongKind, at: entry.value.place,
                "'\(entry.key)' must be a list in brackets (got \(entry.value.brief))")
            return nil
        }
        let values = items.compactMap { quantity(name, $0, measure, bounds) }
        return values.count == items.count ? values : nil
    }

    /// `{mean: M, deviation: D}` or `{mean: M, sigma: S}`.
    private func moments(
        _ node: SourceNode, _ name: String, _ measure: Measure, _ bounds: Bounds,
        _ second: String, _ secondMeasure: Measure
    ) -> (Double, Double)? {
        guard case .mapping(let entries) = node.content else {
            log.error(
                .wrongKind, at: node.place,
                "'\(name)' needs {mean: …, \(second): …} (got \(node.brief))")
            return nil
        }
        for entry in entries where entry.key != "mean" && entry.key != second {
            log.error(
                .unknownKey, at: entry.keyPlace,
                "unknown key '\(entry.key)' (expected mean and \(second))")
        }
        let mean = entries.first { $0.key == "mean" }
        let spread = entries.first { $0.key == second }
        guard let mean, let spread else {
            log.error(
                .missingKey, at: node.place,
                "missing key '\(mean == nil ? "mean" : second)' of the distribution")
            return nil
        }
        let limit = second == "sigma" ? Bounds.within(0, 10) : .within(0, bounds.high)
        guard let first = quantity(name, mean.value, measure, bounds),
            let other = quantity(second, spread.value, secondMeasure, limit)
        else { return nil }
        return (first, other)
    }
}
