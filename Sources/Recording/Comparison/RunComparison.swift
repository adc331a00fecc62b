/// Two runs side by side: whether they are the same world, told the same way.
package struct RunComparison: Hashable, Sendable {
    package enum Ledgers: Hashable, Sendable {
        case equal(String)
        /// With the first row that differs, when both runs kept their rows.
        case different(LedgerDifference?)
        /// A run kept no digest.
        case unknown
    }

    package var ledgers: Ledgers
    /// nil when neither run learned.
    package var weightsEqual: Bool?
    /// What the runs were made of differently, such as seeds.
    package var remarks: [String]
    /// The delays of both, as a table.
    private var figures: String

    /// - Parameters: folders of two runs.
    /// - Throws: `ResultFileError` when a run is not complete; errors of the database.
    package init(_ a: String, _ b: String) throws {
        let manifests = (
            try ResultFile.read(RunManifest.self, "manifest.json", of: a),
            try ResultFile.read(RunManifest.self, "manifest.json", of: b)
        )
        let summaries = (
            try ResultFile.read(RunSummary.self, "summary.json", of: a),
            try ResultFile.read(RunSummary.self, "summary.json", of: b)
        )
        remarks = Self.remarks(manifests.0, manifests.1)
        figures = Self.figures(summaries.0, summaries.1)
        if summaries.0.weightsDigest == nil, summaries.1.weightsDigest == nil {
            weightsEqual = nil
        } else {
            weightsEqual = summaries.0.weightsDigest == summaries.1.weightsDigest
        }
        switch (summaries.0.ledgerDigest, summaries.1.ledgerDigest) {
        case (let mine?, let theirs?) where mine == theirs:
            ledgers = .equal(mine)
        case (.some, .some):
            let kept = manifests.0.recording == "full" && manifests.1.recording == "full"
            ledgers = .different(
                kept
                    ? try LedgerDifference.first(between: a, b, stations: manifests.0.stations)
                    : nil)
        case (nil, _), (_, nil):
            ledgers = .unknown
        }
    }

    /// Whether the runs had the same result, as far as that was kept.
    package var isEqual: Bool {
        switch ledgers {
        case .equal: weightsEqual != false
        case .different, .unknown: false
        }
    }

    package var text: String {
        var text = remarks.map { "note: \($0)\n" }.joined() + figures
        switch ledgers {
        case .equal(let digest):
            text += "ledgers: equal, \(digest)\n"
        case .different(let difference):
            text += "ledgers: different\n"
            text +=
                difference.map(\.description)
                ?? "  record both runs with --recording full to see the first difference\n"
        case .unknown:
            text += "ledgers: unknown, a run was recorded as a summary\n"
        }
        if let weightsEqual { text += "weights: \(weightsEqual ? "equal" : "different")\n" }
        return text
    }

    private static func remarks(_ a: RunManifest, _ b: RunManifest) -> [String] {
        var remarks: [String] = []
        func note(_ what: String, _ mine: String, _ theirs: String) {
            if mine != theirs { remarks.append("different \(what): \(mine) | \(theirs)") }
        }
        note(
            "topologies", "\(a.name) \(a.topologyDigest.prefix(12))",
            "\(b.name) \(b.topologyDigest.prefix(12))")
        note("seeds", "\(a.seed)", "\(b.seed)")
        note("policies", a.policy, b.policy)
        note("training", a.training ?? "none", b.training ?? "none")
        note("clocks", a.clock, b.clock)
        note("placements of processes", a.processes, b.processes)
        return remarks
    }

    private static func figures(_ a: RunSummary, _ b: RunSummary) -> String {
        var table = TextTable(hasUnits: true)
        table.add("", "first", "second", "")
        table.add("verdict", a.verdict.rawValue, b.verdict.rawValue, "")
        table.add("tasks", Figure.count(a.tasks.arrived), Figure.count(b.tasks.arrived), "")
        for (name, mine, theirs) in [
            ("delay, mean", a.delay.mean, b.delay.mean), ("  p50", a.delay.p50, b.delay.p50),
            ("  p95", a.delay.p95, b.delay.p95), ("  p99", a.delay.p99, b.delay.p99),
        ] {
            table.add(
                name, Figure.optional(mine, times: 1e3), Figure.optional(theirs, times: 1e3), "ms")
        }
        table.add("late share", Figure.percent(a.lateShare), Figure.percent(b.lateShare), "%")
        table.add("wall time", Figure.number(a.wallSeconds), Figure.number(b.wallSeconds), "s")
        return table.text
    }
}
