import FoundationEssentials
import Recording
package import Topologies

/// A study with all its cells, each checked: what is wrong with any of them is known before the
/// first one starts.
package struct StudyPlan: Hashable, Sendable {
    package let study: StudyFile
    /// Seed by seed, so that a study that ends early has whole pairs; within a seed the last axis
    /// varies fastest.
    package let cells: [StudyCell]

    /// Throws everything that is wrong, each mistake once.
    package init(_ study: StudyFile, dataDirectory: String?) throws(StudyMistakes) {
        self.study = study
        var mistakes = StudyMistakes()
        for metric in study.metrics where StudyMetric.named(metric.value) == nil {
            mistakes.add([Self.unknown(metric, in: study)], exitCode: 65)
        }
        for entry in study.published {
            guard let metric = entry.metric, StudyMetric.named(metric) == nil else { continue }
            mistakes.add(
                ["error: 'published' does not know the metric '\(metric)'"], exitCode: 65)
        }
        var combinations: [(place: [Int], order: CellOrder)] = []
        for place in Self.places(study.axes.map(\.values.count)) where !study.excepts(place) {
            guard let order = Self.order(study, place, dataDirectory, &mistakes) else {
                continue
            }
            combinations.append((place, order))
        }
        guard mistakes.isEmpty else { throw mistakes }
        cells = study.seeds.flatMap { seed in
            combinations.map { place, order in
                var order = order
                order.seed = seed
                return StudyCell(id: order.id, place: place, seed: seed, order: order)
            }
        }
    }

    /// All places of a grid, the last index fastest.
    static func places(_ counts: [Int]) -> [[Int]] {
        counts.reduce([[]]) { places, count in
            places.flatMap { place in (0..<count).map { place + [$0] } }
        }
    }

    /// The order of one combination of values, without its seed.
    private static func order(
        _ study: StudyFile, _ place: [Int], _ dataDirectory: String?,
        _ mistakes: inout StudyMistakes
    ) -> CellOrder? {
        let variants = zip(study.axes, place).map { $0.values[$1] }
        let file = variants.compactMap(\.topology).last ?? study.topology
        let settings = study.settings + variants.flatMap(\.settings)
        let isLive = variants.compactMap(\.isLive).last ?? false
        // As launch --in-process does, without being told.
        let placed = settings + (isLive ? [] : ["processes=single"])
        let loading = Topology.load(path: file, overrides: placed, dataDirectory: dataDirectory)
        guard let topology = loading.topology,
            let bytes = try? Data(contentsOf: URL(filePath: file))
        else {
            let names = zip(study.axes, variants).map { "\($0.name) \($1.name)" }
            mistakes.add(
                loading.diagnostics.map { "\(study.origins.placed($0, of: placed))" },
                of: "the cell of \(names.joined(separator: ", ")) cannot run",
                exitCode: loading.exitCode)
            return nil
        }
        let smallSlots = SmallSlots.settings(study, topology, placed)
        if let smallSlots {
            let loading = Topology.load(
                path: file, overrides: smallSlots, dataDirectory: dataDirectory)
            if loading.topology == nil {
                mistakes.add(
                    loading.diagnostics.map { "\(study.origins.placed($0, of: smallSlots))" },
                    of: "the small slots of 'optimum' cannot be made",
                    exitCode: loading.exitCode)
                return nil
            }
        }
        let trains =
            topology.scheduler.policy.isLearned && topology.training.mode != .none
            && topology.training.mode != .frozen
        let training = trains ? study.training : nil
        return CellOrder(
            topology: file, topologyDigest: ContentDigest(of: bytes).description,
            training: training.map {
                settings + $0.settings + ["episodes=\($0.episodes)", "phase=train"]
            },
            settings: settings + ["episodes=\(study.episodes)"], smallSlots: smallSlots,
            smallSlotTasks: smallSlots == nil ? nil : study.optimum?.tasks,
            isLive: isLive, seed: 0)
    }

    private static func unknown(_ metric: Located<String>, in study: StudyFile) -> String {
        let names = StudyMetric.all.map(\.name)
        let diagnostic = study.origins.error(
            .unknownWord, at: metric.place, "'metrics' does not know '\(metric.value)'",
            hint: "one of: \(names.joined(separator: ", "))")
        return "\(diagnostic)"
    }
}
