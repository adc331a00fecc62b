/// What one algorithm scored: `[tasks][runs]`.
///
/// A task is one setting of the world (a scenario, a load), a run is one seed in it. Tasks need
/// not have equally many runs.
package struct ScoreTable: Hashable, Sendable {
    package let tasks: [[Double]]

    /// - Precondition: there is a task, each has a run, and every score is finite: what a run did
    ///   not measure has to be dealt with before it comes here.
    package init(tasks: [[Double]]) {
        precondition(
            !tasks.isEmpty && tasks.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isFinite) },
            "a table of scores has finite scores in every task: \(tasks)")
        self.tasks = tasks
    }

    /// Runs of a single task.
    package init(_ runs: [Double]) { self.init(tasks: [runs]) }

    /// Scores in all.
    package var count: Int { tasks.reduce(0) { $0 + $1.count } }

    /// Whether another table has the same tasks with as many runs each, so that runs can be paired.
    package func isAligned(with other: ScoreTable) -> Bool {
        tasks.map(\.count) == other.tasks.map(\.count)
    }

    /// A table of the same shape, made of pairs of runs.
    ///
    /// - Precondition: the tables are aligned.
    package func paired(
        with other: ScoreTable, _ combine: (_ own: Double, _ other: Double) -> Double
    ) -> ScoreTable {
        precondition(isAligned(with: other), "scores of \(count) and \(other.count) runs")
        return ScoreTable(
            tasks: zip(tasks, other.tasks).map { own, other in zip(own, other).map(combine) })
    }
}
