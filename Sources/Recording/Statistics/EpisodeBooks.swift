import EdgeModel
import Messaging
import SimulationKernel

/// What the ledger rows of one episode add up to, by station; compared with the stations' own
/// books when all have closed theirs.
struct EpisodeBooks: Sendable {
    /// Rows of tasks that arrived at one station.
    struct Origin: Sendable {
        var rows: UInt64 = 0
        var repeats: UInt64 = 0
        var coverage = NumberCoverage()
        var work = 0.0
        var inFlight: UInt64 = 0
    }

    /// Parts of tasks that the rows place on one station's edge server, and parts that were
    /// abandoned there.
    struct Server: Sendable {
        var finishedParts: UInt64 = 0
        var finishedWork = 0.0
        /// Of that, what was done for nobody.
        var abandonedWork = 0.0
        /// The sum over finished parts of the time from queued to finished.
        var residence = Int128.zero
        /// When the last finished part was.
        var lastFinish = VirtualDuration.zero
    }

    let episode: UInt32
    var origins: [Origin]
    var servers: [Server]
    var closed: [StationRecord?]
    var openStations: Int
    /// Whether tasks went to another station or were lost: then parts may be done for nobody.
    var hasMoved = false
    /// The worst |sum of fractions - 1| of a placed task.
    var fractionError = 0.0

    init(episode: UInt32, stations: Int) {
        self.episode = episode
        origins = Array(repeating: Origin(), count: stations)
        servers = Array(repeating: Server(), count: stations)
        closed = Array(repeating: nil, count: stations)
        openStations = stations
    }

    mutating func add(_ row: TaskRecord) {
        let origin = Int(row.id.origin)
        origins[origin].rows += 1
        origins[origin].work += row.workload.value
        if row.status == .inFlight { origins[origin].inFlight += 1 }
        if row.status == .lost { hasMoved = true }
        if !origins[origin].coverage.insert(row.id.number) { origins[origin].repeats += 1 }
        guard let first = row.first else { return }
        add(first, of: row.workload.value)
        var sum = first.fraction
        for part in row.others {
            add(part, of: row.workload.value)
            sum += part.fraction
        }
        let error = abs(sum - 1)
        if error > fractionError { fractionError = error }
    }

    private mutating func add(_ part: SubtaskRecord, of work: Double) {
        guard part.finish != .unbounded else { return }
        servers[Int(part.server)].add(
            work: work * part.fraction, queued: part.queued, finish: part.finish)
    }

    mutating func add(_ part: AbandonedPart) {
        hasMoved = true
        servers[Int(part.server)].abandonedWork += part.work.value
        servers[Int(part.server)].add(
            work: part.work.value, queued: part.queued, finish: part.finish)
    }

    /// Takes in the books of a station.
    ///
    /// - Returns: whether they are the first of this station.
    mutating func close(_ record: StationRecord) -> Bool {
        let station = Int(record.station)
        guard closed[station] == nil else { return false }
        closed[station] = record
        if record.passedTasks > 0 { hasMoved = true }
        openStations -= 1
        return true
    }
}

extension EpisodeBooks.Server {
    fileprivate mutating func add(
        work: Double, queued: VirtualDuration, finish: VirtualDuration
    ) {
        finishedParts += 1
        finishedWork += work
        residence += Int128((finish - queued).nanoseconds)
        lastFinish = max(lastFinish, finish)
    }
}
