import Messaging

/// What the books of a run show to be wrong. Any finding makes the run INVALID.
package struct RunFinding: Hashable, Sendable, CustomStringConvertible {
    package enum Check: String, Hashable, Sendable, CaseIterable {
        /// arrived = completed + late + lost + in flight, counted in tasks.
        case tasksConserved = "tasks are conserved"
        /// The same, counted in work; and servers finished what the ledger says.
        case workConserved = "work is conserved"
        /// Little's identity in its area form, per server.
        case little = "Little's identity"
        /// Every number of an origin has one row.
        case ledgerComplete = "the ledger has no gap"
        /// Every station closed every episode.
        case booksClosed = "all books are closed"
    }

    package var check: Check
    package var episode: UInt32
    package var station: String
    package var detail: String

    package var description: String {
        "\(check.rawValue): no: episode \(episode), \(station): \(detail)"
    }
}

/// Compares what stations counted with what the ledger holds, episode by episode.
struct RunChecks: Sendable {
    /// Relative differences up to this are rounding.
    static let tolerance = 1e-9
    /// Findings beyond this many are counted only.
    static let limit = 20

    let stations: [String]
    private(set) var findings: [RunFinding] = []
    private(set) var count = 0

    init(stations: [String]) { self.stations = stations }

    /// Examines an episode of which all stations have closed their books.
    mutating func examine(_ books: EpisodeBooks) {
        let inFlight = books.origins.reduce(0) { $0 + $1.inFlight }
        for (station, record) in books.closed.enumerated() {
            guard let record else { continue }
            examineOrigin(books.origins[station], record)
            examineServer(
                books.servers[station], record, exact: inFlight == 0 && !books.hasMoved)
        }
        if books.fractionError > Self.tolerance {
            note(
                .workConserved, books.episode, station: "all stations",
                "the parts of a task add up to 1 \u{00B1} \(books.fractionError)")
        }
    }

    /// Notes the stations that did not close an episode of a run that went to its end.
    mutating func noteMissing(in books: EpisodeBooks) {
        for (station, record) in books.closed.enumerated() where record == nil {
            note(.booksClosed, books.episode, station: stations[station], "no books came")
        }
    }

    mutating func noteMissing(episode: UInt32) {
        note(.booksClosed, episode, station: "all stations", "no books came")
    }

    private mutating func examineOrigin(_ rows: EpisodeBooks.Origin, _ record: StationRecord) {
        if rows.rows != record.arrivedTasks {
            note(
                .tasksConserved, record,
                "\(record.arrivedTasks) tasks arrived, the ledger has \(rows.rows)")
        }
        if !Self.agree(rows.work, record.arrivedWork) {
            note(
                .workConserved, record,
                "\(record.arrivedWork) Gcycles arrived, the ledger has \(rows.work)")
        }
        if rows.repeats > 0 {
            note(.ledgerComplete, record, "\(rows.repeats) tasks have more than one row")
        }
        if UInt64(rows.coverage.firstGap) < record.arrivedTasks {
            note(.ledgerComplete, record, "task \(rows.coverage.firstGap) has no row")
        }
    }

    /// - Parameter exact: no task of the episode was in flight at its end or had changed its
    ///   station, so every finished part is in the ledger; else notices may have been under way.
    private mutating func examineServer(
        _ rows: EpisodeBooks.Server, _ record: StationRecord, exact: Bool
    ) {
        let missing = record.finishedSubtasks.subtractingReportingOverflow(rows.finishedParts)
        if missing.overflow || (exact && missing.partialValue != 0) {
            note(
                .tasksConserved, record,
                "\(record.finishedSubtasks) parts finished, the ledger has \(rows.finishedParts)")
        }
        let excess = rows.finishedWork > record.finishedWork
        if !Self.agree(rows.finishedWork, record.finishedWork), exact || excess {
            note(
                .workConserved, record,
                "\(record.finishedWork) Gcycles finished, the ledger has \(rows.finishedWork)")
        }
        let residence = Double(rows.residence) * 1e-9 + record.unfinishedSubtaskSeconds
        if !Self.agree(residence, record.subtaskSeconds) {
            note(
                .little, record,
                "the area under the number at the server is \(record.subtaskSeconds) "
                    + "subtask-seconds, the ledger's residence times are \(residence)")
        }
    }

    private mutating func note(
        _ check: RunFinding.Check, _ record: StationRecord, _ detail: String
    ) {
        note(check, record.episode, station: stations[Int(record.station)], detail)
    }

    private mutating func note(
        _ check: RunFinding.Check, _ episode: UInt32, station: String, _ detail: String
    ) {
        count += 1
        guard findings.count < Self.limit else { return }
        findings.append(
            RunFinding(check: check, episode: episode, station: station, detail: detail))
    }

    /// Equal up to rounding: 1e-9 of the larger, or one nanosecond's worth.
    static func agree(_ a: Double, _ b: Double) -> Bool {
        abs(a - b) <= tolerance * max(1, abs(a), abs(b))
    }
}
