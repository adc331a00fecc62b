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
    /// The newest of each who trains; -1 is the learner.
    private var checkpoints: [Int: CheckpointRecord] = [:]
    private let stationNames: [String]
    private var curves: (points: RunCurves, file: EventFile)?

    /// - Parameters:
    ///   - directory: where results go; nil keeps them in memory.
    ///   - curves: whether there is an event file for TensorBoard, too.
    package init(
        _ run: RunDescription, level: RecordingLevel, directory: RunDirectory?,
        curves: Bool = false
    ) throws {
        statistics = RunStatistics(run)
        stationNames = run.stations
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
            checkpoints[checkpoint.station.map { Int($0) } ?? -1] = checkpoint
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
        facts.weightsDigest = try keepCheckpoints()
        addPoints(isOver: true)
        curves?.file.flush()
        if let failure = curves?.file.failure { facts.warnings.append(failure) }
        statistics.close(facts.outcome)
        let summary = RunSummary(&statistics, facts, ledger: digest)
        try directory?.write(ResultFile.encode(summary), to: "summary.json")
        return summary
    }

    /// - Returns: the digest of all of them; nil without any. Of the learner's alone, it is that of
    ///   its file; of stations', that of the list of their digests.
    private func keepCheckpoints() throws -> ContentDigest? {
        guard !checkpoints.isEmpty else { return nil }
        try directory?.makeFolder("checkpoints")
        var digests: [ContentDigest] = []
        for (trainer, checkpoint) in checkpoints.sorted(by: { $0.key < $1.key }) {
            digests.append(ContentDigest(of: checkpoint.bytes))
            let name = trainer < 0 ? "final" : stationNames[trainer]
            try directory?.write(checkpoint.bytes, to: "checkpoints/\(name).safetensors")
        }
        if digests.count == 1, checkpoints[-1] != nil { return digests[0] }
        return ContentDigest(of: digests.map { "\($0)\n" }.joined().utf8)
    }

    private func flush(to writer: RecordWriter) {
        writer.add(batch)
        batch = []
        batch.reserveCapacity(RecordWriter.batch)
    }
}
