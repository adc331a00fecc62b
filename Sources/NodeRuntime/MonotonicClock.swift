#if canImport(Glibc)
    import Glibc
#endif

/// The machine's steady clock. Drivers read it; nodes never see it.
package enum MonotonicClock {
    /// Nanoseconds since an arbitrary instant; the same for all processes of one machine.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Durations in logarithmic buckets, 8 to each doubling (at most 9 % wide).
package struct LatencyHistogram: Sendable {
    package private(set) var counts: [UInt64] = Array(repeating: 0, count: 8 * 64)

    package init() {}

    package mutating func record(nanoseconds: Int64) {
        counts[Self.bucket(of: nanoseconds)] += 1
    }

    package mutating func add(_ count: UInt64, toBucket bucket: Int) { counts[bucket] += count }

    package var total: UInt64 { counts.reduce(0, +) }

    /// The upper edge, in nanoseconds, of the bucket that holds the given share of all values.
    package func quantile(_ share: Double) -> Int64 {
        let wanted = UInt64((Double(total) * share).rounded(.up))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() where count > 0 {
            seen += count
            if seen >= wanted { return Self.upperEdge(of: bucket) }
        }
        return 0
    }

    static func bucket(of nanoseconds: Int64) -> Int {
        guard nanoseconds >= 8 else { return Int(max(0, nanoseconds)) }
        let exponent = 63 - nanoseconds.leadingZeroBitCount
        let fraction = Int(nanoseconds >> (exponent - 3)) & 7
        return (exponent - 2) * 8 + fraction
    }

    static func upperEdge(of bucket: Int) -> Int64 {
        guard bucket >= 8 else { return Int64(bucket) }
        let exponent = bucket / 8 + 2
        return (Int64(8 + bucket % 8) + 1) << (exponent - 3)
    }
}
