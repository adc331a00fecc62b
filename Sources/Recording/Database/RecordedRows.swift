import EdgeModel
import GRDB
package import Messaging
import SimulationKernel

/// The rows of a run that is over, as the records they were made from.
package struct RecordedRows {
    private let path: String

    /// - Parameter run: the folder of a run that kept its rows.
    package init(of run: String) { path = run + "/run.sqlite" }

    /// The digest of the ledger, taken from its rows.
    package func digest(stations: Int) throws -> ContentDigest {
        var ledger = TaskLedger(stations: stations)
        try read { record in
            switch record {
            case .task(let row):
                let servers = ([row.first].compactMap(\.self) + row.others).map(\.server)
                guard Int(row.id.origin) < stations, servers.allSatisfy({ Int($0) < stations })
                else { throw DatabaseError(message: "a row of a station that there is not") }
                ledger.add(row)
            case .station(let books): ledger.close(books.episode)
            case .state, .abandoned, .training, .checkpoint: break
            }
        }
        return ledger.finish()
    }

    /// Hands over every record: what the learner told, then episode by episode the tasks in the
    /// ledger's order, the states and the books.
    ///
    /// - Throws: when the database cannot be read or understood.
    package func read(_ body: (Messaging.Record) throws -> Void) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version")
            guard version == RunSchema.version else {
                throw DatabaseError(message: "its tables are those of another version")
            }
            let training = try Row.fetchCursor(
                database, sql: "SELECT * FROM training ORDER BY rowid")
            while let row = try training.next() { try body(.training(Self.training(row))) }
            let tasks = try LedgerReader(database)
            var next = try tasks.next()
            let episodes = try UInt32.fetchAll(
                database, sql: "SELECT DISTINCT episode FROM books ORDER BY episode")
            for episode in episodes {
                while let task = next, task.episode == episode {
                    try body(.task(task))
                    next = try tasks.next()
                }
                try Self.read("states", of: episode, in: database, Self.state, body)
                try Self.read("abandoned", of: episode, in: database, Self.abandoned, body)
                try Self.books(of: episode, in: database, body)
            }
            guard next == nil else { throw DatabaseError(message: "tasks of no episode") }
        }
    }

    /// Hands over what a table holds of an episode, in the order in which it came.
    private static func read(
        _ table: String, of episode: UInt32, in database: Database,
        _ record: (Row) -> Messaging.Record, _ body: (Messaging.Record) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM \(table) WHERE episode = ? ORDER BY rowid",
            arguments: [episode])
        while let row = try rows.next() { try body(record(row)) }
    }

    private static func state(_ row: Row) -> Messaging.Record {
        .state(
            StateReport(
                station: row["station"], episode: row["episode"], sequence: row["sequence"],
                timestamp: VirtualInstant(nanoseconds: row["run_time_ns"]),
                backlog: Gigacycles(row["backlog"]),
                egressBacklog: VirtualDuration(nanoseconds: row["egress_ns"]),
                capacity: Gigahertz(row["capacity"])))
    }

    private static func abandoned(_ row: Row) -> Messaging.Record {
        .abandoned(
            AbandonedPart(
                task: TaskID(origin: row["origin"], number: row["number"]),
                episode: row["episode"], server: row["server"],
                queued: VirtualDuration(nanoseconds: row["queued_ns"]),
                start: VirtualDuration(nanoseconds: row["start_ns"]),
                finish: VirtualDuration(nanoseconds: row["finish_ns"]),
                work: Gigacycles(row["work"])))
    }

    private static func books(
        of episode: UInt32, in database: Database, _ body: (Messaging.Record) throws -> Void
    ) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM books WHERE episode = ? ORDER BY station",
            arguments: [episode])
        for row in rows {
            var books = StationRecord(station: row["station"], episode: episode)
            books.arrivedTasks = unsigned(row["arrived_tasks"])
            books.arrivedWork = row["arrived_work"]
            books.queuedSubtasks = unsigned(row["queued_subtasks"])
            books.finishedSubtasks = unsigned(row["finished_subtasks"])
            books.finishedWork = row["finished_work"]
            books.heldWork = row["held_work"]
            books.subtaskSeconds = row["subtask_seconds"]
            books.unfinishedSubtaskSeconds = row["unfinished_subtask_seconds"]
            books.busy = VirtualDuration(nanoseconds: row["busy_ns"])
            books.egressBusy = VirtualDuration(nanoseconds: row["egress_busy_ns"])
            books.offeredCapacity = row["offered_capacity"]
            books.decisions = unsigned(row["decisions"])
            books.stateAgeSeconds = row["state_age_seconds"]
            books.stateAgeCount = unsigned(row["state_age_count"])
            books.reportGaps = unsigned(row["report_gaps"])
            books.policyVersion = unsigned(row["policy_version"])
            books.adoptions = unsigned(row["adoptions"])
            books.refusedSubtasks = unsigned(row["refused_subtasks"])
            books.replacedSubtasks = unsigned(row["replaced_subtasks"])
            books.passedTasks = unsigned(row["passed_tasks"])
            books.inheritedTasks = unsigned(row["inherited_tasks"])
            books.droppedTransitions = unsigned(row["dropped_transitions"])
            books.unusedNetworks = unsigned(row["unused_networks"])
            books.away = VirtualDuration(nanoseconds: row["away_ns"])
            try addMessages(to: &books, from: database)
            try body(.station(books))
        }
    }

    private static func addMessages(
        to books: inout StationRecord, from database: Database
    ) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM messages WHERE episode = ? AND station = ?",
            arguments: [books.episode, books.station])
        for row in rows {
            let (count, bytes) = (unsigned(row["messages"]), unsigned(row["bytes"]))
            switch row["purpose"] as String {
            case "tasks": (books.taskMessages, books.taskBytes) = (count, bytes)
            case "state": (books.stateMessages, books.stateBytes) = (count, bytes)
            case "experience": (books.experienceMessages, books.experienceBytes) = (count, bytes)
            case "weights": (books.weightMessages, books.weightBytes) = (count, bytes)
            default: break
            }
        }
    }

    private static func training(_ row: Row) -> TrainingRecord {
        var record = TrainingRecord(time: VirtualInstant(nanoseconds: row["run_time_ns"]))
        record.station = row["station"]
        record.version = unsigned(row["version"])
        record.gradientSteps = unsigned(row["gradient_steps"])
        record.transitions = unsigned(row["transitions"])
        record.droppedTransitions = unsigned(row["dropped_transitions"])
        record.skippedSteps = unsigned(row["skipped_steps"])
        record.criticLoss = number(row["critic_loss"])
        record.actorLoss = number(row["actor_loss"])
        record.temperature = number(row["temperature"])
        record.entropy = number(row["entropy"])
        record.conditionalEntropy = number(row["conditional_entropy"])
        record.marginalEntropy = number(row["marginal_entropy"])
        record.divergence = number(row["divergence"])
        record.meanQ = number(row["mean_q"])
        record.meanTarget = number(row["mean_target"])
        record.gradientNorm = number(row["gradient_norm"])
        record.actorGradientNorm = number(row["actor_gradient_norm"])
        record.criticGradientNorm = number(row["critic_gradient_norm"])
        record.meanReward = number(row["mean_reward"])
        record.samplesPerInsert = number(row["samples_per_insert"])
        record.policyAgeSeconds = number(row["policy_age_seconds"])
        record.weightBytes = unsigned(row["weight_bytes"])
        record.weightMessages = unsigned(row["weight_messages"])
        record.versionLagSum = unsigned(row["version_lag_sum"])
        record.versionLagCount = unsigned(row["version_lag_count"])
        record.mixedNetworks = unsigned(row["mixed_networks"])
        record.mixedAgeNanoseconds = unsigned(row["mixed_age_ns"])
        record.unusedNetworks = unsigned(row["unused_networks"])
        return record
    }

    /// SQLite keeps what is not a number as NULL.
    private static func number(_ value: Double?) -> Double { value ?? .nan }

    /// SQLite's integers are signed.
    private static func unsigned(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }
}
