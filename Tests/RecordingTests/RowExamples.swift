import EdgeModel
import Messaging
@testable import Recording
import SimulationKernel

/// Rows, books and runs for tests.
enum Example {
    static func row(
        _ origin: UInt32, _ number: UInt32, episode: UInt32 = 0, arrival: Int64 = 1000,
        completion: Int64? = 2000, status: TaskStatus = .completed, deadline: Int64? = nil,
        work: Double = 1, server: UInt32? = nil, version: UInt64 = 0
    ) -> TaskRecord {
        let finish = completion.map(VirtualDuration.init(nanoseconds:)) ?? .unbounded
        let start = VirtualDuration(nanoseconds: arrival)
        return TaskRecord(
            id: TaskID(origin: origin, number: number), episode: episode, trafficClass: 0,
            status: status, arrival: start, completion: finish,
            deadline: deadline.map(VirtualDuration.init(nanoseconds:)) ?? .unbounded,
            workload: Gigacycles(work), policyVersion: version,
            first: SubtaskRecord(
                server: server ?? origin, fraction: 1, queued: start, start: start,
                finish: finish))
    }

    static func run(stations: Int = 2, episodes: Int = 1, warmup: Int64 = 0) -> RunDescription {
        RunDescription(
            name: "example", seed: 7, stations: (1...stations).map { "bs\($0)" },
            trafficClasses: ["image"],
            plan: EpisodePlan(
                episodes: episodes, horizon: .seconds(10), drain: .seconds(5),
                warmup: VirtualDuration(nanoseconds: warmup)),
            policy: "local")
    }

    /// Books that agree with rows whose parts all ran on the task's own station.
    static func books(_ station: UInt32, episode: UInt32 = 0, rows: [TaskRecord]) -> StationRecord {
        var books = StationRecord(station: station, episode: episode)
        let mine = rows.filter { $0.id.origin == station && $0.episode == episode }
        books.arrivedTasks = UInt64(mine.count)
        books.arrivedWork = mine.reduce(0) { $0 + $1.workload.value }
        books.finishedSubtasks = books.arrivedTasks
        books.finishedWork = books.arrivedWork
        books.subtaskSeconds = mine.reduce(0) { sum, row in
            sum + Double((row.completion - row.arrival).nanoseconds) * 1e-9
        }
        return books
    }

    /// Two stations, ten tasks each, delays of 1, 2 ... 20 microseconds.
    static var rows: [TaskRecord] {
        (0..<20).map { (index: Int) in
            let arrival = 1000 * Int64(index)
            let delay = 1000 * Int64(index + 1)
            return row(
                UInt32(index % 2), UInt32(index / 2), arrival: arrival,
                completion: arrival + delay, status: index == 19 ? .late : .completed,
                deadline: 19_500, work: Double(index + 1))
        }
    }

    static func summary(
        rows: [TaskRecord] = rows, books: [StationRecord]? = nil, facts: RunFacts = RunFacts()
    ) throws -> RunSummary {
        let recorder = try Recorder(run(), level: .ledger, directory: nil)
        for row in rows { recorder.keep(.task(row)) }
        for record in books ?? [0, 1].map({ Example.books($0, rows: rows) }) {
            recorder.keep(.station(record))
        }
        return try recorder.finish(facts)
    }
}
