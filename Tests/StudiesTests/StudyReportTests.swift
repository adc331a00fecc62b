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

    /// - Parameters:
    ///   - loads: what the topology of each place offers, of what its servers can do.
    ///   - inFlight: per cent of the tasks of a cell.
    private func withFolder(
        loads: [[Int]: Double] = [:], inFlight: (StudyCell) -> Double = { _ in 0 },
        _ body: (String) throws -> Void
    ) throws {
        let folder = URL.temporaryDirectory.path + "/edgeflock-study-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder + "/cells", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var record = Self.record()
        for index in record.cells.indices {
            record.cells[index].load = loads[record.cells[index].place]
        }
        try ResultFile.encode(record).write(
            toFile: folder + "/study.json", atomically: true, encoding: .utf8)
        for cell in record.cells {
            var result = Self.result(cell)
            result.metrics["in-flight"] = inFlight(cell)
            try CellStore(folder: folder).keep(result)
        }
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

    @Test func `says where a delay is a lower bound, and by how many tasks`() throws {
        // 0.1 % is nothing to speak of; 0.5 % with one seed of four is 0.125 % of all.
        func inFlight(_ cell: StudyCell) -> Double {
            switch cell.place {
            case [0, 0]: 0.1
            case [0, 1]: cell.seed == 2 ? 0.5 : 0
            case [1, 0]: 3
            default: 0
            }
        }
        try withFolder(inFlight: inFlight) { folder in
            let report = try StudyReport(folder, bootstrap: Bootstrap(resamples: 200))
            let own = report.notices.dropFirst()
            #expect(
                own == [
                    "Lower bound: policy greedy, load 0.9: 0.125 % of the tasks were still in "
                        + "flight at the end (0.500 % with the worst seed); delays are means of "
                        + "the others, so the true ones are higher.",
                    "Lower bound: policy learned, load 0.5: 3.00 % of the tasks were still in "
                        + "flight at the end; delays are means of the others, so the true ones "
                        + "are higher.",
                ])
            #expect(
                report.rows.map { $0[3] } == [
                    "4 of 4", "4 of 4, 0.125 % in flight", "4 of 4, 3.00 % in flight", "3 of 4",
                ])
            try report.write()
            for file in ["report.md", "report.html"] {
                let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                for notice in own { #expect(text.contains(notice), "\(file): \(notice)") }
            }
        }
    }

    @Test func `says which settings are offered more than their servers can do`() throws {
        let loads = [[0, 0]: 0.5, [1, 0]: 1.02, [0, 1]: 1.24, [1, 1]: 1.24]
        try withFolder(loads: loads) { folder in
            let report = try StudyReport(folder, bootstrap: Bootstrap(resamples: 200))
            let own = report.notices.filter { $0.hasPrefix("Overloaded: ") }
            // At one of the loads all policies are, at the other a single one.
            #expect(
                own.map { $0.prefix { $0 != ";" }.prefix(62) } == [
                    "Overloaded: policy learned, load 0.5: the work that is offered",
                    "Overloaded: load 0.9: the work that is offered is 1.24 of what",
                ])
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
