import SimulationKernel

/// The numbers that a key accepts, in the base unit.
struct Bounds: Hashable, Sendable {
    var low: Double
    var high: Double
    var includesLow = true
    var includesHigh = true

    /// From low to high, both allowed.
    static func within(_ low: Double, _ high: Double) -> Bounds { Bounds(low: low, high: high) }

    /// More than low, at most high.
    static func above(_ low: Double, upTo high: Double) -> Bounds {
        Bounds(low: low, high: high, includesLow: false)
    }

    /// Between low and high, neither allowed.
    static func between(_ low: Double, _ high: Double) -> Bounds {
        Bounds(low: low, high: high, includesLow: false, includesHigh: false)
    }

    func contains(_ value: Double) -> Bool {
        (includesLow ? value >= low : value > low) && (includesHigh ? value <= high : value < high)
    }

    /// Such as `> 0 s, at most 1 h`, in units that suit.
    func text(_ measure: Measure) -> String {
        let low = Self.spelled(low, measure)
        let high = Self.spelled(high, measure)
        if includesLow && includesHigh { return "\(low) … \(high)" }
        return "\(includesLow ? "at least" : "more than") \(low), "
            + "\(includesHigh ? "at most" : "less than") \(high)"
    }

    /// A value in a unit that leaves few digits.
    static func spelled(_ value: Double, _ measure: Measure) -> String {
        guard !measure.units.isEmpty else { return plain(value) }
        if value == 0 { return "0 \(measure.base)" }
        if measure == .duration, value >= 60 {
            let unit = value.truncatingRemainder(dividingBy: 3600) == 0 ? "h" : "min"
            return "\(plain(value / (unit == "h" ? 3600 : 60))) \(unit)"
        }
        let powers = measure.units.filter { $0.factor == 1 }
        let suited = powers.last { abs(shifted(value, by: -$0.exponent)) >= 1 } ?? powers.first
        guard let suited else { return "\(plain(value)) \(measure.base)" }
        return "\(plain(shifted(value, by: -suited.exponent))) \(suited.symbol)"
    }

    /// Times a power of ten, moved in the decimal so that 0.0001 becomes exactly 100.
    private static func shifted(_ value: Double, by exponent: Int) -> Double {
        let parts = "\(value)".split(separator: "e")
        let own = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return Double("\(parts[0])e\(own + exponent)") ?? value
    }

    /// Without the `.0` of a whole number.
    static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}

extension VirtualDuration {
    /// As a file would say it.
    var spelled: String {
        self == .unbounded ? "none" : Bounds.spelled(Double(nanoseconds) / 1e9, .duration)
    }
}
