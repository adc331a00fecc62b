import Studies
import TestSupport
import Testing

@Suite struct `A paired comparison` {
    private let slow = ScoreTable([100.0, 200, 150, 120, 180, 90, 210, 130, 160, 140])

    @Test func `sees a small gain that the spread over seeds would hide`() {
        let fast = ScoreTable(
            slow.tasks[0].enumerated().map { $0.element * (0.88 + 0.001 * Double($0.offset)) })
        let comparison = PairedComparison(
            fast, against: slow, better: .lower, bootstrap: Bootstrap(resamples: 1000))
        #expect(comparison.isClear)
        #expect(comparison.wins == 10)
        #expect(abs((comparison.relative?.value ?? 0) + 0.1155) < 1e-12)
        #expect(comparison.probabilityOfImprovement.value < 0.7)
        let sentence = comparison.sentence("ddrl-amsa", "smcoedge")
        #expect(sentence.hasPrefix("ddrl-amsa is lower than smcoedge by 11.5 % ["))
        #expect(sentence.hasSuffix("], 10 seeds, paired"))
    }

    @Test func `says so when the runs leave it open`() {
        let other = ScoreTable(
            slow.tasks[0].enumerated().map { $0.element + ($0.offset % 2 == 0 ? 9 : -9) })
        let comparison = PairedComparison(
            other, against: slow, better: .lower, bootstrap: Bootstrap(resamples: 1000))
        #expect(!comparison.isClear)
        #expect(comparison.wins == 5)
        #expect(comparison.sentence("a", "b").hasPrefix("a and b do not differ clearly: "))
    }

    @Test func `takes equal runs for half a win, and knows no percentage of zero`() {
        let zero = ScoreTable([0.0, 0])
        let comparison = PairedComparison(
            zero, against: zero, better: .higher, bootstrap: Bootstrap(resamples: 10))
        #expect(comparison.wins == 1)
        #expect(comparison.relative == nil)
        #expect(comparison.probabilityOfImprovement.value == 0.5)
    }

    @Test func `refuses runs that have no partner`() async {
        await #expect(processExitsWith: .failure) {
            _ = PairedComparison(ScoreTable([1, 2]), against: ScoreTable([1]), better: .lower)
        }
    }
}

@Suite struct `A curve` {
    @Test func `has the area of its trapezia`() {
        let curve = Curve(x: [0, 1, 3], y: [0, 2, 4])
        #expect(curve.area == 1 + 6)
        #expect(curve.meanHeight == 7.0 / 3)
    }

    @Test func `bands runs at every place`() {
        let band = CurveBand(
            x: [0, 10], runs: [[1, 5], [2, 5], [3, 5]], bootstrap: Bootstrap(resamples: 100))
        #expect(band.estimates[0].value == 2)
        #expect(band.estimates[0].low < 2 && band.estimates[0].high > 2)
        #expect(band.estimates[1] == Estimate(5, low: 5, high: 5))
    }
}

@Suite struct `A growth fit` {
    @Test func `finds the exponent and factor of an exact law`() {
        let x = [5.0, 50, 200, 1000]
        let fit = GrowthFit(x: x, y: x.map { 3 * $0 * $0.squareRoot() })
        #expect(abs(fit.exponent - 1.5) < 1e-12)
        #expect(abs(fit.factor - 3) < 1e-11)
        #expect(fit.standardError < 1e-12)
        #expect(abs(fit.determination - 1) < 1e-12)
        #expect(abs(fit.value(at: 4) - 24) < 1e-10)
    }

    @Test func `tells how unsure the exponent is`() {
        // Worked by hand: u = 0, 1, 2 (times log 10), v = 0, 1, 1 (times log 10): slope 1/2.
        let fit = GrowthFit(x: [1, 10, 100], y: [1, 10, 10])
        #expect(abs(fit.exponent - 0.5) < 1e-12)
        #expect(abs(fit.standardError - (1.0 / 12).squareRoot()) < 1e-12)
        #expect(abs(fit.determination - 0.75) < 1e-12)
    }
}
