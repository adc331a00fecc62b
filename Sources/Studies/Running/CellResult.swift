import FoundationEssentials
import Recording
package import Topologies

/// What came of a cell: `cells/ID.json`.
package struct CellResult: Hashable, Sendable, Codable {
    package var format = 1
    package var order: CellOrder
    /// `VALID`, `INVALID`, or `FAILED` when there is no result at all.
    package var outcome: String
    /// Why it is not VALID.
    package var reasons: [String]
    /// By the names of `StudyMetric`; what was not measured is left out.
    package var metrics: [String: Double]
    /// The same of the training run, if there was one: means taken while training.
    package var training: [String: Double]
    /// Of the run that is judged, and of the training run; nil without one, and in results of
    /// earlier versions.
    package var episodes: [CellEpisode]?
    package var trainingEpisodes: [CellEpisode]?
    /// Seconds of real time, training included.
    package var wall: Double

    package static let valid = "VALID"

    enum CodingKeys: String, CodingKey {
        case format, order, outcome, reasons, metrics, training, episodes, wall
        case trainingEpisodes = "training_episodes"
    }

    package init(
        order: CellOrder, outcome: String, reasons: [String] = [], metrics: [String: Double] = [:],
        training: [String: Double] = [:], wall: Double = 0
    ) {
        self.order = order
        self.outcome = outcome
        self.reasons = reasons
        self.metrics = metrics
        self.training = training
        self.wall = wall
    }

    static func metrics(of summary: RunSummary, memory: UInt64) -> [String: Double] {
        var result: [String: Double] = [:]
        for metric in StudyMetric.all {
            if let value = metric.value(summary, memory), value.isFinite {
                result[metric.name] = value
            }
        }
        return result
    }
}

/// What a study is, in its folder: `study.json`; the reports need nothing else but the cells.
package struct StudyRecord: Hashable, Sendable, Codable {
    package struct Axis: Hashable, Sendable, Codable {
        package var name: String
        package var values: [String]

        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    package var format = 1
    package var name: String
    package var topology: String
    package var seeds: [UInt64]
    package var axes: [Axis]
    package var metrics: [String]
    package var curves: [StudyFile.Curve]?
    package var compared: Int
    package var along: Int?
    package var against: [String]
    /// Episodes of training and of the evaluation.
    package var trainingEpisodes: Int?
    package var published: [StudyFile.Published]?
    package var episodes: Int
    package var versions: [String: String]
    package var cells: [StudyCell]

    package static let fileName = "study.json"

    package init(
        name: String, topology: String, seeds: [UInt64], axes: [Axis], metrics: [String],
        compared: Int, along: Int?, against: [String], episodes: Int, cells: [StudyCell]
    ) {
        self.name = name
        self.topology = topology
        self.seeds = seeds
        self.axes = axes
        self.metrics = metrics
        self.compared = compared
        self.along = along
        self.against = against
        self.episodes = episodes
        self.cells = cells
        versions = [:]
    }

    package init(_ plan: StudyPlan, versions: [String: String]) {
        let study = plan.study
        name = study.name
        topology = study.topology
        seeds = study.seeds
        axes = study.axes.map { Axis($0.name, $0.values.map(\.name)) }
        metrics = study.metrics.map(\.value)
        curves = study.curves.isEmpty ? nil : study.curves
        compared = study.compared
        along = study.along
        against = study.against
        published = study.published.isEmpty ? nil : study.published
        trainingEpisodes = study.training?.episodes
        episodes = study.episodes
        self.versions = versions
        cells = plan.cells
    }
}

/// The results of a study's cells on disk; one file each, there in full or not at all.
package struct CellStore: Sendable {
    package let folder: String

    package init(folder: String) { self.folder = folder }

    package func path(_ id: String) -> String { "\(folder)/cells/\(id).json" }

    /// The result of a cell; nil when it has none that belongs to its order.
    package func result(of cell: StudyCell) -> CellResult? {
        guard let data = try? Data(contentsOf: URL(filePath: path(cell.id))),
            let result = try? JSONDecoder().decode(CellResult.self, from: data),
            result.order == cell.order
        else { return nil }
        return result
    }

    package func keep(_ result: CellResult) throws {
        try RunDirectory.write(
            Array(ResultFile.encode(result).utf8), to: path(result.order.id))
    }
}
