import Recording

extension PairedComparison {
    /// The comparison in plain words, such as `a is lower than b by 12.3 % [8.10, 16.0], 10 seeds,
    /// paired`; says so when the interval leaves open which is lower.
    ///
    /// - Parameters:
    ///   - unit: of the scores, for tables in which no percentage can be taken.
    ///   - what: what was paired.
    package func sentence(
        _ first: String, _ second: String, unit: String = "", what: String = "seeds"
    ) -> String {
        let estimate = relative?.scaled(by: 100) ?? difference
        let suffix = relative != nil ? " %" : unit.isEmpty ? "" : " \(unit)"
        let pairing = "\(pairs) \(what), paired"
        guard isClear, estimate.excludes(0) else {
            return "\(first) and \(second) do not differ clearly: "
                + "\(Self.signed(estimate.value))\(suffix) "
                + "[\(Self.signed(estimate.low)), \(Self.signed(estimate.high))], \(pairing)"
        }
        let isLower = estimate.value < 0
        let size = isLower ? estimate.scaled(by: -1) : estimate
        return "\(first) is \(isLower ? "lower" : "higher") than \(second) by "
            + "\(Self.figure(size.value))\(suffix) "
            + "[\(Self.figure(size.low)), \(Self.figure(size.high))], \(pairing)"
    }

    private static func figure(_ value: Double) -> String { Figure.number(value, digits: 3) }

    private static func signed(_ value: Double) -> String {
        (value > 0 ? "+" : "") + figure(value)
    }
}
