import EdgeModel
import GRDB
import GRDBSQLite
import Messaging
import SimulationKernel

/// Puts records into their tables through statements that are prepared once per connection.
///
/// Values are bound directly: an array of boxed arguments for each row would take longer than
/// SQLite itself.
struct RowWriter {
    private let tasks: Statement
    private let subtasks: Statement
    private let abandoned: Statement
    private let states: Statement
    private let training: Statement
    private let books: Statement
    private let messages: Statement

    /// - Precondition: runs inside an access to the database.
    init(_ database: Database) throws {
        func prepare(_ table: String, _ columns: Int) throws -> Statement {
            try database.cachedStatement(
                sql: RunSchema.insertion(into: table, columns: columns))
        }
        tasks = try prepare("tasks", 11)
        subtasks = try prepare("subtasks", 9)
        abandoned = try prepare("abandoned", 8)
        states = try prepare("states", 7)
        training = try prepare("training", 29)
        books = try prepare("books", 26)
        messages = try prepare("messages", 5)
    }

    func write(_ record: Messaging.Record) throws {
        switch record {
        case .task(let row): try write(row)
        case .station(let record): try write(record)
        case .state(let report): try write(report)
        case .abandoned(let part): try write(part)
        case .training(let record): try write(record)
        case .checkpoint: break
        }
    }

    private func write(_ row: TaskRecord) throws {
        var values = Binding(tasks)
        values.bind(row.episode)
        values.bind(row.id.origin)
        values.bind(row.id.number)
        values.bind(row.trafficClass)
        values.bind(name: row.status)
        values.bind(row.arrival)
        values.bind(row.completion)
        values.bind(row.deadline)
        values.bind(row.workload.value)
        values.bind(row.policyVersion)
        if let loss = row.loss { values.bind(text: loss.name) } else { values.bindNull() }
        try values.run()
        if let first = row.first { try write(first, part: 0, of: row) }
        for (index, part) in row.others.enumerated() {
            try write(part, part: index + 1, of: row)
        }
    }

    private func write(_ part: SubtaskRecord, part index: Int, of row: TaskRecord) throws {
        var values = Binding(subtasks)
        values.bind(row.episode)
        values.bind(row.id.origin)
        values.bind(row.id.number)
        values.bind(index)
        values.bind(part.server)
        values.bind(part.fraction)
        values.bind(part.queued)
        values.bind(part.start)
        values.bind(part.finish)
        try values.run()
    }

    private func write(_ part: AbandonedPart) throws {
        var values = Binding(abandoned)
        values.bind(part.episode)
        values.bind(part.task.origin)
        values.bind(part.task.number)
        values.bind(part.server)
        values.bind(part.queued)
        values.bind(part.start)
        values.bind(part.finish)
        values.bind(part.work.value)
        try values.run()
    }

    private func write(_ report: StateReport) throws {
        var values = Binding(states)
        values.bind(report.episode)
        values.bind(report.station)
        values.bind(report.sequence)
        values.bind(report.timestamp.nanoseconds)
        values.bind(report.backlog.value)
        values.bind(report.egressBacklog)
        values.bind(report.capacity.value)
        try values.run()
    }

    private func write(_ record: TrainingRecord) throws {
        var values = Binding(training)
        values.bind(record.time.nanoseconds)
        if let station = record.station { values.bind(station) } else { values.bindNull() }
        values.bind(record.version)
        values.bind(record.gradientSteps)
        values.bind(record.transitions)
        values.bind(record.droppedTransitions)
        values.bind(record.skippedSteps)
        for number in [
            record.criticLoss, record.actorLoss, record.temperature, record.entropy,
            record.conditionalEntropy, record.marginalEntropy, record.divergence,
            record.meanQ, record.meanTarget, record.gradientNorm, record.actorGradientNorm,
            record.criticGradientNorm, record.meanReward, record.samplesPerInsert,
            record.policyAgeSeconds,
        ] {
            values.bind(number)
        }
        values.bind(record.weightBytes)
        values.bind(record.weightMessages)
        values.bind(record.versionLagSum)
        values.bind(record.versionLagCount)
        values.bind(record.mixedNetworks)
        values.bind(record.mixedAgeNanoseconds)
        values.bind(record.unusedNetworks)
        try values.run()
        // What stations send is in their books.
        guard record.station == nil else { return }
        try write(
            purpose: "weights", record.weightMessages, record.weightBytes, episode: nil,
            station: nil)
    }

    private func write(_ record: StationRecord) throws {
        var values = Binding(books)
        values.bind(record.episode)
        values.bind(record.station)
        values.bind(record.arrivedTasks)
        values.bind(record.arrivedWork)
        values.bind(record.queuedSubtasks)
        values.bind(record.finishedSubtasks)
        for number in [
            record.finishedWork, record.heldWork, record.subtaskSeconds,
            record.unfinishedSubtaskSeconds,
        ] {
            values.bind(number)
        }
        values.bind(record.busy)
        values.bind(record.egressBusy)
        values.bind(record.offeredCapacity)
        values.bind(record.decisions)
        values.bind(record.stateAgeSeconds)
        values.bind(record.stateAgeCount)
        values.bind(record.reportGaps)
        values.bind(record.policyVersion)
        values.bind(record.adoptions)
        values.bind(record.refusedSubtasks)
        values.bind(record.replacedSubtasks)
        values.bind(record.passedTasks)
        values.bind(record.inheritedTasks)
        values.bind(record.droppedTransitions)
        values.bind(record.unusedNetworks)
        values.bind(record.away)
        try values.run()
        for (purpose, count, bytes) in [
            ("tasks", record.taskMessages, record.taskBytes),
            ("state", record.stateMessages, record.stateBytes),
            ("experience", record.experienceMessages, record.experienceBytes),
            ("weights", record.weightMessages, record.weightBytes),
        ] {
            try write(
                purpose: purpose, count, bytes, episode: record.episode,
                station: record.station)
        }
    }

    private func write(
        purpose: String, _ count: UInt64, _ bytes: UInt64, episode: UInt32?, station: UInt32?
    ) throws {
        var values = Binding(messages)
        if let episode { values.bind(episode) } else { values.bindNull() }
        if let station { values.bind(station) } else { values.bindNull() }
        values.bind(text: purpose)
        values.bind(count)
        values.bind(bytes)
        try values.run()
    }
}

/// The values of one row on their way into a statement.
private struct Binding {
    private let statement: Statement
    private let raw: OpaquePointer
    private var column: Int32 = 0

    init(_ statement: Statement) {
        self.statement = statement
        raw = statement.sqliteStatement
        sqlite3_reset(raw)
    }

    mutating func bind(_ value: some BinaryInteger) {
        column += 1
        sqlite3_bind_int64(raw, column, Int64(truncatingIfNeeded: value))
    }

    mutating func bind(_ value: Double) {
        column += 1
        sqlite3_bind_double(raw, column, value)
    }

    mutating func bind(_ value: VirtualDuration) {
        if value == .unbounded { bindNull() } else { bind(value.nanoseconds) }
    }

    mutating func bindNull() {
        column += 1
        sqlite3_bind_null(raw, column)
    }

    mutating func bind(name status: TaskStatus) { bind(text: status.name) }

    mutating func bind(text: String) {
        column += 1
        // SQLITE_TRANSIENT: SQLite copies the bytes before this returns.
        let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(raw, column, text, Int32(text.utf8.count), copy)
    }

    func run() throws {
        let code = sqlite3_step(raw)
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
    }
}
