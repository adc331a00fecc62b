import EdgeModel
import GRDB
import Messaging
import SimulationKernel

/// The ledger rows of `run.sqlite`, in the order of the digest.
final class LedgerReader {
    private let tasks: RowCursor
    private let parts: RowCursor
    private var part: Row?

    /// - Precondition: used inside the access to the database that it was made in.
    init(_ database: Database) throws {
        tasks = try Row.fetchCursor(
            database, sql: "SELECT * FROM tasks ORDER BY episode, origin, number")
        parts = try Row.fetchCursor(
            database, sql: "SELECT * FROM subtasks ORDER BY episode, origin, number, part")
        part = try parts.next()?.copy()
    }

    /// The next row, or nil after the last.
    func next() throws -> TaskRecord? {
        guard let row = try tasks.next() else { return nil }
        let episode: UInt32 = row["episode"]
        let id = TaskID(origin: row["origin"], number: row["number"])
        let word: String = row["status"]
        guard let status = TaskStatus.allCases.first(where: { $0.name == word }) else {
            throw DatabaseError(message: "unknown status '\(word)'")
        }
        let version: Int64 = row["policy_version"]
        var record = TaskRecord(
            id: id, episode: episode, trafficClass: row["class"], status: status,
            arrival: Self.duration(row["arrival_ns"]),
            completion: Self.duration(row["completion_ns"]),
            deadline: Self.duration(row["deadline_ns"]), workload: Gigacycles(row["workload"]),
            policyVersion: UInt64(bitPattern: version), first: nil)
        if let reason = row["reason"] as String? {
            record.loss = LossReason.allCases.first { $0.name == reason }
        }
        while let part, part["episode"] == episode, part["origin"] == id.origin,
            part["number"] == id.number
        {
            let read = Self.part(part)
            if record.first == nil { record.first = read } else { record.others.append(read) }
            self.part = try parts.next()?.copy()
        }
        return record
    }

    private static func part(_ row: Row) -> SubtaskRecord {
        SubtaskRecord(
            server: row["server"], fraction: row["fraction"], queued: duration(row["queued_ns"]),
            start: duration(row["start_ns"]), finish: duration(row["finish_ns"]))
    }

    private static func duration(_ nanoseconds: Int64?) -> VirtualDuration {
        nanoseconds.map(VirtualDuration.init(nanoseconds:)) ?? .unbounded
    }
}
