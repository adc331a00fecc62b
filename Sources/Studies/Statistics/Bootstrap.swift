package import SimulationKernel

/// Percentile intervals by the stratified bootstrap: runs are drawn again with replacement, within
/// each task by itself, so that no task gains weight by chance.
///
/// Every estimate starts the same stream anew, so that it depends on its scores alone and not on
/// what was asked before. With few runs such intervals are somewhat too narrow (about 90 % instead
/// of 95 % with 5 runs, 93 % with 10): a claim needs 10 or more.
package struct Bootstrap: Hashable, Sendable {
    /// How often the runs are drawn again.
    package var resamples: Int
    /// The share of the resampled values within the interval.
    package var confidence: Double
    private let stream: RandomStream

    package init(seed: UInt64 = 1, resamples: Int = 10_000, confidence: Double = 0.95) {
        self.init(
            stream: RandomStream(seed: seed, entity: "studies", purpose: "bootstrap"),
            resamples: resamples, confidence: confidence)
    }

    package init(stream: RandomStream, resamples: Int = 10_000, confidence: Double = 0.95) {
        precondition(resamples > 0 && confidence > 0 && confidence < 1, "\(confidence)")
        self.stream = stream
        self.resamples = resamples
        self.confidence = confidence
    }

    package func estimate(_ aggregate: Aggregate, of scores: ScoreTable) -> Estimate {
        estimate(of: [scores]) { aggregate.value(of: $0[0]) }
    }

    /// The same of a statistic of several tables, whose runs are drawn independently.
    ///
    /// - Parameter statistic: takes `[tables][tasks][runs]`.
    package func estimate(
        of tables: [ScoreTable], _ statistic: ([[[Double]]]) -> Double
    ) -> Estimate {
        let scores = tables.map(\.tasks)
        var stream = stream
        var drawn = scores
        var values = [Double](repeating: 0, count: resamples)
        for resample in values.indices {
            for table in scores.indices {
                for task in scores[table].indices {
                    let count = scores[table][task].count
                    for run in 0..<count {
                        drawn[table][task][run] = scores[table][task][stream.integer(below: count)]
                    }
                }
            }
            values[resample] = statistic(drawn)
        }
        values.sort()
        let tail = (1 - confidence) / 2
        return Estimate(
            statistic(scores), low: Quantile.ofSorted(values, at: tail),
            high: Quantile.ofSorted(values, at: 1 - tail))
    }
}
