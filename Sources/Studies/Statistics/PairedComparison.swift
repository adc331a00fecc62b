/// Two algorithms on the same arrivals: run k of one is paired with run k of the other.
package struct PairedComparison: Hashable, Sendable {
    /// Whether less is better, as with delays, or more, as with rewards.
    package enum Direction: String, Hashable, Sendable, Codable {
        case lower, higher
    }

    /// The interquartile mean of (first - second), in the unit of the scores.
    package let difference: Estimate
    /// The interquartile mean of (first - second) / |second|; nil where a second score is 0.
    package let relative: Estimate?
    /// How likely a run of the first is better than a run of the second, any with any.
    package let probabilityOfImprovement: Estimate
    /// Pairs in which the first is better; equal ones count half.
    package let wins: Double
    package let pairs: Int
    package let better: Direction

    /// - Precondition: the tables are aligned.
    package init(
        _ first: ScoreTable, against second: ScoreTable, better: Direction,
        bootstrap: Bootstrap = Bootstrap()
    ) {
        let differences = first.paired(with: second) { $0 - $1 }
        difference = bootstrap.estimate(.interquartileMean, of: differences)
        let isRelative = second.tasks.allSatisfy { $0.allSatisfy { $0 != 0 } }
        relative =
            isRelative
            ? bootstrap.estimate(
                .interquartileMean, of: first.paired(with: second) { ($0 - $1) / abs($1) })
            : nil
        probabilityOfImprovement = ProbabilityOfImprovement.estimate(
            first, over: second, better: better, bootstrap: bootstrap)
        wins = differences.tasks.joined().reduce(0) { sum, difference in
            if difference == 0 { return sum + 0.5 }
            return sum + ((difference < 0) == (better == .lower) ? 1 : 0)
        }
        pairs = differences.count
        self.better = better
    }

    /// Whether the runs tell which of the two is better.
    package var isClear: Bool { difference.excludes(0) }
}

/// How likely a run of one algorithm is better than a run of another (Mann and Whitney's U over
/// the number of pairs), averaged over tasks; equal scores count half.
package enum ProbabilityOfImprovement {
    package static func estimate(
        _ first: ScoreTable, over second: ScoreTable, better: PairedComparison.Direction,
        bootstrap: Bootstrap = Bootstrap()
    ) -> Estimate {
        precondition(first.tasks.count == second.tasks.count, "scores of different tasks")
        return bootstrap.estimate(of: [first, second]) { tables in
            let shares = zip(tables[0], tables[1]).map { share($0, over: $1, better) }
            return Aggregate.mean(shares)
        }
    }

    private static func share(
        _ first: [Double], over second: [Double], _ better: PairedComparison.Direction
    ) -> Double {
        var wins = 0.0
        for own in first {
            for other in second {
                if own == other {
                    wins += 0.5
                } else if (own < other) == (better == .lower) {
                    wins += 1
                }
            }
        }
        return wins / Double(first.count * second.count)
    }
}
