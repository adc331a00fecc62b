import Recording
import SimulationKernel

/// One axis of a picture: what is along it, in which unit, and how it is divided.
package struct Axis: Hashable, Sendable {
    package enum Scale: String, Hashable, Sendable {
        case linear
        /// Only values above 0 have a place on it.
        case logarithmic
    }

    package var title: String
    /// Such as `ms`; empty for a number without one.
    package var unit: String
    package var scale: Scale
    /// What is shown; nil for what the values need.
    package var range: ClosedRange<Double>?
    /// Whether 0 is shown, on a linear axis without a range.
    package var includesZero: Bool

    package init(
        _ title: String, unit: String = "", scale: Scale = .linear,
        range: ClosedRange<Double>? = nil, includesZero: Bool = false
    ) {
        self.title = title
        self.unit = unit
        self.scale = scale
        self.range = range
        self.includesZero = includesZero
    }

    var label: String { unit.isEmpty ? title : "\(title) (\(unit))" }

    /// What follows a number.
    var suffix: String { unit.isEmpty ? "" : " \(unit)" }

    /// Whether a value has a place on the axis.
    func shows(_ value: Double) -> Bool {
        value.isFinite && (scale == .linear || value > 0)
    }
}

/// An axis fitted to its values: places from 0 to 1, and ticks.
struct FittedAxis {
    let axis: Axis
    let low: Double
    let high: Double
    let ticks: [(value: Double, label: String)]

    init(_ axis: Axis, values: [Double]) {
        self.axis = axis
        let shown = values.filter(axis.shows)
        var low = axis.range?.lowerBound ?? shown.min() ?? (axis.scale == .linear ? 0 : 1)
        var high = axis.range?.upperBound ?? shown.max() ?? 10
        if axis.scale == .logarithmic {
            low = max(low, .leastNormalMagnitude)
            high = max(high, low)
            if axis.range == nil { (low, high) = Self.roundedOut(low, high) }
            self.low = low
            self.high = high
            ticks = Self.logarithmicTicks(low, high)
            return
        }
        if axis.includesZero, axis.range == nil { (low, high) = (min(low, 0), max(high, 0)) }
        if low == high { (low, high) = (low - max(1, abs(low)) / 2, high + max(1, abs(high)) / 2) }
        let step = Self.step(high - low)
        if axis.range == nil {
            low = (low / step).rounded(.down) * step
            high = (high / step).rounded(.up) * step
        }
        self.low = low
        self.high = high
        let first = Int((low / step - 1e-9).rounded(.up))
        let last = max(first, Int((high / step + 1e-9).rounded(.down)))
        ticks = (first...last).map {
            // The step has one digit, so that dividing by its inverse gives the nearest decimal.
            let value = step < 1 ? Double($0) / (1 / step).rounded() : Double($0) * step
            return (value, Figure.plain(value))
        }
    }

    /// From 0 at the low end to 1 at the high end.
    func place(_ value: Double) -> Double {
        switch axis.scale {
        case .linear: (value - low) / (high - low)
        case .logarithmic:
            low == high
                ? 0.5
                : (Mathematics.log(value) - Mathematics.log(low))
                    / (Mathematics.log(high) - Mathematics.log(low))
        }
    }

    /// A step of 1, 2 or 5 times a power of ten that divides a length into four to eight.
    private static func step(_ length: Double) -> Double {
        let rough = length / 5
        let power = powerOfTen(below: rough)
        for factor in [1.0, 2, 5] where factor * power >= rough * 0.75 { return factor * power }
        return 10 * power
    }

    private static func powerOfTen(below value: Double) -> Double {
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        return power
    }

    /// The nearest numbers 1, 2 or 5 times a power of ten around a range.
    private static func roundedOut(_ low: Double, _ high: Double) -> (Double, Double) {
        let below = powerOfTen(below: low)
        let first = [5.0, 2, 1].map { $0 * below }.first { $0 <= low * (1 + 1e-9) } ?? below
        let above = powerOfTen(below: high)
        var last = [1.0, 2, 5, 10].map { $0 * above }.first { $0 >= high * (1 - 1e-9) } ?? high
        if last <= first { last = first * 10 }
        return (first, last)
    }

    /// Decades, with 2 and 5 between them as long as that is not crowded, and else at the ends,
    /// where a part of a decade may hold most of the values.
    private static func logarithmicTicks(
        _ low: Double, _ high: Double
    ) -> [(value: Double, label: String)] {
        let decades = Mathematics.log(high / low) / Mathematics.log(10)
        var values: [Double] = []
        var power = powerOfTen(below: low)
        while power <= high * (1 + 1e-9) {
            let isPart = power < low * (1 - 1e-9) || power * 10 > high * (1 + 1e-9)
            let isFine = decades <= 2.4 || (isPart && decades <= 5)
            values += (isFine ? [1, 2, 5] : [1]).map { $0 * power }
            power *= 10
        }
        let stride = max(1, Int((decades / 8).rounded(.up)))
        return values.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
            .enumerated().filter { $0.offset % stride == 0 }
            .map { ($0.element, Figure.plain($0.element)) }
    }
}
