import Emulation
import Foundation
import NodeRuntime
import Recording
@testable import Studies
import Testing
import Topologies

/// A made study of three values with four seeds and two episodes: one learns and sends, one
/// learns by itself, and one never finishes a task of its second episode with seed 4.
@Suite struct `The curves of a study` {
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    private static func episodes(_ value: Int, _ seed: UInt64) -> [CellEpisode] {
        let delay = [8.0, 100, 120, 400][Int(seed) - 1]
        let sent: [UInt64] = value == 0 ? [1_000_000 * seed, 3_000_000 * seed] : [0, 0]
        let last = value == 2 && seed == 4 ? nil : delay / 10 + Double(value)
        return [
            CellEpisode(delay: delay, learningBytes: sent[0]),
            CellEpisode(delay: last, learningBytes: sent[1]),
        ]
    }

    private static func results(
        _ curves: [StudyFile.Curve]?, _ change: (inout CellResult, Int) -> Void = { _, _ in }
    ) -> StudyResults {
        var cells: [StudyCell] = []
        var results: [CellResult] = []
        for seed in seeds {
            for value in 0..<3 {
                let order = CellOrder(
                    topology: "t", topologyDigest: "d", training: nil,
                    settings: ["\(value)"], isLive: false, seed: seed)
                cells.append(StudyCell(id: order.id, place: [value], seed: seed, order: order))
                var result = CellResult(order: order, outcome: "VALID", metrics: ["delay": 1])
                result.episodes = episodes(value, seed)
                change(&result, value)
                results.append(result)
            }
        }
        var record = StudyRecord(
            name: "made", topology: "t", seeds: seeds,
            axes: [.init("training", ["central", "alone", "broken"])], metrics: ["delay"],
            compared: 0, along: nil, against: ["central"], episodes: 2, cells: cells)
        record.curves = curves
        return StudyResults(record: record, results: results)
    }

    private static func pictures(_ results: StudyResults) -> [String: String] {
        let pictures = results.curvePictures(Bootstrap(resamples: 50))
        return Dictionary(uniqueKeysWithValues: pictures.map { ($0.name, $0.svg()) })
    }

    @Test func `are middle means of delays over seeds, at each episode`() throws {
        let pictures = Self.pictures(Self.results([.episodes]))
        let svg = try #require(pictures["delay-against-episodes"])
        #expect(pictures.count == 1)
        // Of 8, 100, 120, 400 the middle two.
        #expect(svg.contains("central: Episode 1, Mean delay 110.0 ms ["))
        #expect(svg.contains("central: Episode 2, Mean delay 11.00 ms ["))
        #expect(svg.contains("alone: Episode 2, Mean delay 12.00 ms ["))
        #expect(svg.contains("broken: Episode 1, Mean delay 110.0 ms ["))
        #expect(!svg.contains("broken: Episode 2"), "a seed without a delay counts")
        for text in [">Episode<", "Mean delay (ms)", "4 seeds (1 to 4)", "95 % bootstrap bands"] {
            #expect(svg.contains(text), "\(text)")
        }
    }

    @Test func `have the mean of bytes over seeds along x, and silence as a level`() throws {
        let svg = try #require(
            Self.pictures(Self.results([.learningBytes]))["delay-against-learning-bytes"])
        let x = "Emulated bytes of experience and weights so far, per run"
        #expect(svg.contains("central: \(x) 2.5 MB, Mean delay 110.0 ms ["))
        #expect(svg.contains("central: \(x) 7.5 MB, Mean delay 11.00 ms ["))
        #expect(svg.contains("alone: \(x) 2.5 MB, Mean delay 12.00 ms ["))
        #expect(svg.contains("alone: \(x) 7.5 MB, Mean delay 12.00 ms ["))
        #expect(svg.contains(">\(x) (MB)<"))
        #expect(svg.contains("dasharray:6 4") && svg.contains("Dashed: nothing is sent"))
    }

    @Test func `are not drawn where nobody asks, or nobody sends`() {
        #expect(Self.pictures(Self.results(nil)).isEmpty)
        let silent = Self.results([.learningBytes]) { result, value in
            result.episodes = Self.episodes(1, result.order.seed)
        }
        #expect(Self.pictures(silent).isEmpty)
    }

    @Test func `make do with results of versions that kept none`() throws {
        let all = [StudyFile.Curve.episodes, .learningBytes]
        let none = Self.results(all) { result, _ in result.episodes = nil }
        #expect(Self.pictures(none).isEmpty && none.curveless == 12)
        let some = Self.results(all) { result, value in
            if value == 1, result.order.seed < 3 { result.episodes = nil }
        }
        #expect(some.curveless == 2)
        let svg = try #require(Self.pictures(some)["delay-against-episodes"])
        // Of 120 and 400.
        #expect(svg.contains("alone: Episode 1, Mean delay 260.0 ms ["))
        #expect(svg.contains("over 2 to 4 seeds"))
        let old = try ResultFile.encode(#require(none.results[0]))
        #expect(!old.contains("episodes"))
        #expect(try JSONDecoder().decode(CellResult.self, from: Data(old.utf8)).episodes == nil)
    }

    @Test func `are those of training where a study trains before it judges`() throws {
        let trained = Self.results([.episodes]) { result, value in
            if value == 0 { (result.trainingEpisodes, result.episodes) = (result.episodes, []) }
        }
        var record = trained.record
        record.trainingEpisodes = 2
        let svg = try #require(
            Self.pictures(StudyResults(record: record, results: trained.results)).values.first)
        #expect(svg.contains("central: Episode 1, Mean delay 110.0 ms ["))
        #expect(!svg.contains("alone: "), "what is not trained has no curve of it")
        #expect(svg.contains("; while training."))
    }

    @Test func `add up to what a run sent`() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let loading = Topology.load(
            path: tests.appending(path: "Golden/three-stations.yaml").path(),
            overrides: ["training.mode=gossip", "training.round=1 s"])
        let network = try EmulatedNetwork(#require(loading.topology))
        let recorder = try Recorder(network.description, level: .summary, directory: nil)
        var run = InProcessRun(network, sink: recorder)
        let summary = try recorder.finish(run.run { _ in false })
        let episodes = CellEpisode.episodes(of: summary)
        #expect(episodes.count == 2 && episodes[0].learningBytes > 0)
        #expect(episodes[1].learningBytes == summary.bytes.experience + summary.bytes.weights)
        #expect(episodes[0].learningBytes < episodes[1].learningBytes)
        #expect(episodes.map(\.delay) == summary.episodes.map { $0.meanDelay.map { $0 * 1e3 } })
    }
}
