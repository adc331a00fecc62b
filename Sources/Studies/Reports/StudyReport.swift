import FoundationEssentials
package import Recording
import Topologies

/// The reports of a study, made from its folder alone.
package struct StudyReport: Sendable {
    package let results: StudyResults
    private let folder: String
    private let bootstrap: Bootstrap

    /// Whether a folder is that of a study.
    package static func isStudy(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(StudyRecord.fileName)")
    }

    /// - Throws: `ResultFileError`.
    package init(_ folder: String, bootstrap: Bootstrap = Bootstrap()) throws(ResultFileError) {
        let record = try ResultFile.read(StudyRecord.self, StudyRecord.fileName, of: folder)
        let store = CellStore(folder: folder)
        results = StudyResults(record: record, results: record.cells.map(store.result(of:)))
        self.folder = folder
        self.bootstrap = bootstrap
    }

    /// Writes `report.html`, `report.md`, `results.csv` and `plots/*.svg`.
    ///
    /// - Returns: the paths of the pictures.
    @discardableResult
    package func write() throws -> [String] {
        let pictures = results.pictures(bootstrap)
        let plots = folder + "/plots"
        try FileManager.default.createDirectory(
            atPath: plots, withIntermediateDirectories: true)
        try put(csv, "results.csv")
        try put(markdown, "report.md")
        try put(StudyPage(self, pictures: pictures).html, "report.html")
        return try pictures.map { picture in
            try put(picture.svg(), "plots/\(picture.name).svg")
            return "\(plots)/\(picture.name).svg"
        }
    }

    private func put(_ text: String, _ name: String) throws {
        try RunDirectory.write(Array(text.utf8), to: "\(folder)/\(name)")
    }

    // MARK: Tables

    /// The axes, then the interquartile mean and interval of each metric, and the runs behind it.
    package var header: [String] {
        results.axisNames
            + results.metrics.map { $0.unit.isEmpty ? $0.title : "\($0.title) (\($0.unit))" }
            + ["Runs"]
    }

    package var rows: [[String]] {
        results.places.map { place in
            let names = zip(results.record.axes, place).map { $0.values[$1] }
            let cells = results.metrics.map { metric in
                results.table(at: place, metric.name).map {
                    Figures.text(bootstrap.estimate(.interquartileMean, of: $0))
                } ?? "-"
            }
            let runs = "\(validCount(at: place)) of \(results.record.seeds.count)"
            let open = results.inFlight(at: place).map {
                ", \(Figures.text($0.mean, digits: 3)) % in flight"
            }
            return names + cells + [runs + (open ?? "")]
        }
    }

    private func validCount(at place: [Int]) -> Int {
        zip(results.record.cells, results.results).count { cell, result in
            cell.place == place && result?.outcome == CellResult.valid
        }
    }

    package var sentences: [String] { results.comparisons(bootstrap).map(\.sentence) }

    /// What a reader has to know before any number.
    package var notices: [String] {
        var notices: [String] = []
        if results.missing > 0 {
            notices.append("\(results.missing) of \(results.results.count) cells have not run.")
        }
        if results.curveless > 0 {
            notices.append(
                "\(results.curveless) cells are not in the curves: an earlier version ran them, "
                    + "which kept no episodes.")
        }
        for (cell, result) in results.bad {
            notices.append(
                "\(result.outcome): \(results.label(cell.place)), seed \(cell.seed): "
                    + result.reasons.joined(separator: "; "))
        }
        return notices + results.overloadNotices + results.inFlightNotices
    }

    package var origin: String {
        let record = results.record
        let training = record.trainingEpisodes.map {
            " Learned policies were trained for \($0) episodes of other arrivals, once for each "
                + "seed, and then frozen."
        }
        return "Topology \(record.topology), \(results.seedsText), \(record.episodesText) "
            + "each.\(training ?? "") Values are interquartile means over seeds with 95 % "
            + "bootstrap intervals; comparisons are paired by seed, on the same arrivals."
    }

    /// How many small slots a row is held against, in words; nil without an optimum.
    package var gapNote: String? {
        guard results.metrics.contains(where: { $0.name == "gap" }) else { return nil }
        let counts = results.places.map { place in
            results.scores(at: place, "gap-slots").values.reduce(0, +)
        }
        guard let most = counts.max(), most > 0 else { return nil }
        return "The gap of a row is the mean, over \(Int(most)) small slots of all its seeds, of "
            + "how much longer the tasks of a slot take than in its exact optimum."
    }

    package static let publishedHeader = [
        "Row", "Against", "Setting", "Published", "Here", "Verdict",
    ]

    package var publishedRows: [[String]] {
        results.publishedComparisons(bootstrap).flatMap { comparison in
            comparison.settings.map { setting in
                [
                    comparison.published.row, comparison.published.against, setting.label,
                    "\(PublishedComparison.signed(comparison.published.percent)) %",
                    PublishedComparison.text(setting.ours), setting.verdict.words,
                ]
            }
        }
    }

    private var publishedMarkdown: String {
        let found = results.publishedComparisons(bootstrap)
        guard !found.isEmpty else { return "" }
        var text = "\n## Published figures beside ours\n\n"
        for comparison in found { text += "* \(comparison.sentence)\n" }
        text += "\n" + line(Self.publishedHeader) + line(Self.publishedHeader.map { _ in "---" })
        for row in publishedRows { text += line(row) }
        return text
    }

    package var markdown: String {
        var text = "# Study \(results.record.name)\n\n\(origin)\n\n"
        for notice in notices { text += "* \(notice)\n" }
        if !notices.isEmpty { text += "\n" }
        text += line(header) + line(header.map { _ in "---" })
        for row in rows { text += line(row) }
        if let gapNote { text += "\n\(gapNote)\n" }
        text += publishedMarkdown
        let growths = results.growths
        if !growths.isEmpty {
            text += "\n## Growth\n\n"
            for growth in growths { text += "* \(growth.sentence)\n" }
        }
        let comparisons = results.comparisons(bootstrap)
        if !comparisons.isEmpty {
            text += "\n## Comparisons\n\n"
            for comparison in comparisons {
                text += "* \(comparison.sentence) \(Self.odds(comparison.comparison))\n"
            }
        }
        return text
    }

    static func odds(_ comparison: PairedComparison) -> String {
        let better = Figures.text(comparison.wins, digits: 3)
        return "Better in \(better) of \(comparison.pairs) pairs; probability of improvement "
            + Figures.text(comparison.probabilityOfImprovement) + "."
    }

    private func line(_ cells: [String]) -> String {
        "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
    }

    /// One row for each cell, numbers in full, also of those that are not VALID.
    package var csv: String {
        let names = StudyMetric.all.map(\.name)
        let axes = results.record.axes.map(\.name)
        let head =
            axes + ["seed", "outcome", "wall_s"] + names + names.map { "training-\($0)" }
            + ["reasons"]
        var text = head.map(Self.field).joined(separator: ",") + "\n"
        for (cell, result) in zip(results.record.cells, results.results) {
            var fields = zip(results.record.axes, cell.place).map { $0.values[$1] }
            fields += ["\(cell.seed)", result?.outcome ?? "NOT RUN"]
            fields.append(result.map { "\($0.wall)" } ?? "")
            fields += names.map { name in result?.metrics[name].map { "\($0)" } ?? "" }
            fields += names.map { name in result?.training[name].map { "\($0)" } ?? "" }
            fields.append(result?.reasons.joined(separator: "; ") ?? "")
            text += fields.map(Self.field).joined(separator: ",") + "\n"
        }
        return text
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
