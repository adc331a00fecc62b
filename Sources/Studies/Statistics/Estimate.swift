/// A number and the interval that it lies in, as far as the runs tell.
package struct Estimate: Hashable, Sendable, Codable {
    package var value: Double
    package var low: Double
    package var high: Double

    package init(_ value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// Whether the interval lies on one side of a value, such as 0 for a difference.
    package func excludes(_ value: Double) -> Bool { low > value || high < value }

    /// The same in another unit.
    package func scaled(by factor: Double) -> Estimate {
        let ends = [low * factor, high * factor]
        return Estimate(value * factor, low: min(ends[0], ends[1]), high: max(ends[0], ends[1]))
    }
}
