import EdgeModel
package import Messaging
import SimulationKernel

/// Everything that is counted while a run goes on; cheap enough for every task of the fastest
/// driver (about 100 ns), and bounded: books of closed episodes are examined and forgotten.
package struct RunStatistics: Sendable {
    /// Tasks and delays of a part of the run; delays are those after the warm-up.
    struct Tally: Sendable {
        var byStatus: InlineArray<4, UInt64> = [0, 0, 0, 0]
        /// Completed or late, arrived after the warm-up.
        var measured: UInt64 = 0
        var measuredLate: UInt64 = 0
        var delay = Int128.zero

        var arrived: UInt64 { byStatus[0] + byStatus[1] + byStatus[2] + byStatus[3] }

        /// Seconds; nil when nothing was measured.
        var meanDelay: Double? {
            measured == 0 ? nil : Double(delay) / Double(measured) / 1e9
        }
    }

    /// What is added up over the episodes of one station.
    struct Station: Sendable {
        var tally = Tally()
        var busy: Int64 = 0
        var span: Int64 = 0
        var egressBusy: Int64 = 0
        var work = 0.0
    }

    let description: RunDescription
    var stations: [Station]
    var episodes: [Tally]
    /// Emulated bytes of experience and weights, by episode.
    var learning: [UInt64]
    var quarters = Array(repeating: Tally(), count: 4)
    var total = Tally()
    var capped = Int128.zero
    var longest = VirtualDuration.zero
    var delays = DelaySample()
    var versions: VersionBook
    /// Tasks that arrived while the learner was away by schedule.
    var learnerAway = Tally()
    /// Station books, added up over stations and episodes.
    var sums = StationRecord(station: 0, episode: 0)
    /// Parts that were done for nobody, and their work in Gcycles.
    var abandonedParts: UInt64 = 0
    var abandonedWork = 0.0
    /// Lost tasks by reason.
    var losses: [LossReason: UInt64] = [:]
    var training: TrainingTotals?
    var checks: RunChecks
    /// Books of episodes that some station has not closed, by episode.
    private var open: [EpisodeBooks] = []
    private(set) var closedEpisodes = 0
    private let quarterEnds: [Int64]

    package init(_ description: RunDescription) {
        self.description = description
        stations = Array(repeating: Station(), count: description.stations.count)
        episodes = Array(repeating: Tally(), count: description.plan.episodes)
        learning = Array(repeating: 0, count: description.plan.episodes)
        versions = VersionBook(
            trainers: description.trainsAtStations ? description.stations.count : 1)
        checks = RunChecks(stations: description.stations)
        let arrivals =
            description.plan.horizon.nanoseconds.multipliedReportingOverflow(
                by: Int64(description.plan.episodes))
        let quarter = (arrivals.overflow ? .max : arrivals.partialValue) / 4
        quarterEnds = [quarter, 2 * quarter, 3 * quarter]
    }

    package mutating func add(_ row: TaskRecord) {
        let origin = Int(row.id.origin)
        let episode = Int(row.episode)
        precondition(
            origin < stations.count && episode < episodes.count, "a row of nowhere: \(row)")
        open[position(of: row.episode)].add(row)
        let status = Int(row.status.rawValue)
        total.byStatus[status] += 1
        stations[origin].tally.byStatus[status] += 1
        episodes[episode].byStatus[status] += 1
        if row.policyVersion > 0 {
            let instant = description.plan.start(of: episode) + row.arrival
            versions.noteUse(of: row.policyVersion, by: row.id.origin, at: instant)
        }
        switch row.status {
        case .completed, .late: measure(row)
        case .lost: if let loss = row.loss { losses[loss, default: 0] += 1 }
        case .inFlight: break
        }
    }

    private mutating func measure(_ row: TaskRecord) {
        guard row.arrival >= description.plan.warmup else { return }
        let delay = row.completion - row.arrival
        let isLate = row.status == .late
        total.add(delay, isLate: isLate)
        stations[Int(row.id.origin)].tally.add(delay, isLate: isLate)
        episodes[Int(row.episode)].add(delay, isLate: isLate)
        let place =
            Int64(row.episode) * description.plan.horizon.nanoseconds
            + row.arrival.nanoseconds
        var quarter = 0
        while quarter < 3, place >= quarterEnds[quarter] { quarter += 1 }
        quarters[quarter].add(delay, isLate: isLate)
        if description.learnerOutages.contains(where: { $0.contains(row.arrival) }) {
            learnerAway.add(delay, isLate: isLate)
        }
        capped += Int128(min(delay, row.deadline).nanoseconds)
        if delay > longest { longest = delay }
        delays.add(delay)
    }

    package mutating func add(_ part: AbandonedPart) {
        open[position(of: part.episode)].add(part)
        abandonedParts += 1
    }

    package mutating func add(_ record: StationRecord) {
        let position = position(of: record.episode)
        guard open[position].close(record), open[position].openStations == 0 else { return }
        let books = open.remove(at: position)
        settle(books)
        checks.examine(books)
        closedEpisodes += 1
    }

    /// Adds up what the stations' books of an episode say, station after station. Not when they
    /// come: rows of other stations, which may come later, say when a server was last busy, and
    /// sums of fractions depend on their order.
    private mutating func settle(_ books: EpisodeBooks) {
        let plan = description.plan
        for (station, server) in books.servers.enumerated() {
            abandonedWork += server.abandonedWork
            guard let record = books.closed[station] else { continue }
            sums.add(record)
            learning[Int(record.episode)] += record.experienceBytes + record.weightBytes
            let last = max(plan.horizon, min(server.lastFinish, plan.period))
            let span = record.heldWork > 0 ? plan.period : last
            stations[station].busy += record.busy.nanoseconds
            stations[station].span += max(.zero, span - record.away).nanoseconds
            stations[station].egressBusy += record.egressBusy.nanoseconds
            stations[station].work += record.finishedWork
        }
    }

    package mutating func add(_ record: TrainingRecord) {
        var totals = training ?? TrainingTotals(stations: stations.count)
        totals.add(record)
        training = totals
        versions.notePublication(of: record)
        let episode = description.plan.episode(at: record.time)
        if episode < learning.count { learning[episode] += record.weightBytes }
    }

    /// Takes in the books of episodes that some station has not closed; notes missing ones when the
    /// run went to its end.
    mutating func close(_ outcome: RunOutcome) {
        for books in open { settle(books) }
        guard outcome == .finished else { return }
        for books in open { checks.noteMissing(in: books) }
        if closedEpisodes + open.count < description.plan.episodes, open.isEmpty {
            checks.noteMissing(episode: UInt32(closedEpisodes))
        }
    }

    private mutating func position(of episode: UInt32) -> Int {
        if let first = open.first, first.episode == episode { return 0 }
        if let found = open.firstIndex(where: { $0.episode == episode }) { return found }
        open.append(EpisodeBooks(episode: episode, stations: stations.count))
        return open.count - 1
    }
}

extension RunStatistics.Tally {
    mutating func add(_ delay: VirtualDuration, isLate: Bool) {
        measured += 1
        if isLate { measuredLate += 1 }
        self.delay += Int128(delay.nanoseconds)
    }

    subscript(status: TaskStatus) -> UInt64 { byStatus[Int(status.rawValue)] }
}
