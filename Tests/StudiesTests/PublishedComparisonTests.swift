import Recording
@testable import Studies
import Testing
import Topologies

/// A made study of two rows in four settings, one of which has only one row.
@Suite struct `A published figure` {
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    /// Per cent of the reference's 100, 200, ... that the row has, by setting.
    private static let shares = [0.80, 0.95, 1.30]

    private static func results(_ published: [StudyFile.Published]) -> StudyResults {
        var cells: [StudyCell] = []
        var results: [CellResult] = []
        for seed in seeds {
            for place in [[0, 0], [1, 0], [0, 1], [1, 1], [0, 2], [1, 2], [0, 3]] {
                let order = CellOrder(
                    topology: "t", topologyDigest: "d", training: nil,
                    settings: ["\(place)"], isLive: false, seed: seed)
                cells.append(StudyCell(id: order.id, place: place, seed: seed, order: order))
                let reference = Double(seed) * 100
                let delay = place[0] == 0 ? reference : reference * shares[place[1]]
                results.append(
                    CellResult(order: order, outcome: "VALID", metrics: ["delay": delay]))
            }
        }
        var record = StudyRecord(
            name: "made", topology: "t", seeds: seeds,
            axes: [.init("policy", ["old", "new"]), .init("form", ["a", "b", "c", "d"])],
            metrics: ["delay"], compared: 0, along: nil, against: ["old"], episodes: 1,
            cells: cells)
        record.published = published
        return StudyResults(record: record, results: results)
    }

    private static func entry(_ percent: Double) -> StudyFile.Published {
        StudyFile.Published(row: "new", against: "old", percent: percent, source: "somebody")
    }

    @Test func `stands beside ours in every setting that has both rows`() {
        let found = Self.results([Self.entry(-18)]).publishedComparisons(Bootstrap(resamples: 50))
        #expect(found.count == 1)
        #expect(found[0].settings.map(\.label) == ["form a", "form b", "form c"])
        let ours = found[0].settings.map { ($0.ours.value * 1000).rounded() / 1000 }
        #expect(ours == [-20, -5, 30])
        let verdicts = found[0].settings.map(\.verdict.words)
        #expect(verdicts == ["holds", "smaller by 13.0 points", "the other way round"])
        #expect(
            found[0].sentence == "new against old, mean delay: published -18.0 % (somebody); "
                + "holds in 1 of 3 settings (form a: -20.0 % [-20.0, -20.0]).")
    }

    @Test func `that holds nowhere is told with what is missing`() {
        let found = Self.results([Self.entry(-25)]).publishedComparisons(Bootstrap(resamples: 50))
        #expect(
            found[0].sentence.hasSuffix(
                "holds in none of 3 settings; the nearest is form a: -20.0 % [-20.0, -20.0], "
                    + "short of it by 5.00 points."))
    }

    @Test(arguments: [
        (-10.0, Estimate(-12, low: -14, high: -9), "holds"),
        (-10.0, Estimate(-4, low: -9, high: 1), "not clear"),
        (-10.0, Estimate(-4, low: -5, high: -3), "smaller by 6.00 points"),
        (10.0, Estimate(-4, low: -5, high: -3), "the other way round"),
        (10.0, Estimate(11, low: 5, high: 13), "holds"),
    ])
    func `holds only with its interval on its side`(
        published: Double, ours: Estimate, words: String
    ) {
        #expect(PublishedComparison.verdict(on: published, ours).words == words)
    }

    @Test func `leaves no empty rows where a combination is left out`() {
        let results = Self.results([])
        #expect(results.places.count == 7)
        #expect(!results.has([1, 3]) && results.has([0, 3]))
        #expect(results.contexts(without: [0]).map { $0[1] } == [0, 1, 2, 3])
    }
}
