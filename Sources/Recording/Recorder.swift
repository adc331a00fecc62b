package import Messaging

/// How much of a run is kept.
package enum RecordingLevel: String, Hashable, Sendable, CaseIterable, Codable {
    /// Every row in `run.sqlite`, and everything below.
    case full
    /// The ledger's digest, and everything below.
    case ledger
    /// Counters, delays and checks: nothing that costs the fastest driver its speed.
    case summary
}

/// Takes the records of a run and draws up its results.
///
/// `keep` belongs to the thread that drives the run; digesting and storing happen in another.
package final class Recorder {
    private var statistics: RunStatistics
    private let directory: RunDirectory?
    private let writer: RecordWriter?
    private var batch: [Record] = []
    /// The newest one.
    private var checkpoint: CheckpointRecord?
    private var curves: (points: RunCurves, file: EventFile)?

    /// - Parameters:
    ///   - directory: where results go; nil keeps them in memory.
    ///   - curves: whether there is an event file for TensorBoard, too.
    package init(
        _ run: RunDescription, level: RecordingLevel, directory: RunDirectory?,
        curves: Bool = false
    ) throws {
        statistics = RunStatistics(run)
        self.directory = directory
        if curves, let directory {
            try directory.makeFolder("tensorboard")
            self.curves = (RunCurves(run), try EventFile(in: directory.file("tensorboard")))
        }
        switch level {
        case .summary:
            writer = nil
        case .ledger:
            writer = RecordWriter(stations: run.stations.count, database: nil)
        case .full:
            let database = try directory.map {
                try RunDatabase(creatingAt: $0.file("run.sqlite"), for: run)
            }
            writer = RecordWriter(stations: run.stations.count, database: database)
        }
    }

    package func keep(_ record: Record) {
        switch record {
        case .task(let row): statistics.add(row)
        case .station(let books): statistics.add(books)
        case .abandoned(let part): statistics.add(part)
        case .training(let training): statistics.add(training)
        case .checkpoint(let checkpoint):
            self.checkpoint = checkpoint
            return
        case .state: break
        }
        if curves != nil { draw(record) }
        guard let writer else { return }
        batch.append(record)
        if batch.count >= RecordWriter.batch { flush(to: writer) }
    }

    private func draw(_ record: Record) {
        switch record {
        case .task(let row):
            curves?.points.add(row)
            return
        case .station(let books): curves?.points.add(books)
        case .training(let training): curves?.points.add(training)
        case .state, .abandoned, .checkpoint: return
        }
        addPoints()
    }

    private func addPoints(isOver: Bool = false) {
        guard let points = curves?.points.take(isOver: isOver) else { return }
        for point in points { curves?.file.add(point.scalars, step: point.step) }
    }

    /// Why records can no longer be stored; a driver that sees one ends its run.
    package var failure: String? { writer?.failure }

    package var progress: RecordingProgress { RecordingProgress(statistics) }

    /// Closes the books; writes `summary.json` when there is a directory.
    ///
    /// - Throws: when the summary cannot be written; `RunDirectoryError` says why.
    package func finish(_ facts: RunFacts) throws -> RunSummary {
        if let writer, !batch.isEmpty { flush(to: writer) }
        let digest = writer?.finish()
        var facts = facts
        if let failure { facts.outcome = .aborted(failure) }
        if let checkpoint {
            facts.weightsDigest = ContentDigest(of: checkpoint.bytes)
            try directory?.makeFolder("checkpoints")
            try directory?.write(checkpoint.bytes, to: "checkpoints/final.safetensors")
        }
        addPoints(isOver: true)
        curves?.file.flush()
        if let failure = curves?.file.failure { facts.warnings.append(failure) }
        statistics.close(facts.outcome)
        let summary = RunSummary(&statistics, facts, ledger: digest)
        try directory?.write(ResultFile.encode(summary), to: "summary.json")
        return summary
    }

    private func flush(to writer: RecordWriter) {
        writer.add(batch)
        batch = []
        batch.reserveCapacity(RecordWriter.batch)
    }
}
