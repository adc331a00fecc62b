import FoundationEssentials
package import Learning
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A seed's outcome, and what it cost.
package struct CartPoleResult: Hashable, Sendable, Codable {
    package var outcome: CartPoleOutcome
    /// CPU time of training, without evaluations; the only value that varies between runs.
    package var trainingSeconds: Double

    package init(outcome: CartPoleOutcome, trainingSeconds: Double) {
        self.outcome = outcome
        self.trainingSeconds = trainingSeconds
    }

    /// Milliseconds of CPU time for one step of the environment with what is trained on it.
    package var millisecondsPerStep: Double {
        trainingSeconds * 1000 / Double(max(1, outcome.experiment.training.steps))
    }

    /// The mean return of the greedy episodes at the end.
    package var finalMean: Double { Aggregate.mean(outcome.final.greedy) }

    /// The best evaluation during training.
    package var best: Double { outcome.checkpoints.map(\.greedy).max() ?? 0 }

    /// The mean height of the evaluation curve.
    package var curveMean: Double {
        let points = outcome.checkpoints
        guard points.count > 1 else { return points.first?.greedy ?? 0 }
        return Curve(x: points.map { Double($0.step) }, y: points.map(\.greedy)).meanHeight
    }
}

/// What keeps the seeds of an experiment from being trained.
package struct CartPoleRunError: Error, Hashable, CustomStringConvertible {
    package var description: String
    /// 65 for a file that makes no sense, 73 where nothing can be written.
    package var exitCode: Int32
}

/// The seeds of one experiment, with a file for each that is finished.
package struct CartPoleRuns: Sendable {
    package let experiment: CartPoleExperiment
    package let seeds: [UInt64]
    package let folder: String

    package init(_ experiment: CartPoleExperiment, seeds: [UInt64], folder: String) {
        self.experiment = experiment
        self.seeds = seeds
        self.folder = folder
    }

    /// How far the seeds are.
    package struct Progress: Sendable {
        package var finished: Int
        package var seeds: Int
        /// The share of its steps that each open seed has done.
        package var open: [(seed: UInt64, share: Double)]
        /// The last evaluation of any of them.
        package var lastEvaluation: Double?

        package var text: String {
            let parts = open.map { "seed \($0.seed) at \(Int(100 * $0.share)) %" }
            let last = lastEvaluation.map { ", last evaluation \(Int($0.rounded()))" } ?? ""
            return (["\(finished) of \(seeds) seeds"] + parts).joined(separator: ", ") + last
        }
    }

    /// Trains what is not there yet, some seeds at a time.
    ///
    /// - Parameters:
    ///   - jobs: seeds at a time; no result depends on it.
    ///   - watch: told now and then how far it is; what it returns says whether to go on.
    /// - Returns: what is there in the end, in the order of seeds; incomplete when told to stop.
    package func run(
        jobs: Int, watch: @escaping @Sendable (Progress) -> Bool
    ) async throws -> [CartPoleResult] {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CartPoleRunError(description: "\(folder): cannot be made", exitCode: 73)
        }
        var known: [UInt64: CartPoleResult] = [:]
        for seed in seeds { known[seed] = try stored(seed) }
        let board = Board(finished: known.count, seeds: seeds.count, watch: watch)
        var waiting = seeds.filter { known[$0] == nil }[...]
        try await withThrowingTaskGroup(of: CartPoleResult?.self) { group in
            for seed in waiting.prefix(jobs) { group.addTask { try train(seed, board) } }
            waiting = waiting.dropFirst(jobs)
            while let result = try await group.next() {
                if let result { known[result.outcome.seed] = result }
                if !board.isStopped, let seed = waiting.popFirst() {
                    group.addTask { try train(seed, board) }
                }
            }
        }
        return seeds.compactMap { known[$0] }
    }

    private func train(_ seed: UInt64, _ board: Board) throws -> CartPoleResult? {
        let steps = Double(max(1, experiment.training.steps))
        let run = experiment.run(seed: seed, clock: Self.cpuSeconds) { step, checkpoint in
            board.note(seed, share: Double(step) / steps, checkpoint?.greedy)
            return !board.isStopped
        }
        guard let run else { return nil }
        let result = CartPoleResult(
            outcome: run.outcome, trainingSeconds: run.trainingSeconds)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do {
            try encoder.encode(result).write(to: URL(filePath: path(seed)), options: .atomic)
        } catch {
            throw CartPoleRunError(
                description: "\(path(seed)): cannot be written", exitCode: 73)
        }
        board.finish(seed)
        return result
    }

    private func path(_ seed: UInt64) -> String { "\(folder)/\(seed).json" }

    /// What an earlier run left; nil if nothing.
    private func stored(_ seed: UInt64) throws(CartPoleRunError) -> CartPoleResult? {
        guard let data = try? Data(contentsOf: URL(filePath: path(seed))) else { return nil }
        guard let result = try? JSONDecoder().decode(CartPoleResult.self, from: data) else {
            throw CartPoleRunError(
                description: "\(path(seed)): is no result of this program; remove it", exitCode: 65)
        }
        guard result.outcome.experiment == experiment, result.outcome.seed == seed else {
            throw CartPoleRunError(
                description: "\(path(seed)): was made with other settings; choose another folder",
                exitCode: 65)
        }
        return result
    }

    /// Of this thread.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// What the seeds under way tell, and whether they are to stop.
private final class Board: Sendable {
    private struct State {
        var progress: CartPoleRuns.Progress
        var isStopped = false
    }

    private let state: Mutex<State>
    private let watch: @Sendable (CartPoleRuns.Progress) -> Bool

    init(
        finished: Int, seeds: Int, watch: @escaping @Sendable (CartPoleRuns.Progress) -> Bool
    ) {
        state = Mutex(
            State(progress: CartPoleRuns.Progress(finished: finished, seeds: seeds, open: [])))
        self.watch = watch
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func note(_ seed: UInt64, share: Double, _ evaluation: Double?) {
        state.withLock { state in
            if let index = state.progress.open.firstIndex(where: { $0.seed == seed }) {
                state.progress.open[index].share = share
            } else {
                state.progress.open.append((seed, share))
            }
            if let evaluation { state.progress.lastEvaluation = evaluation }
            if !watch(state.progress) { state.isStopped = true }
        }
    }

    func finish(_ seed: UInt64) {
        state.withLock { state in
            state.progress.open.removeAll { $0.seed == seed }
            state.progress.finished += 1
        }
    }
}
