import EdgeModel
import GRDB
import Messaging
import SimulationKernel

/// `run.sqlite`: every row of a run, written in large transactions by one connection.
///
/// A crash of the process loses nothing that was written; a crash of the machine may lose the
/// last seconds (WAL, `synchronous = NORMAL`).
struct RunDatabase {
    private let queue: DatabaseQueue

    init(creatingAt path: String, for run: RunDescription) throws {
        var configuration = Configuration()
        configuration.label = "run.sqlite"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = NORMAL;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA journal_size_limit = 67108864;
                    PRAGMA cache_size = -16384;
                    """)
        }
        // SQLite would let others read; the files beside it take its mode.
        try RunDirectory.write([], to: path)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { database in
            try database.execute(sql: "PRAGMA user_version = \(RunSchema.version)")
            try database.execute(sql: RunSchema.tables)
            for (index, name) in run.stations.enumerated() {
                try database.execute(
                    sql: RunSchema.insertion(into: "stations", columns: 2),
                    arguments: [index, name])
            }
            for (index, name) in run.trafficClasses.enumerated() {
                try database.execute(
                    sql: RunSchema.insertion(into: "classes", columns: 2),
                    arguments: [index, name])
            }
            for (index, event) in run.events.enumerated() {
                try database.execute(
                    sql: RunSchema.insertion(into: "events", columns: 4),
                    arguments: [
                        index, event.start.nanoseconds, event.end?.nanoseconds, event.what,
                    ])
            }
        }
    }

    /// Writes the records in one transaction.
    func write(_ records: [Messaging.Record]) throws {
        try queue.write { database in
            let rows = try RowWriter(database)
            for record in records { try rows.write(record) }
        }
    }

    /// Leaves one file behind, without a log beside it.
    func finish() throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try queue.close()
    }
}
