import EdgeModel
import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import Recording

@Suite struct `A delay sample` {
    @Test(arguments: Seed.first(30))
    func `has the quantiles of the sorted delays`(seed: Seed) {
        var stream = seed.stream
        let count = 1 + stream.integer(below: 500)
        let spread = stream.bernoulli(0.5) ? 10 : 1_000_000
        let values = (0..<count).map { _ in Int64(stream.integer(below: spread)) }
        var sample = DelaySample()
        for value in values { sample.add(VirtualDuration(nanoseconds: value)) }
        let sorted = values.sorted()
        for share in [0.01, 0.5, 0.95, 0.99, 1] {
            let rank = max(1, Int((share * Double(count)).rounded(.up)))
            let quantile = sample.quantile(share)
            #expect(quantile?.nanoseconds == sorted[rank - 1])
        }
        #expect(sample.isExact)
    }

    @Test(arguments: Seed.first(5))
    func `is right to 0.1 % beyond its limit`(seed: Seed) {
        var stream = seed.stream
        var sample = DelaySample(limit: 1000)
        var values: [Int64] = []
        for _ in 0..<20_000 {
            values.append(Int64(stream.exponential() * 1e9))
            sample.add(VirtualDuration(nanoseconds: values.last ?? 0))
        }
        values.sort()
        #expect(!sample.isExact)
        for share in [0.5, 0.95, 0.99] {
            let exact = Double(values[Int((share * 20_000).rounded(.up)) - 1])
            let value = Double(sample.quantile(share)?.nanoseconds ?? 0)
            #expect(abs(value - exact) <= 0.0011 * exact)
        }
    }

    @Test func `has no quantile without delays`() {
        var sample = DelaySample()
        let median = sample.quantile(0.5)
        #expect(median == nil)
    }
}

@Suite struct `A summary` {
    /// What each of three stations that work for each other records of an episode, in its order.
    private func records(of episode: UInt32, _ stream: inout RandomStream) -> [[Record]] {
        let start = VirtualDuration(nanoseconds: 1)
        var rows: [TaskRecord] = []
        for number in 0..<UInt32(15) {
            let arrival = 1_000_000_000 * Int64(number / 3)
            rows.append(
                Example.row(
                    number % 3, number / 3, episode: episode, arrival: arrival,
                    completion: arrival + Int64(stream.integer(below: 9_000_000_000)),
                    work: stream.uniform(), server: (number + number / 3) % 3))
        }
        return (0..<UInt32(3)).map { station in
            let mine = rows.filter { $0.id.origin == station }
            let served = rows.filter { $0.first?.server == station }
            let part = AbandonedPart(
                task: TaskID(origin: (station + 1) % 3, number: 9), episode: episode,
                server: station, queued: start, start: start, finish: .seconds(1),
                work: Gigacycles(stream.uniform()))
            var books = Example.books(station, episode: episode, rows: mine)
            books.finishedSubtasks = UInt64(served.count) + 1
            books.finishedWork = served.reduce(part.work.value) { $0 + $1.workload.value }
            books.subtaskSeconds = served.reduce((part.finish - part.queued).seconds) {
                $0 + ($1.completion - $1.arrival).seconds
            }
            books.busy = .seconds(3)
            books.stateAgeSeconds = stream.uniform()
            books.stateAgeCount = 1
            return mine.map(Record.task) + [.abandoned(part), .station(books)]
        }
    }

    @Test(arguments: Seed.first(20))
    func `is the same in whatever order stations are heard`(seed: Seed) throws {
        var stream = seed.stream
        let episodes = (0..<UInt32(2)).map { records(of: $0, &stream) }
        let all = (0..<3).map { (episodes[0][$0] + episodes[1][$0])[...] }
        let texts = try (0..<2).map { order in
            let recorder = try Recorder(
                Example.run(stations: 3, episodes: 2), level: .summary, directory: nil)
            var rest = all
            while let first = rest.indices.filter({ !rest[$0].isEmpty }).first {
                let left = rest.indices.filter { !rest[$0].isEmpty }
                let next = order == 0 ? first : left[stream.integer(below: left.count)]
                recorder.keep(rest[next].removeFirst())
            }
            return try ResultFile.encode(recorder.finish(RunFacts()))
        }
        #expect(texts[0] == texts[1])
    }
}

@Suite struct `Number coverage` {
    @Test(arguments: Seed.first(20))
    func `finds the first gap`(seed: Seed) {
        var stream = seed.stream
        let count = 1 + stream.integer(below: 300)
        let gap = stream.integer(below: count)
        var coverage = NumberCoverage()
        for number in (0..<count).reversed() where number != gap {
            let isNew = coverage.insert(UInt32(number))
            #expect(isNew)
        }
        #expect(coverage.firstGap == UInt32(gap))
        #expect(coverage.count == UInt64(count - 1))
        let again = (coverage.insert(UInt32(gap)), coverage.insert(UInt32(gap)))
        #expect(again == (true, false))
        #expect(coverage.firstGap == UInt32(count))
    }
}

