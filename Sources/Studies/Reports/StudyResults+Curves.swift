import Topologies

/// How one value of the compared axis learned, over its seeds.
private struct LearningLine {
    let name: String
    let seeds: Int
    /// A place for each episode in which every seed has a delay.
    let points: [Point]
    /// Whether no seed ever sent anything for learning.
    let isSilent: Bool

    struct Point {
        /// From 1.
        let episode: Int
        /// Sent until its end, MB, the mean over seeds.
        let megabytes: Double
        /// Mean delay, ms.
        let delay: Estimate
    }

    /// Nil without a point.
    ///
    /// - Parameter runs: `[seeds][episodes]`.
    init?(_ name: String, _ runs: [[CellEpisode]], _ bootstrap: Bootstrap) {
        self.name = name
        seeds = runs.count
        isSilent = runs.allSatisfy { $0.last?.learningBytes ?? 0 == 0 }
        points = (0..<(runs.map(\.count).min() ?? 0)).compactMap { episode in
            let delays = runs.compactMap { $0[episode].delay }
            // Without the seeds in which nothing finishes the others would look too good.
            guard delays.count == runs.count else { return nil }
            let bytes = Aggregate.mean(runs.map { Double($0[episode].learningBytes) })
            return Point(
                episode: episode + 1, megabytes: bytes * 1e-6,
                delay: bootstrap.estimate(.interquartileMean, of: ScoreTable(delays)))
        }
        if points.isEmpty { return nil }
    }
}

extension StudyResults {
    /// The curves that the study asks for, for each setting of the other axes.
    func curvePictures(_ bootstrap: Bootstrap) -> [StudyPicture] {
        guard let asked = record.curves else { return [] }
        return contexts(without: [record.compared]).flatMap { context in
            let lines = record.axes[record.compared].values.enumerated().compactMap {
                value, name -> LearningLine? in
                var place = context
                place[record.compared] = value
                return LearningLine(name, episodes(at: place), bootstrap)
            }
            return asked.compactMap { picture(of: $0, lines, context) }
        }
    }

    /// How many VALID cells lack the episodes that the study asks to draw.
    var curveless: Int {
        guard record.curves != nil else { return 0 }
        return results.count { result in
            guard let result, result.outcome == CellResult.valid else { return false }
            guard record.trainingEpisodes != nil else { return result.episodes == nil }
            return result.order.training != nil && result.trainingEpisodes == nil
        }
    }

    /// Nil where there is nothing to draw: no line, or nobody who sends anything.
    private func picture(
        of curve: StudyFile.Curve, _ lines: [LearningLine], _ context: [Int]
    ) -> StudyPicture? {
        let x: Axis
        let series: [LineChart.Series]
        var note = ""
        switch curve {
        case .episodes:
            x = Axis("Episode")
            series = lines.map { line in
                LineChart.Series(
                    line.name,
                    points: line.points.map { LineChart.Point(x: Double($0.episode), $0.delay) })
            }
        case .learningBytes:
            let places = lines.filter { !$0.isSilent }.flatMap { $0.points.map(\.megabytes) }
            guard let first = places.min(), let last = places.max() else { return nil }
            x = Axis(
                "Emulated bytes of experience and weights so far, per run", unit: "MB",
                scale: Self.scale(places, ratio: 10))
            series = lines.map { Self.overBytes($0, first...last) }
            note = " A point is the end of an episode, at the mean of bytes over seeds."
            if lines.contains(where: \.isSilent) {
                note += " Dashed: nothing is sent; the delay of the last episode."
            }
        }
        guard let least = lines.map(\.seeds).min(), let most = lines.map(\.seeds).max() else {
            return nil
        }
        let setting = label(context, without: [record.compared])
        let title = "Mean delay against \(curve == .episodes ? "episodes" : "bytes for learning")"
        // With the ends of the bands: one seed that overloads a server would flatten all lines.
        let ends = lines.flatMap { $0.points.flatMap { [$0.delay.low, $0.delay.high] } }
        let chart = LineChart(
            title: setting.isEmpty ? title : "\(title): \(setting)",
            caption: "Interquartile mean over \(least == most ? "" : "\(least) to ")\(most) seeds "
                + "(\(seedList)), with 95 % bootstrap bands"
                + "\(record.trainingEpisodes == nil ? "" : "; while training").\(note) "
                + "Study \(record.name).",
            x: x,
            y: Axis("Mean delay", unit: "ms", scale: Self.scale(ends, ratio: 20)),
            series: series)
        return StudyPicture(
            name: fileName("delay against \(curve.rawValue)", context, [record.compared])
        ) { chart.svg($0) }
    }

    /// Who sends nothing has a level line over all places, at the delay that it came to.
    private static func overBytes(
        _ line: LearningLine, _ places: ClosedRange<Double>
    ) -> LineChart.Series {
        guard line.isSilent, let last = line.points.last else {
            return LineChart.Series(
                line.name, points: line.points.map { LineChart.Point(x: $0.megabytes, $0.delay) })
        }
        return LineChart.Series(
            line.name, mark: .level,
            points: [places.lowerBound, places.upperBound].map {
                LineChart.Point(x: $0, last.delay)
            })
    }
}
