import EdgeModel
import Messaging
import SimulationKernel

/// What a station knows of a neighbour (docs/MODEL.md, section 2, "What a scheduler knows").
struct NeighbourView: Codable {
    let index: NodeIndex
    /// Of the links there and back, as they are now: seconds and Mbit/s.
    private(set) var delay: Double
    private(set) var rate: Double
    private(set) var returnRate: Double
    /// How long a report takes, but for its own length.
    private(set) var reportDelay: VirtualDuration
    /// The last report: Gcycles and GHz, and when they were true. Before the first report an empty
    /// server, since the start of the episode.
    private(set) var backlog: Double
    private(set) var capacity: Double
    private(set) var reportedAt: VirtualInstant
    /// Whether there was a report.
    private(set) var isKnown: Bool
    /// The sequence number that the next report should have.
    private(set) var expected: UInt32
    /// Gcycles that this station placed there at or after `reportedAt`.
    private(set) var ownWork: Double
    /// When it last refused something; nil when a later report says that it is there.
    private var refusedAt: VirtualInstant?

    init(_ neighbour: Neighbour, episodeStart: VirtualInstant) {
        index = neighbour.index
        let (there, back) = (neighbour.outbound.initial, neighbour.inbound.initial)
        delay = there.delay.seconds
        rate = there.rate.value
        returnRate = back.rate.value
        reportDelay = back.delay
        backlog = 0
        capacity = neighbour.capacity.value
        reportedAt = episodeStart
        isKnown = false
        expected = 0
        ownWork = 0
    }

    /// The neighbour as a candidate for a task, with its known backlog: max(0, reported backlog -
    /// capacity x age) + own work since then.
    ///
    /// - Parameter egressWait: how long the port towards it is booked ahead, seconds.
    func candidate(
        for task: EdgeTask, egressWait: Double, at now: VirtualInstant
    ) -> Observation.Candidate {
        let age = (now - reportedAt).seconds
        let known = max(0, backlog - capacity * age) + ownWork
        let result = task.result.value
        return Observation.Candidate(
            server: index, wait: known / capacity, delay: delay, transfer: task.size.value / rate,
            service: task.workload.value / capacity,
            resultTransfer: result > 0 ? result / returnRate : 0, age: age, backlog: known,
            capacity: capacity, egressWait: egressWait)
    }

    /// Takes in a report.
    ///
    /// - Returns: how many reports before it are missing.
    mutating func update(with report: StateReport, ownWork: Double) -> UInt32 {
        precondition(
            report.sequence >= expected && (!isKnown || report.timestamp >= reportedAt),
            "reports of \(report.station) in the wrong order: \(report)")
        let gap = report.sequence - expected
        backlog = report.backlog.value
        capacity = report.capacity.value
        reportedAt = report.timestamp
        isKnown = true
        expected = report.sequence + 1
        self.ownWork = ownWork
        if let refusal = refusedAt, report.timestamp > refusal { refusedAt = nil }
        return gap
    }

    /// The links there and back have other values from now on.
    mutating func follow(there: Link, back: Link) {
        delay = there.delay.seconds
        rate = there.rate.value
        returnRate = back.rate.value
        reportDelay = back.delay
    }

    /// A part was refused because the neighbour was away at an instant.
    mutating func noteRefusal(at instant: VirtualInstant) {
        guard !isKnown || reportedAt <= instant else { return }
        refusedAt = max(refusedAt ?? instant, instant)
    }

    /// Whether it counts as there: nothing was refused since its last report, and that one is no
    /// older than three periods and the delay of reports.
    func seemsThere(at now: VirtualInstant, period: VirtualDuration) -> Bool {
        refusedAt == nil && now - reportedAt <= period * 3 + reportDelay
    }

    /// Forgets everything but the count of reports, as after an absence of its own.
    mutating func forget(_ neighbour: Neighbour, at now: VirtualInstant) {
        var fresh = NeighbourView(neighbour, episodeStart: now)
        fresh.expected = expected
        (fresh.delay, fresh.rate, fresh.returnRate) = (delay, rate, returnRate)
        fresh.reportDelay = reportDelay
        self = fresh
    }

    /// Counts a report without learning from it.
    ///
    /// - Returns: how many reports before it are missing.
    mutating func pass(_ report: StateReport) -> UInt32 {
        let gap = report.sequence - expected
        expected = report.sequence + 1
        return gap
    }

    mutating func place(_ work: Gigacycles) { ownWork += work.value }
}
