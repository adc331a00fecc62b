package import SimulationKernel

import Histogram

/// Delays of which quantiles are wanted: every one is kept up to a limit, beyond which they are
/// counted in buckets that are 0.1 % wide.
package struct DelaySample: Sendable {
    /// How many delays are kept one by one: 64 MB.
    package static let limit = 8_000_000

    private var values: [Int64] = []
    private var buckets: Histogram<UInt64>?
    private let limit: Int

    package init(limit: Int = Self.limit) { self.limit = limit }

    /// Whether quantiles are those of the delays themselves.
    package var isExact: Bool { buckets == nil }

    package mutating func add(_ delay: VirtualDuration) {
        if values.count < limit, buckets == nil {
            values.append(delay.nanoseconds)
        } else {
            count(delay.nanoseconds)
        }
    }

    private mutating func count(_ nanoseconds: Int64) {
        if buckets == nil {
            var fresh = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
            for value in values { fresh.record(UInt64(max(0, value))) }
            values = []
            buckets = fresh
        }
        buckets?.record(UInt64(max(0, nanoseconds)))
    }

    /// The least delay that at least the given share of all delays does not exceed; nil when
    /// there is none. Reorders what is kept.
    package mutating func quantile(_ share: Double) -> VirtualDuration? {
        precondition(share > 0 && share <= 1, "quantile \(share)")
        if let buckets {
            let value = buckets.valueAtPercentile(share * 100)
            return VirtualDuration(nanoseconds: Int64(clamping: value))
        }
        guard !values.isEmpty else { return nil }
        let rank = Int((Double(values.count) * share).rounded(.up)) - 1
        let place = min(max(0, rank), values.count - 1)
        return VirtualDuration(nanoseconds: values.select(place))
    }
}

extension [Int64] {
    /// The value that would be at this place in ascending order (Hoare's selection, middle
    /// pivots); values are moved about.
    fileprivate mutating func select(_ place: Int) -> Int64 {
        withUnsafeMutableBufferPointer { values in
            var low = 0
            var high = values.count - 1
            while low < high {
                let pivot = values[low + (high - low) / 2]
                var left = low
                var right = high
                while left <= right {
                    while values[left] < pivot { left += 1 }
                    while values[right] > pivot { right -= 1 }
                    if left <= right {
                        values.swapAt(left, right)
                        left += 1
                        right -= 1
                    }
                }
                if place <= right {
                    high = right
                } else if place >= left {
                    low = left
                } else {
                    return values[place]
                }
            }
            return values[place]
        }
    }
}
