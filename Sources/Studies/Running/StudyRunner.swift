import Launcher
import Recording

/// Runs the cells of a study that have no result yet, a few at a time.
package struct StudyRunner: Sendable {
    package struct Progress: Hashable, Sendable {
        package var cells: Int
        package var done: Int
        /// Done, but not VALID.
        package var bad: Int
        package var running: Int
        /// Seconds until all cells are done, at the present rate; nil before the first is.
        package var left: Double?

        /// Such as `17 of 120 cells, 2 running, about 4 min left`.
        package var text: String {
            var text = "\(done) of \(cells) cells"
            if bad > 0 { text += ", \(bad) not VALID" }
            text += ", \(running) running"
            guard let left else { return text }
            let minutes = Int((left / 60).rounded(.up))
            return text
                + (left < 90 ? ", about \(Int(left)) s left" : ", about \(minutes) min left")
        }
    }

    private let cells: [StudyCell]
    private let store: CellStore
    private let runner: CellRunner
    private let jobs: Int
    private let totalLimit: Double?

    package init(
        _ cells: [StudyCell], store: CellStore, runner: CellRunner, jobs: Int, totalLimit: Double?
    ) {
        self.cells = cells
        self.store = store
        self.runner = runner
        self.jobs = jobs
        self.totalLimit = totalLimit
    }

    /// Runs until all cells are done, the budget is spent or somebody interrupts.
    ///
    /// - Throws: when a result cannot be written.
    package func run(show: (Progress) -> Void) async throws -> Progress {
        let began = ContinuousClock.now
        let finished = cells.map { store.result(of: $0) }
        var progress = Progress(cells: cells.count, done: 0, bad: 0, running: 0)
        // A cell that failed for want of a process or of time is worth another try.
        var open: [StudyCell] = []
        for (cell, result) in zip(cells, finished) {
            guard let result, result.outcome != "FAILED" else {
                open.append(cell)
                continue
            }
            progress.done += 1
            progress.bad += result.outcome == CellResult.valid ? 0 : 1
        }
        let kept = progress.done
        var next = open.makeIterator()
        try await withThrowingTaskGroup(of: CellResult?.self) { group in
            func startOne() -> Bool {
                let elapsed = (ContinuousClock.now - began) / .seconds(1)
                if Interrupts.count > 0 || elapsed > totalLimit ?? .infinity { return false }
                guard let cell = next.next() else { return false }
                group.addTask { await runner.run(cell) }
                return true
            }
            while progress.running < jobs, startOne() { progress.running += 1 }
            show(progress)
            while let result = try await group.next() {
                progress.running -= 1
                if let result {
                    try store.keep(result)
                    progress.done += 1
                    progress.bad += result.outcome == CellResult.valid ? 0 : 1
                    let elapsed = (ContinuousClock.now - began) / .seconds(1)
                    let rate = elapsed / Double(progress.done - kept)
                    progress.left = rate * Double(cells.count - progress.done)
                }
                while progress.running < jobs, startOne() { progress.running += 1 }
                show(progress)
            }
        }
        return progress
    }
}
