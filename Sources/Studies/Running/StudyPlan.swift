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
        let (combinations, mistakes) = Self.combinations(study, dataDirectory)
        guard mistakes.isEmpty else { throw mistakes }
        cells = study.seeds.flatMap { seed in
            combinations.map { combination in
                var order = combination.order
                order.seed = seed
                return StudyCell(
                    id: order.id, place: combination.place, seed: seed, order: order,
                    load: combination.load)
            }
        }
    }

    /// What is wrong with a study beyond what its file has shown to be wrong with itself; so that
    /// nobody has to come twice.
    package static func mistakes(
        in remains: StudyFile, dataDirectory: String?
    ) -> StudyMistakes {
        combinations(remains, dataDirectory).mistakes
    }

    /// One combination of values; its order has no seed yet.
    private struct Combination {
        var place: [Int]
        var order: CellOrder
        var load: Double
    }

    private static func combinations(
        _ study: StudyFile, _ dataDirectory: String?
    ) -> (combinations: [Combination], mistakes: StudyMistakes) {
        var mistakes = StudyMistakes()
        let names = StudyMetric.all.map(\.name)
        for (key, words) in [("metrics", study.metrics), ("metric", study.publishedMetrics)] {
            for word in words where !names.contains(word.value) {
                mistakes.add(
                    ["\(study.origins.unknown(word, of: key, among: names))"], exitCode: 65)
            }
        }
        // An axis whose values are all wrong does not keep the others from being looked at.
        let counts = study.axes.map { max(1, $0.values.count) }
        let combinations = places(counts).filter { !study.excepts($0) }.compactMap {
            combination(study, $0, dataDirectory, &mistakes)
        }
        return (combinations, mistakes)
    }

    /// All places of a grid, the last index fastest.
    static func places(_ counts: [Int]) -> [[Int]] {
        counts.reduce([[]]) { places, count in
            places.flatMap { place in (0..<count).map { place + [$0] } }
        }
    }

    private static func combination(
        _ study: StudyFile, _ place: [Int], _ dataDirectory: String?,
        _ mistakes: inout StudyMistakes
    ) -> Combination? {
        let variants = zip(study.axes, place).compactMap { axis, value in
            axis.values.indices.contains(value) ? axis.values[value] : nil
        }
        let file = variants.compactMap(\.topology).last ?? study.topology
        let settings = study.settings + variants.flatMap(\.settings)
        let isLive = variants.compactMap(\.isLive).last ?? false
        // As launch --in-process does, without being told.
        let placed = settings + (isLive ? [] : ["processes=single"])
        let cell = zip(study.axes, place).filter { $0.values.indices.contains($1) }
            .map { "\($0.name) \($0.values[$1].name)" }.joined(separator: ", ")
        func load(_ settings: [String], _ subject: String) -> Topology? {
            let loading = Topology.load(
                path: file, overrides: settings, dataDirectory: dataDirectory)
            if loading.topology == nil {
                mistakes.add(
                    loading.diagnostics.map { study.origins.placed($0, of: settings) }
                        .sorted { $0.place < $1.place }.map(\.description),
                    of: subject, exitCode: loading.exitCode)
            }
            return loading.topology
        }
        let topology = load(placed, "the cell of \(cell) cannot run")
        let training = study.training.flatMap { training -> [String]? in
            guard topology?.trains ?? true else { return nil }
            let settings =
                settings + training.settings + ["episodes=\(training.episodes)", "phase=train"]
            return load(settings + ["processes=single"], "the training of \(cell) cannot run")
                .map { _ in settings }
        }
        guard let topology, let bytes = try? Data(contentsOf: URL(filePath: file)) else {
            return nil
        }
        let smallSlots = SmallSlots.settings(study, topology, placed)
        if let smallSlots {
            _ = load(smallSlots, "the small slots of 'optimum' cannot be made")
        }
        return Combination(
            place: place,
            order: CellOrder(
                topology: file, topologyDigest: ContentDigest(of: bytes).description,
                training: training, settings: settings + ["episodes=\(study.episodes)"],
                smallSlots: smallSlots,
                smallSlotTasks: smallSlots == nil ? nil : study.optimum?.tasks,
                isLive: isLive, seed: 0),
            load: NetworkLoad(topology).utilisation)
    }
}

extension Topology {
    /// Whether there are weights to train.
    fileprivate var trains: Bool {
        scheduler.policy.isLearned && training.mode != .none && training.mode != .frozen
    }
}
