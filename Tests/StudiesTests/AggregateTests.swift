import SimulationKernel
import Studies
import TestSupport
import Testing

/// Recorded by the published package `rliable` 1.2.0 on the same numbers: point values, and
/// intervals of 50,000 resamples.
@Suite struct `Statistics beside rliable` {
    private static let aggregates: [(name: String, aggregate: Aggregate)] = [
        ("mean", .mean), ("median", .median), ("interquartile_mean", .interquartileMean),
        ("optimality_gap", .optimalityGap(threshold: 0.9)),
    ]

    @Test(arguments: 0..<3, 0..<4)
    func `agree on points to 1e-12 and on intervals within resampling noise`(
        table: Int, aggregate: Int
    ) throws {
        let recorded = try GoldenFile("rliable")["tables"].items[table]
        let (name, aggregate) = Self.aggregates[aggregate]
        let scores = ScoreTable(tasks: recorded["tasks"].items.map(\.numbers))
        let estimate = Bootstrap(resamples: 4000).estimate(aggregate, of: scores)
        #expect(abs(aggregate.value(of: scores) - recorded["points"][name].number) < 1e-12)
        #expect(estimate.value == aggregate.value(of: scores))
        expectClose(estimate, recorded["intervals"][name].numbers)
    }

    @Test func `agree on the probability of improvement`() throws {
        let golden = try GoldenFile("rliable")
        let tables = golden["tables"].items.map { table in
            ScoreTable(tasks: table["tasks"].items.map(\.numbers))
        }
        let estimate = ProbabilityOfImprovement.estimate(
            tables[0], over: tables[1], better: .higher, bootstrap: Bootstrap(resamples: 2000))
        #expect(abs(estimate.value - golden["improvement"]["value"].number) < 1e-12)
        expectClose(estimate, golden["improvement"]["interval"].numbers)
        let reverse = ProbabilityOfImprovement.estimate(
            tables[0], over: tables[1], better: .lower, bootstrap: Bootstrap(resamples: 10))
        #expect(abs(estimate.value + reverse.value - 1) < 1e-12)
    }

    @Test func `agree on paired differences`() throws {
        let golden = try GoldenFile("rliable")
        let tables = golden["tables"].items.map { table in
            ScoreTable(tasks: table["tasks"].items.map(\.numbers))
        }
        let comparison = PairedComparison(
            tables[0], against: tables[1], better: .lower, bootstrap: Bootstrap(resamples: 4000))
        #expect(abs(comparison.difference.value - golden["paired"]["value"].number) < 1e-12)
        expectClose(comparison.difference, golden["paired"]["interval"].numbers)
        #expect(comparison.isClear)
    }

    /// The ends of an interval are themselves estimates; with thousands of resamples they move by
    /// a few hundredths of its width.
    private func expectClose(_ estimate: Estimate, _ interval: [Double]) {
        let width = interval[1] - interval[0]
        #expect(abs(estimate.low - interval[0]) < 0.06 * width)
        #expect(abs(estimate.high - interval[1]) < 0.06 * width)
    }
}

@Suite struct `An aggregate` {
    @Test(
        arguments: [
            ([4.0, 1, 2, 3], 2.5), ([100, 1, 2, 3, -50], 2), ([7], 7), ([1, 2, 3], 2),
            ([1, 2, 3, 4, 5, 6, 7, 100], 4.5),
        ] as [([Double], Double)])
    func `leaves a quarter out at either end for the interquartile mean`(
        runs: [Double], expected: Double
    ) {
        #expect(Aggregate.interquartileMean.value(of: ScoreTable(runs)) == expected)
    }

    @Test func `weighs tasks equally in the mean, whatever their number of runs`() {
        let scores = ScoreTable(tasks: [[1, 1, 1, 1], [3]])
        #expect(Aggregate.mean.value(of: scores) == 2)
    }

    @Test func `refuses a score that was not measured`() async {
        await #expect(processExitsWith: .failure) { _ = ScoreTable([1, .nan]) }
    }
}

@Suite struct `The bootstrap` {
    @Test func `gives the same interval whatever was asked before`() {
        let scores = ScoreTable([3, 1, 4, 1, 5, 9, 2, 6])
        let bootstrap = Bootstrap(resamples: 500)
        let first = bootstrap.estimate(.mean, of: scores)
        _ = bootstrap.estimate(.median, of: ScoreTable([1, 2]))
        #expect(bootstrap.estimate(.mean, of: scores) == first)
        #expect(Bootstrap(seed: 2, resamples: 500).estimate(.mean, of: scores) != first)
    }

    @Test func `keeps every task's weight`() {
        // Drawn across tasks, the mean of these would vary.
        let scores = ScoreTable(tasks: [[1, 1, 1], [5, 5, 5]])
        let estimate = Bootstrap(resamples: 200).estimate(.mean, of: scores)
        #expect(estimate == Estimate(3, low: 3, high: 3))
    }

    @Test func `covers the mean of normal scores about as often as it says`() {
        var stream = RandomStream(seed: 5, entity: "test", purpose: "coverage")
        var covered = 0
        for _ in 0..<300 {
            let scores = ScoreTable((0..<20).map { _ in stream.normal() })
            let estimate = Bootstrap(resamples: 300).estimate(.mean, of: scores)
            covered += estimate.excludes(0) ? 0 : 1
        }
        #expect((267...297).contains(covered))
    }
}