@Suite struct `Jain's fairness` {
    @Test(arguments: [
        ([1.0, 1, 1], 1.0), ([1.0, 0, 0, 0], 0.25), ([3.0, 1], 0.8), ([0.0, 0], 1.0),
    ])
    func `is the square of the sum over n sums of squares`(values: [Double], expected: Double) {
        #expect(RunSummary.fairness(values) == expected)
    }

    @Test func `does not exist without stations`() { #expect(RunSummary.fairness([]) == nil) }
}

@Suite struct `A run's summary` {
    @Test func `counts tasks and their delays`() throws {
        let summary = try Example.summary()
        #expect(summary.verdict == .valid)
        #expect(summary.reasons.isEmpty && summary.warnings.isEmpty)
        #expect(summary.tasks.arrived == 20)
        #expect(summary.tasks.completed == 19)
        #expect(summary.tasks.late == 1)
        #expect(summary.delay.mean == 10.5e-6)
        #expect(summary.delay.p50 == 10e-6)
        #expect(summary.delay.p95 == 19e-6)
        #expect(summary.delay.p99 == 20e-6)
        #expect(summary.delay.max == 20e-6)
        // Only the last delay is over the deadline of 19.5 us.
        #expect(abs((summary.delay.cappedMean ?? 0) - 10.475e-6) < 1e-15)
        #expect(summary.lateShare == 0.05)
    }

    @Test func `leaves out the warm-up`() throws {
        let recorder = try Recorder(
            Example.run(warmup: 10_000), level: .summary, directory: nil)
        for row in Example.rows { recorder.keep(.task(row)) }
        let summary = try recorder.finish(RunFacts())
        #expect(summary.tasks.arrived == 20)
        #expect(summary.delay.measured == 10)
        #expect(summary.delay.mean == 15.5e-6)
    }

    @Test func `has a mean for each quarter, episode and station`() throws {
        let recorder = try Recorder(Example.run(episodes: 2), level: .summary, directory: nil)
        for (episode, arrival, delay) in [(0, 1, 2), (0, 6, 4), (1, 1, 6), (1, 6, 8)] {
            let start = Int64(arrival) * 1_000_000_000
            recorder.keep(
                .task(
                    Example.row(
                        UInt32(episode), UInt32(arrival), episode: UInt32(episode),
                        arrival: start, completion: start + Int64(delay) * 1_000_000_000)))
        }
        let summary = try recorder.finish(RunFacts())
        #expect(summary.delayByQuarter == [2, 4, 6, 8])
        #expect(summary.episodes.map(\.meanDelay) == [3, 7])
        #expect(summary.stations.map(\.meanDelay) == [3, 7])
    }

    @Test func `warns when more than 0.1 % is in flight`() throws {
        var rows = Example.rows
        rows[0].status = .inFlight
        rows[0].completion = .unbounded
        rows[0].first = nil
        var books = Example.books(0, rows: Example.rows)
        books.finishedSubtasks -= 1
        books.finishedWork -= 1
        books.subtaskSeconds -= 1e-6
        let summary = try Example.summary(
            rows: rows, books: [books, Example.books(1, rows: rows)])
        #expect(summary.verdict == .valid)
        #expect(summary.warnings.count == 1)
        #expect(summary.delay.measured == 19)
    }

    @Test func `tells how old the weights in use were`() throws {
        let recorder = try Recorder(Example.run(), level: .summary, directory: nil)
        var training = TrainingRecord(time: .zero + .seconds(1))
        training.version = 1
        training.versionLagSum = 3
        training.versionLagCount = 2
        recorder.keep(.training(training))
        for (number, second) in [(0, 2), (1, 4)] {
            let arrival = Int64(second) * 1_000_000_000
            recorder.keep(
                .task(
                    Example.row(
                        0, UInt32(number), arrival: arrival, completion: arrival + 1, version: 1)))
        }
        let summary = try recorder.finish(RunFacts())
        #expect(summary.weights.version == 1)
        #expect(summary.weights.staleness == 1.5)
        #expect(summary.weights.age == 2)
    }

    @Test func `measures utilisation until the last work of a server`() throws {
        let recorder = try Recorder(Example.run(), level: .summary, directory: nil)
        recorder.keep(
            .task(Example.row(0, 0, arrival: 0, completion: 12_000_000_000, work: 2)))
        var books = StationRecord(station: 0, episode: 0)
        books.busy = .seconds(6)
        recorder.keep(.station(books))
        books = StationRecord(station: 1, episode: 0)
        books.busy = .seconds(3)
        recorder.keep(.station(books))
        let summary = try recorder.finish(RunFacts())
        #expect(summary.stations.map(\.utilisation) == [0.5, 0.3])
        #expect(summary.utilisation.mean == 0.4)
    }
}
