/// One number for all scores of an algorithm, as in "Deep reinforcement learning at the edge of
/// the statistical precipice" (Agarwal et al. 2021) and its package `rliable`, with which all of
/// these agree.
package enum Aggregate: Hashable, Sendable {
    /// The mean over tasks of the mean over runs.
    case mean
    /// The median over tasks of the mean over runs.
    case median
    /// The mean of the middle half of all scores, tasks and runs together: a quarter (rounded
    /// down) is left out at either end. Less moved by a lucky run than the mean, and by less noise
    /// than the median.
    case interquartileMean
    /// How far scores are below a threshold, on average; what is above it counts as reaching it.
    case optimalityGap(threshold: Double)

    package func value(of scores: ScoreTable) -> Double { value(of: scores.tasks) }

    /// - Parameter tasks: `[tasks][runs]`, nowhere empty.
    func value(of tasks: [[Double]]) -> Double {
        switch self {
        case .mean: Self.mean(tasks.map(Self.mean))
        case .median: Quantile.of(tasks.map(Self.mean), at: 0.5)
        case .interquartileMean: Self.middleMean(tasks.flatMap(\.self))
        case .optimalityGap(let threshold):
            threshold - Self.mean(tasks.flatMap(\.self).map { min($0, threshold) })
        }
    }

    static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func middleMean(_ values: [Double]) -> Double {
        let cut = values.count / 4
        return mean(Array(values.sorted()[cut..<(values.count - cut)]))
    }
}

/// Quantiles between ordered values, by linear interpolation (type 7 of Hyndman and Fan).
enum Quantile {
    /// - Parameter share: from 0 (the least value) to 1 (the greatest).
    static func of(_ values: [Double], at share: Double) -> Double {
        ofSorted(values.sorted(), at: share)
    }

    static func ofSorted(_ values: [Double], at share: Double) -> Double {
        precondition(!values.isEmpty && share >= 0 && share <= 1, "quantile \(share) of \(values)")
        let place = share * Double(values.count - 1)
        let below = Int(place)
        guard below + 1 < values.count else { return values[below] }
        return values[below] + (place - Double(below)) * (values[below + 1] - values[below])
    }
}
