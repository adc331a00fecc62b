import EdgeModel
import Messaging
import SimulationKernel

/// What a station knows of a neighbour (docs/MODEL.md, section 2, "What a scheduler knows").
struct NeighbourView {
    let index: NodeIndex
    /// Of the links there and back: seconds and Mbit/s.
    let delay: Double
    let rate: Double
    let returnRate: Double
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

    init(_ neighbour: Neighbour, episodeStart: VirtualInstant) {
        index = neighbour.index
        delay = neighbour.outbound.delay.seconds
        rate = neighbour.outbound.rate.value
        returnRate = neighbour.inbound.rate.value
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
            report.sequence >= expected && report.timestamp >= reportedAt,
            "reports of \(report.station) in the wrong order: \(report)")
        let gap = report.sequence - expected
        backlog = report.backlog.value
        capacity = report.capacity.value
        reportedAt = report.timestamp
        isKnown = true
        expected = report.sequence + 1
        self.ownWork = ownWork
        return gap
    }

    mutating func place(_ work: Gigacycles) { ownWork += work.value }
}
