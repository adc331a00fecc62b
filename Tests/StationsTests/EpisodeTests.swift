import EdgeModel
import Messaging
import SimulationKernel
import Stations
import Testing

@Suite struct `An episode at a station` {
    private let anything = Timer(kind: 0)

    @Test func `begins with the run and ends by the station's own timer`() {
        var station = BaseStation(configuration(episodes: 2))
        func feed(_ input: NodeInput, at now: VirtualInstant) -> Asked {
            var directives = Directives()
            station.handle(input, at: now, &directives)
            return Asked(directives)
        }
        let started = feed(.start, at: VirtualInstant(nanoseconds: -1))
        #expect(started.episodes == [0])
        #expect(started.wakes.map(\.at) == [at(20), at(0)])
        let turned = feed(.timer(started.wakes[0].timer), at: at(20))
        #expect(turned.episodes == [1])
        #expect(turned.books.map(\.episode) == [0])
        #expect(turned.wakes.map(\.at) == [at(40), at(20)])
        let ended = feed(.timer(turned.wakes[0].timer), at: at(40))
        #expect(ended.episodes.isEmpty && ended.wakes.isEmpty)
        #expect(ended.books.map(\.episode) == [1])
    }

    @Test func `reports every period up to its horizon`() {
        var some = configuration()
        some.statePeriod = .seconds(4)
        some.statePhase = .seconds(1)
        some.recordsStates = true
        var bench = Bench(some)
        var asked = bench.feed(.timer(anything), at: at(0))
        var instants: [Double] = []
        var timer = StationTimerProbe.report
        var now = 1.0
        while true {
            asked = bench.feed(.timer(timer), at: at(now))
            instants.append(now)
            #expect(asked.published.count == 1)
            #expect(asked.published[0].deliveries.map(\.to) == [1, 2])
            #expect(asked.records.count == 1)
            guard let next = asked.wakes.first else { break }
            timer = next.timer
            now = (next.at - .zero).seconds
        }
        #expect(instants == [1, 5, 9])
    }

    @Test func `reports its state over each link`() throws {
        var bench = Bench(configuration(neighbours: [1]))
        _ = bench.place(task(0, at: 1, work: 20), .whole(0))
        _ = bench.place(task(1, at: 1, size: 100), .whole(1))
        let asked = bench.feed(.timer(StationTimerProbe.report), at: at(1.5))
        let message = try #require(asked.published.first?.message)
        guard case .report(let report) = message else { throw Unexpected() }
        #expect(report.timestamp == at(1.5))
        #expect(abs(report.backlog.value - 15) < 1e-9)
        #expect(report.egressBacklog == .seconds(0.5))
        #expect(report.capacity == Gigahertz(10))
        // Beside the tasks: size over rate, plus the delay.
        let sending = VirtualDuration.seconds(Double(message.encodedSize) * 8e-6 / 100)
        #expect(asked.published[0].deliveries.map(\.at) == [at(1.51) + sending])
    }

