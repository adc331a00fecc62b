import Foundation
import Recording
@testable import Studies
import Testing

/// A finished study of two policies at two loads with four seeds, made by hand.
@Suite struct `A study's report` {
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    private static func order(_ place: [Int], _ seed: UInt64) -> CellOrder {
        CellOrder(
            topology: "t.yaml", topologyDigest: "d", training: nil,
            settings: ["a=\(place[0])", "b=\(place[1])"], isLive: false, seed: seed)
    }

    private static func score(_ place: [Int], _ seed: UInt64) -> Double {
        Double(seed) * 10 + Double(place[0]) * 5 + Double(place[1]) * 100
    }

    private static func record() -> StudyRecord {
        let places = [[0, 0], [0, 1], [1, 0], [1, 1]]
        let cells = seeds.flatMap { seed in
            places.map { place in
                StudyCell(
                    id: order(place, seed).id, place: place, seed: seed, order: order(place, seed))
            }
        }
        return StudyRecord(
            name: "made", topology: "t.yaml", seeds: seeds,
            axes: [.init("policy", ["greedy", "learned"]), .init("load", ["0.5", "0.9"])],
            metrics: ["delay"], compared: 0, along: 1, against: ["greedy"], episodes: 10,
            cells: cells)
    }

    private static func result(_ cell: StudyCell) -> CellResult {
        if cell.place == [1, 1], cell.seed == 4 {
            return CellResult(order: cell.order, outcome: "INVALID", reasons: ["a, \"b\""])
        }
        return CellResult(
            order: cell.order, outcome: "VALID", metrics: ["delay": score(cell.place, cell.seed)])
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = URL.temporaryDirectory.path + "/edgeflock-study-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder + "/cells", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let record = Self.record()
        try ResultFile.encode(record).write(
            toFile: folder + "/study.json", atomically: true, encoding: .utf8)
        for cell in record.cells { try CellStore(folder: folder).keep(Self.result(cell)) }
        try body(folder)
    }

    @Test func `has the numbers that its cells have`() throws {
        try withFolder { folder in
            let report = try StudyReport(folder, bootstrap: Bootstrap(resamples: 200))
            // Interquartile mean of 10, 20, 30, 40 and of the shifted rows.
            #expect(
                report.rows.map { $0.prefix(2) } == [
                    ["greedy", "0.5"], ["greedy", "0.9"], ["learned", "0.5"], ["learned", "0.9"],
                ])
            #expect(report.rows[0][2].hasPrefix("25.00 ["))
            #expect(report.rows[2][2].hasPrefix("30.00 ["))
            #expect(report.rows[3][2].hasPrefix("125.0 ["))
            #expect(report.rows.map { $0[3] } == ["4 of 4", "4 of 4", "4 of 4", "3 of 4"])
            let comparisons = report.results.comparisons(Bootstrap(resamples: 200))
            #expect(comparisons.map(\.comparison.difference.value) == [5, 5])
            #expect(comparisons.map(\.comparison.pairs) == [4, 3])
            // 5/10, 5/20, 5/30, 5/40: the middle two.
            let relative = try #require(comparisons[0].comparison.relative?.value)
            #expect(abs(relative - (5.0 / 20 + 5.0 / 30) / 2) < 1e-12)
            #expect(
                report.sentences[0].hasPrefix(
                    "load 0.5: mean delay, learned is higher than greedy by 20.8 % ["))
        }
    }

    @Test func `shows what is not VALID, and writes every file`() throws {
        try withFolder { folder in
            let report = try StudyReport(folder, bootstrap: Bootstrap(resamples: 200))
            #expect(report.notices == ["INVALID: policy learned, load 0.9, seed 4: a, \"b\""])
            let pictures = try report.write()
            #expect(pictures.map { ($0 as NSString).lastPathComponent } == ["delay.svg"])
            let page = try String(contentsOfFile: folder + "/report.html", encoding: .utf8)
            #expect(
                page.contains("INVALID") && page.contains("<svg") && page.contains("seeds 1 to 4"))
            #expect(!page.contains("src=") && !page.contains("<script"))
            let csv = try String(contentsOfFile: folder + "/results.csv", encoding: .utf8)
            #expect(csv.split(separator: "\n").count == 17)
            #expect(csv.contains("\"a, \"\"b\"\"\""))
        }
    }

    @Test func `takes a result only for the order that it belongs to`() throws {
        try withFolder { folder in
            let store = CellStore(folder: folder)
            var cell = Self.record().cells[0]
            #expect(store.result(of: cell)?.metrics["delay"] == 10)
            cell.order.settings.append("c=1")
            #expect(store.result(of: cell) == nil)
            try Data("{".utf8).write(to: URL(filePath: store.path(cell.id)))
            #expect(store.result(of: Self.record().cells[0]) == nil)
        }
    }
}
