/// A run told from its files.
package struct RunReport: Hashable, Sendable {
    package let manifest: RunManifest
    package let summary: RunSummary

    /// Lines of a table that are shown; the files have the rest.
    private static let shown = 12

    /// - Parameter run: the folder of a run, such as `runs/latest`.
    /// - Throws: `ResultFileError`.
    package init(_ run: String) throws(ResultFileError) {
        manifest = try ResultFile.read(RunManifest.self, "manifest.json", of: run)
        summary = try ResultFile.read(RunSummary.self, "summary.json", of: run)
    }

    package var text: String {
        origin + "\n" + summary.screen + events + "\n" + episodes + "\n" + stations
    }

    private var events: String {
        guard let scheduled = summary.scheduled else { return "" }
        var table = TextTable(hasUnits: true)
        table.add("from, s", "to, s", "what, in each episode")
        for event in scheduled.events.prefix(Self.shown) {
            table.add(Figure.number(event.start), Figure.optional(event.end), event.what)
        }
        return "\n" + table.text + Self.rest(scheduled.events.count)
    }

    private var origin: String {
        var table = "topology  \(manifest.topologyFile) (\(manifest.topologyDigest.prefix(12)))\n"
        for setting in manifest.settings { table += "set       \(setting)\n" }
        table += "clock     \(manifest.clock), processes \(manifest.processes)\n"
        table += "started   \(manifest.started) on \(manifest.host.name)"
        table += " (\(manifest.host.cores) cores, \(manifest.host.processor))\n"
        return table
    }

    private var episodes: String {
        var table = TextTable()
        table.add("episode", "arrived", "late", "in flight", "mean delay, ms")
        for episode in summary.episodes.prefix(Self.shown) {
            table.add(
                "\(episode.episode)", Figure.count(episode.arrived), Figure.count(episode.late),
                Figure.count(episode.inFlight), Figure.optional(episode.meanDelay, times: 1e3))
        }
        return table.text + Self.rest(summary.episodes.count)
    }

    private var stations: String {
        var table = TextTable()
        table.add("station", "arrived", "mean delay, ms", "server busy, %", "egress busy, %")
        for station in summary.stations.prefix(Self.shown) {
            table.add(
                station.name, Figure.count(station.arrived),
                Figure.optional(station.meanDelay, times: 1e3),
                Figure.percent(station.utilisation), Figure.percent(station.egressUtilisation))
        }
        return table.text + Self.rest(summary.stations.count)
    }

    private static func rest(_ count: Int) -> String {
        count > shown ? "(\(count - shown) more in summary.json)\n" : ""
    }
}