    @Test func `leaves a row for every unfinished task`() throws {
        var bench = Bench(configuration())
        _ = bench.place(task(0, at: 9, work: 500), .whole(0))
        _ = bench.place(task(1, at: 9, work: 1), .split([0, 0.5, 0.5]))
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 1), episode: 0, part: 1, queued: at(9.1),
            start: at(9.1), finish: at(9.2))
        _ = bench.feed(.notice(notice), from: 2, at: 9.3)
        let ended = bench.feed(.timer(anything), at: at(20))
        #expect(ended.rows.map(\.status) == [.inFlight, .inFlight])
        #expect(ended.rows.map(\.completion) == [.unbounded, .unbounded])
        #expect(ended.rows[0].first?.queued == .seconds(9))
        #expect(ended.rows[0].first?.finish == .unbounded)
        #expect(ended.rows[1].first?.finish == .unbounded)
        #expect(ended.rows[1].others.map(\.finish) == [.seconds(9.2)])
        let books = try #require(ended.books.first)
        #expect(books.arrivedTasks == 2 && books.arrivedWork == 501)
        #expect(books.queuedSubtasks == 1 && books.finishedSubtasks == 0)
        #expect(books.heldWork == 500)
        #expect(books.busy == .seconds(11))
        #expect(books.offeredCapacity == 100)
        #expect(abs(books.subtaskSeconds - 11) < 1e-12)
        #expect(abs(books.unfinishedSubtaskSeconds - 11) < 1e-12)
    }

    @Test func `does not count as shown what is due at its very end`() throws {
        var bench = Bench(configuration())
        let subtask = Subtask(
            task: TaskID(origin: 1, number: 0), episode: 0, part: 0, size: .zero, result: .zero,
            workload: Gigacycles(5))
        // Finished at 19.99 s, known at 20 s.
        let served = bench.feed(.subtask(subtask), from: 1, at: 19.49)
        #expect(served.sent.map(\.at) == [at(20)])
        let books = try #require(bench.feed(.timer(anything), at: at(20)).books.first)
        #expect(books.finishedSubtasks == 1)
        #expect(abs(books.unfinishedSubtaskSeconds - 0.5) < 1e-12)
        #expect(abs(books.subtaskSeconds - 0.5) < 1e-12)
    }

    @Test func `does not count as shown what was lost on its way back`() throws {
        var bench = Bench(configuration(neighbours: [1], link: link(loss: 1), episodes: 2))
        let subtask = Subtask(
            task: TaskID(origin: 1, number: 0), episode: 0, part: 0, size: .zero,
            result: Megabits(1), workload: Gigacycles(5))
        let served = bench.feed(.subtask(subtask), from: 1, at: 1)
        let lost = bench.feed(.timer(served.wakes[0].timer), at: at(1.5))
        #expect(lost.sent.isEmpty && lost.wakes.count == 1)
        let books = try #require(bench.feed(.timer(anything), at: at(20)).books.first)
        #expect(abs(books.unfinishedSubtaskSeconds - 0.5) < 1e-12)
        let next = try #require(bench.feed(.timer(anything), at: at(40)).books.first)
        #expect(next.unfinishedSubtaskSeconds == 0)
    }

    @Test func `drops a notice that is due at its very end`() {
        var bench = Bench(configuration(episodes: 2))
        _ = bench.place(task(0, at: 9), .whole(1))
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 0), episode: 0, part: 0, queued: at(19),
            start: at(19), finish: at(19.9))
        // From a station of a lower index this comes before the own timer of the same instant.
        let asked = bench.feed(.notice(notice), from: 1, at: 20)
        #expect(asked.rows.map(\.status) == [.inFlight])
        #expect(asked.episodes == [1])
    }

    @Test func `clears queues, ports and views`() throws {
        var bench = Bench(configuration(episodes: 2))
        bench.report(of: 1, stamp: 1, at: 1.1, backlog: 1000)
        _ = bench.place(task(0, at: 9, work: 500), .whole(0))
        _ = bench.place(task(1, at: 9, size: 5000), .whole(1))
        _ = bench.feed(.timer(anything), at: at(20))
        let asked = bench.feed(.task(task(0, at: 21, episode: 1)), from: 9, at: 21)
        let question = try #require(asked.question)
        #expect(question.egressWait == 0)
        #expect(question.candidates.map(\.wait) == [0, 0, 0])
        #expect(question.candidates.map(\.age) == [0, 1, 1])
    }

    @Test func `ignores timers and messages of the one before`() {
        var bench = Bench(configuration(episodes: 2))
        let placed = bench.place(task(0, at: 9, work: 300), .whole(0))
        #expect(placed.wakes.isEmpty)
        let early = bench.place(task(1, at: 9, work: 1), .whole(1))
        _ = bench.feed(.timer(anything), at: at(20))
        let subtask = Subtask(
            task: TaskID(origin: 1, number: 3), episode: 0, part: 0, size: .zero, result: .zero,
            workload: Gigacycles(1))
        #expect(bench.feed(.subtask(subtask), from: 1, at: 20.1).sent.isEmpty)
        bench.report(5, of: 1, stamp: 19, at: 20.2, backlog: 10)
        let stale = bench.feed(.timer(StationTimerProbe.report), at: at(20.3))
        #expect(stale.published.isEmpty)
        #expect(early.sent.count == 1)
    }

    @Test func `counts the reports that are missing`() throws {
        var bench = Bench(configuration())
        bench.report(0, of: 1, stamp: 0, at: 0.1, backlog: 0)
        bench.report(3, of: 1, stamp: 3, at: 3.1, backlog: 0)
        bench.report(1, of: 2, stamp: 1, at: 3.2, backlog: 0)
        let books = try #require(bench.feed(.timer(anything), at: at(20)).books.first)
        #expect(books.reportGaps == 3)
    }
}

/// The report timer of episode 0, as the station sets it.
enum StationTimerProbe {
    static var report: Timer {
        var directives = Directives()
        var station = BaseStation(configuration())
        station.handle(.start, at: VirtualInstant(nanoseconds: -1), &directives)
        return Asked(directives).wakes[1].timer
    }
}

struct Unexpected: Error {}
