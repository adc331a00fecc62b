import EdgeModel
import Messaging
import SimulationKernel

/// What one episode comes to, for curves. Rows are added up in integers, so their order cannot
/// show; books wait for the last station.
struct EpisodeCurves {
    private struct Delays {
        var count = 0
        var nanoseconds = Int128.zero

        /// Seconds; nil when nothing was measured.
        var mean: Double? { count == 0 ? nil : Double(nanoseconds) / Double(count) / 1e9 }
    }

    private var delays = Delays()
    private var late = 0
    private var inFlight = 0
    private var tasks = 0
    private var stations: [Delays]
    private var books: [StationRecord?]

    init(stations count: Int) {
        stations = Array(repeating: Delays(), count: count)
        books = Array(repeating: nil, count: count)
    }

    var isClosed: Bool { !books.contains { $0 == nil } }
    /// Seconds, over tasks that finished.
    var meanDelay: Double? { delays.mean }

    mutating func add(_ row: TaskRecord, warmup: VirtualDuration) {
        tasks += 1
        switch row.status {
        case .completed, .late:
            guard row.arrival >= warmup else { return }
            let delay = Int128((row.completion - row.arrival).nanoseconds)
            delays.count += 1
            delays.nanoseconds += delay
            stations[Int(row.id.origin)].count += 1
            stations[Int(row.id.origin)].nanoseconds += delay
            if row.status == .late { late += 1 }
        case .inFlight: inFlight += 1
        case .lost: break
        }
    }

    mutating func close(_ record: StationRecord) { books[Int(record.station)] = record }

    func scalars(_ names: [String], plan: EpisodePlan) -> [Scalar] {
        let closed = books.compactMap(\.self)
        func sum(_ field: KeyPath<StationRecord, UInt64>) -> Double {
            Double(closed.reduce(0) { $0 &+ $1[keyPath: field] })
        }
        let age = closed.reduce(0.0) { $0 + $1.stateAgeSeconds }
        var scalars = [
            Scalar("episode/tasks", Double(tasks)),
            Scalar("episode/mean_delay_s", delays.mean ?? .nan),
            Scalar("episode/late_share", Double(late) / Double(delays.count)),
            Scalar("episode/in_flight", Double(inFlight)),
            Scalar("stale/state_age_s", age / sum(\.stateAgeCount)),
            Scalar("net/task_bytes", sum(\.taskBytes)),
            Scalar("net/state_bytes", sum(\.stateBytes)),
            Scalar("net/experience_bytes", sum(\.experienceBytes)),
            Scalar("net/station_weight_bytes", sum(\.weightBytes)),
        ]
        for (station, record) in closed.enumerated() {
            let busy = record.busy.seconds / plan.period.seconds
            scalars += [
                Scalar("bs/\(names[station])/mean_delay_s", stations[station].mean ?? .nan),
                Scalar("bs/\(names[station])/busy_share", busy),
            ]
        }
        return scalars
    }
}
