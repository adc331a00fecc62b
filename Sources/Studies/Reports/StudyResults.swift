import Topologies

/// The results of a study as a grid: for each combination of values, what each seed scored.
package struct StudyResults: Sendable {
    package let record: StudyRecord
    /// In the order of `record.cells`; nil where a cell has not run.
    package let results: [CellResult?]
    /// The combinations of values, the last axis fastest.
    package let places: [[Int]]
    private let byPlace: [[Int]: [Int]]

    package init(record: StudyRecord, results: [CellResult?]) {
        precondition(record.cells.count == results.count, "a result, or none, for each cell")
        self.record = record
        self.results = results
        let byPlace = Dictionary(grouping: results.indices) { record.cells[$0].place }
        // Without the combinations that the study leaves out.
        places = StudyPlan.places(record.axes.map(\.values.count))
            .filter { byPlace[$0] != nil }
        self.byPlace = byPlace
    }

    /// By seed, what the cells at a place scored; cells that are not VALID have no score.
    package func scores(at place: [Int], _ metric: String) -> [UInt64: Double] {
        var scores: [UInt64: Double] = [:]
        for index in byPlace[place] ?? [] {
            guard let result = results[index], result.outcome == CellResult.valid else { continue }
            scores[record.cells[index].seed] = result.metrics[metric]
        }
        return scores
    }

    /// The episodes of each VALID cell at a place: those of training, if the study trains before it
    /// judges. Results of earlier versions have none.
    func episodes(at place: [Int]) -> [[CellEpisode]] {
        (byPlace[place] ?? []).compactMap { index in
            guard let result = results[index], result.outcome == CellResult.valid else {
                return nil
            }
            return record.trainingEpisodes == nil ? result.episodes : result.trainingEpisodes
        }
    }

    /// What is offered at a place, of what its servers can do; nil in studies of earlier versions.
    func load(at place: [Int]) -> Double? {
        byPlace[place]?.first.flatMap { record.cells[$0].load }
    }

    /// Whether the study runs this combination.
    func has(_ place: [Int]) -> Bool { byPlace[place] != nil }

    /// In the order of the seeds.
    package func table(at place: [Int], _ metric: String) -> ScoreTable? {
        let scores = scores(at: place, metric)
        let values = record.seeds.compactMap { scores[$0] }
        return values.isEmpty ? nil : ScoreTable(values)
    }

    /// The scores of two places for the seeds that both have.
    package func pair(
        _ first: [Int], _ second: [Int], _ metric: String
    ) -> (ScoreTable, ScoreTable)? {
        let own = scores(at: first, metric)
        let other = scores(at: second, metric)
        let both = record.seeds.filter { own[$0] != nil && other[$0] != nil }
        guard both.count > 1 else { return nil }
        return (
            ScoreTable(both.compactMap { own[$0] }), ScoreTable(both.compactMap { other[$0] })
        )
    }

    /// Cells that are done but not VALID, and how many have not run.
    package var bad: [(cell: StudyCell, result: CellResult)] {
        zip(record.cells, results).compactMap { cell, result in
            guard let result, result.outcome != CellResult.valid else { return nil }
            return (cell, result)
        }
    }

    package var missing: Int { results.count { $0 == nil } }

    /// The values of a place in words, without those of some axes, such as `load 0.9, period 1 s`.
    package func label(_ place: [Int], without axes: Set<Int> = []) -> String {
        let parts = record.axes.indices.filter { !axes.contains($0) }.map { axis in
            "\(axisNames[axis]) \(record.axes[axis].values[place[axis]])"
        }
        return parts.joined(separator: ", ")
    }

    /// What the axes are called where a reader sees them.
    package var axisNames: [String] { Self.shortNames(record.axes.map(\.name)) }

    /// The last word of each key, or as many words as tell it from the others.
    package static func shortNames(_ keys: [String]) -> [String] {
        let words = keys.map { $0.split(separator: ".") }
        return words.indices.map { index in
            let own = words[index]
            let count = (1...max(1, own.count)).first { count in
                words.indices.allSatisfy {
                    $0 == index || words[$0].suffix(count) != own.suffix(count)
                }
            }
            // `stations.NAME.count` is how many stations there are.
            if count == 1, own.count == 3, own[0] == "stations", own[2] == "count" {
                return "stations"
            }
            return own.suffix(count ?? own.count).joined(separator: " ")
                .split(separator: "_").joined(separator: " ")
        }
    }

    /// The places that differ from each other in more than the given axes, one for each: with
    /// the first value along those.
    package func contexts(without axes: Set<Int>) -> [[Int]] {
        var seen: Set<[Int]> = []
        return places.compactMap { place in
            var context = place
            for axis in axes { context[axis] = 0 }
            return seen.insert(context).inserted ? context : nil
        }
    }

    package var seedsText: String { "seeds \(seedList)" }

    /// Such as `1 to 10`.
    var seedList: String {
        let seeds = record.seeds
        if let first = seeds.first, let last = seeds.last, seeds.count > 2,
            last - first == UInt64(seeds.count - 1), seeds == seeds.sorted()
        {
            return "\(first) to \(last)"
        }
        return seeds.map { "\($0)" }.joined(separator: ", ")
    }
}

extension StudyRecord {
    /// Such as `1 episode`.
    var episodesText: String { "\(episodes) episode\(episodes == 1 ? "" : "s")" }
}
