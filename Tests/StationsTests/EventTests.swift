import EdgeModel
import Messaging
import SimulationKernel
import Stations
import Testing

/// Station 0 among neighbours 1 and 2, with a plan of events.
func configuration(
    with plan: EventPlan, station: Int = 0, neighbours: [Int] = [1, 2], link initial: Link = link()
) -> StationConfiguration {
    var some = configuration(station, neighbours: [])
    some.neighbours = neighbours.map {
        Neighbour(
            index: NodeIndex($0), name: "bs\($0)",
            outbound: plan.link(from: station, to: $0, initially: initial),
            inbound: plan.link(from: $0, to: station, initially: initial),
            capacity: Gigahertz(10), absences: plan.absences(of: $0))
    }
    some.capacity = plan.capacity(of: station, from: some.capacity)
    some.absences = plan.absences(of: station)
    some.watchesNeighbours = plan.hidesStations
    some.learnerOutages = plan.learnerOutages
    return some
}

func leave(_ station: Int, at instant: Double, _ orphans: OrphanRule = .neighbour) -> ScheduledEvent
{
    ScheduledEvent(at: .seconds(instant), .leave(stations: [station], orphans: orphans))
}

func join(_ station: Int, at instant: Double) -> ScheduledEvent {
    ScheduledEvent(at: .seconds(instant), .join(stations: [station]))
}

extension Asked {
    var refusals: [SubtaskRefusal] {
        sent.compactMap { if case .refusal(let refusal) = $0.message { refusal } else { nil } }
    }
    var handedOver: [EdgeTask] {
        sent.compactMap { if case .task(let task) = $0.message { task } else { nil } }
    }
    var abandoned: [AbandonedPart] {
        records.compactMap { if case .abandoned(let part) = $0 { part } else { nil } }
    }
}

/// A bench with the wakes of its scheduled events, which are the last to be asked for at the start
/// but for the first report.
struct EventBench {
    var bench: Bench
    private var wakes: [(timer: Timer, at: VirtualInstant)]

    init(_ configuration: StationConfiguration) {
        bench = Bench(configuration)
        var station = BaseStation(configuration)
        var directives = Directives()
        station.handle(.start, at: VirtualInstant(nanoseconds: -1), &directives)
        wakes = Array(Asked(directives).wakes.dropFirst().dropLast())
    }

    /// The next scheduled event.
    mutating func happen() -> Asked {
        let wake = wakes.removeFirst()
        return bench.feed(.timer(wake.timer), at: wake.at)
    }
}

@Suite struct `A station that leaves` {
    @Test func `hands its open tasks to the nearest neighbour, undecided, waiting or under way`() {
        var plan = configuration(with: EventPlan([leave(0, at: 2)]))
        plan.decisionTime = .seconds(0.5)
        var events = EventBench(plan)
        _ = events.bench.feed(.message(.task(task(0, at: 1.8, size: 2)), from: 9), at: at(1.8))
        // It would take effect after the station has left, so nothing is to be woken for.
        let decided = events.bench.feed(
            .decided(Action(placement: .whole(0))), at: at(1.8))
        #expect(decided.wakes.isEmpty)
        _ = events.bench.feed(.message(.task(task(1, at: 1.9, size: 3)), from: 9), at: at(1.9))
        let left = events.happen()
        #expect(left.handedOver.map(\.id.number) == [0, 1])
        #expect(left.sent.map(\.to) == [1, 1])
        // With all of their input over the link, one after the other: 20 and 30 ms, and 10 ms.
        #expect(left.sent.map(\.at) == [at(2.03), at(2.06)])
        #expect(left.rows.isEmpty && left.question == nil)
    }

    @Test func `counts what was done for tasks that go as done for nobody`() {
        var events = EventBench(configuration(with: EventPlan([leave(0, at: 2)])))
        let placed = events.bench.place(
            task(0, at: 1, size: 2, work: 10), .split([0.25, 0.25, 0.5]))
        #expect(placed.subtasks.count == 2)
        // The own part ends at 1.25 s; of the others one is known to be done, one is under way.
        _ = events.bench.feed(.timer(placed.wakes[0].timer), at: at(1.25))
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 0), episode: 0, part: 1, queued: at(1.1),
            start: at(1.1), finish: at(1.35))
        _ = events.bench.feed(.notice(notice), from: 1, at: 1.4)
        let left = events.happen()
        #expect(left.handedOver.map(\.id.number) == [0])
        #expect(left.abandoned.map(\.server) == [0, 1])
        #expect(left.abandoned.map(\.work.value) == [2.5, 2.5])
        #expect(left.abandoned.first?.finish == .seconds(1.25))
        var late = notice
        (late.part, late.finish) = (2, at(2.2))
        let noticed = events.bench.feed(.notice(late), from: 2, at: 2.3)
        #expect(noticed.abandoned.map(\.server) == [2] && noticed.rows.isEmpty)
    }

    @Test func `refuses what it will not finish as soon as that is certain, and what comes later`()
    {
        var events = EventBench(configuration(with: EventPlan([leave(0, at: 2), join(0, at: 4)])))
        func subtask(_ number: UInt32, _ work: Double) -> Message {
            .subtask(
                Subtask(
                    task: TaskID(origin: 1, number: number), episode: 0, part: 0,
                    size: Megabits(1), result: .zero, workload: Gigacycles(work)))
        }
        let served = events.bench.feed(subtask(0, 5), from: 1, at: 1)
        #expect(served.notices.map(\.finish) == [at(1.5)])
        let doomed = events.bench.feed(subtask(1, 5), from: 1, at: 1.5)  // until 2.0: too late
        #expect(doomed.notices.isEmpty && doomed.refusals.map(\.task.number) == [1])
        #expect(doomed.sent.map(\.at) == [at(2.01)])
        _ = events.happen()
        let refused = events.bench.feed(subtask(2, 1), from: 1, at: 3)
        #expect(refused.refusals.map(\.instant) == [at(3)] && refused.sent[0].at == at(3.01))
        _ = events.happen()
        let again = events.bench.feed(subtask(3, 1), from: 1, at: 4)
        #expect(again.notices.map(\.start) == [at(4)])
        let end = events.bench.feed(.timer(Timer(kind: 0)), at: at(20))
        #expect(end.books[0].refusedSubtasks == 2 && end.books[0].away == .seconds(2))
        // Served from 1 to 1.5 and a tenth at 4, and the doomed one half a second for nothing.
        #expect(end.books[0].busy == .seconds(1.1) && end.books[0].finishedSubtasks == 2)
        #expect(abs(end.books[0].subtaskSeconds - 1.1) < 1e-12)
        #expect(abs(end.books[0].unfinishedSubtaskSeconds - 0.5) < 1e-12)
    }

    @Test func `passes the tasks of its users on while it is away, as far as somebody is there`() {
        let plan = EventPlan([leave(0, at: 2), leave(1, at: 3), leave(2, at: 5)])
        var events = EventBench(configuration(with: plan))
        _ = events.happen()
        var heirs: [NodeIndex?] = []
        var rows: [TaskRecord] = []
        for (number, instant) in [2.5, 4, 6].enumerated() {
            let asked = events.bench.feed(.task(task(number, at: instant)), from: 9, at: instant)
            heirs.append(asked.sent.first?.to)
            rows += asked.rows
        }
        #expect(heirs == [1, 2, nil])
        #expect(rows.map(\.status) == [.lost] && rows.map(\.loss) == [.noNeighbour])
        #expect(rows.first?.completion == .unbounded && rows.first?.id.number == 2)
    }

    @Test func `loses them where the topology says so, with the reason`() {
        var events = EventBench(configuration(with: EventPlan([leave(0, at: 2, .lost)])))
        _ = events.bench.place(task(0, at: 1, work: 50), .whole(0))
        let left = events.happen()
        #expect(left.rows.map(\.loss) == [.stationAway] && left.sent.isEmpty)
        let later = events.bench.feed(.task(task(1, at: 3)), from: 9, at: 3)
        #expect(later.rows.map(\.loss) == [.stationAway])
    }

    @Test func `passes on what another absent station sent to it`() {
        var events = EventBench(configuration(with: EventPlan([leave(0, at: 2), leave(1, at: 2)])))
        _ = events.happen()
        let asked = events.bench.feed(.task(task(7, of: 1, at: 1)), from: 1, at: 2.1)
        #expect(asked.handedOver.map(\.id.origin) == [1] && asked.sent.map(\.to) == [2])
    }

    @Test func `accounts for a task that the episode's end overtakes`() {
        var events = EventBench(
            configuration(
                with: EventPlan([leave(0, at: 19.995)]), link: link(delay: 0.01)))
        _ = events.bench.place(task(0, at: 9, work: 200), .whole(0))
        let left = events.happen()
        #expect(left.rows.map(\.status) == [.inFlight])
        let end = events.bench.feed(.timer(Timer(kind: 0)), at: at(20))
        #expect(end.rows.isEmpty)
    }

    @Test func `returns with nothing known and nothing queued, and counts reports meanwhile`() {
        var events = EventBench(configuration(with: EventPlan([leave(0, at: 2), join(0, at: 4)])))
        events.bench.report(0, of: 1, stamp: 1, at: 1.01, backlog: 30)
        _ = events.bench.place(task(0, at: 1.9, work: 80), .whole(0))
        _ = events.happen()
        events.bench.report(1, of: 1, stamp: 3, at: 3.01, backlog: 30)
        _ = events.happen()
        let asked = events.bench.feed(.task(task(1, at: 4.5)), from: 9, at: 4.5)
        #expect(asked.question?.candidates.map(\.backlog) == [0, 0, 0])
        #expect(asked.question?.candidates.map(\.age) == [0, 0.5, 0.5])
        events.bench.report(2, of: 1, stamp: 5, at: 5.01, backlog: 3)
        let end = events.bench.feed(.timer(Timer(kind: 0)), at: at(20))
        #expect(end.books[0].reportGaps == 0)
    }
}

@Suite struct `A station whose neighbour leaves` {
    private func refusal(_ number: UInt32, _ part: UInt32, at instant: Double) -> Message {
        .refusal(
            SubtaskRefusal(
                task: TaskID(origin: 0, number: number), episode: 0, part: part,
                instant: at(instant)))
    }

    @Test func `decides anew about a part that was refused, without who refused it`() throws {
        var bench = Bench(configuration(with: EventPlan([leave(1, at: 1)])))
        _ = bench.place(task(0, at: 1, size: 4, work: 8), .split([0.5, 0.5]))
        let asked = bench.feed(refusal(0, 1, at: 1.2), from: 1, at: 1.21)
        let question = try #require(asked.question)
        #expect(question.candidates.map(\.server) == [0, 2])
        #expect(question.task.size == Megabits(2) && question.task.workload == Gigacycles(4))
        let placed = bench.feed(.decided(Action(placement: .split([0.25, 0.75]))), at: at(1.21))
        #expect(placed.subtasks.map(\.part) == [2] && placed.sent.map(\.to) == [2])
        #expect(placed.subtasks.map(\.size) == [Megabits(1.5)])
        // The own server has both: half of the task until 1.4 s, an eighth until 1.5 s.
        #expect(placed.wakes.map(\.at) == [at(1.5)])
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 0), episode: 0, part: 2, queued: at(1.3),
            start: at(1.3), finish: at(1.6))
        let end = bench.feed(.notice(notice), from: 2, at: 1.61)
        #expect(end.rows.isEmpty)  // the own parts are not done yet, as no timer told
    }

    @Test func `believes in a neighbour again when a later report comes`() {
        var bench = Bench(configuration(with: EventPlan([leave(1, at: 1)])))
        func candidates(_ number: Int, at instant: Double) -> [NodeIndex] {
            let asked = bench.feed(.task(task(number, at: instant)), from: 9, at: instant)
            _ = bench.feed(.decided(Action(placement: .whole(0))), at: at(instant))
            return asked.question?.candidates.map(\.server) ?? []
        }
        _ = bench.place(task(0, at: 1), .whole(1))
        _ = bench.feed(refusal(0, 0, at: 1.2), from: 1, at: 1.21)
        _ = bench.feed(.decided(Action(placement: .whole(0))), at: at(1.21))
        #expect(candidates(1, at: 1.3) == [0, 2])
        bench.report(0, of: 1, stamp: 1.1, at: 1.35, backlog: 0)  // it was sent before the leave
        #expect(candidates(2, at: 1.4) == [0, 2])
        bench.report(1, of: 1, stamp: 1.5, at: 1.55, backlog: 0)
        #expect(Set(candidates(3, at: 1.6)) == [0, 1, 2])
    }

    @Test func `gives up a neighbour that has not reported for three periods`() {
        var bench = Bench(configuration(with: EventPlan([leave(1, at: 1)])))
        bench.report(0, of: 1, stamp: 1, at: 1.01, backlog: 0)
        bench.report(0, of: 2, stamp: 2, at: 2.01, backlog: 0)
        func candidates(_ number: Int, at instant: Double) -> Set<NodeIndex> {
            let asked = bench.feed(.task(task(number, at: instant)), from: 9, at: instant)
            _ = bench.feed(.decided(Action(placement: .whole(0))), at: at(instant))
            return Set(asked.question?.candidates.map(\.server) ?? [])
        }
        #expect(candidates(0, at: 4.01) == [0, 1, 2])  // three periods of 1 s and the delay
        #expect(candidates(1, at: 4.011) == [0, 2])
        var plain = configuration()
        plain.watchesNeighbours = false
        bench = Bench(plain)
        #expect(candidates(0, at: 9) == [0, 1, 2])
    }
}

@Suite struct `A link that changes` {
    private func change(at instant: Double, _ change: LinkChange) -> ScheduledEvent {
        let ends = [LinkEnds(from: 0, to: 1), LinkEnds(from: 1, to: 0)]
        return ScheduledEvent(at: .seconds(instant), .link(ends, change))
    }

    @Test func `keeps the order of what is under way when the delay shrinks`() {
        let plan = EventPlan([change(at: 2, LinkChange(delay: .milliseconds(1)))])
        var bench = Bench(
            configuration(with: plan, neighbours: [1], link: link(delay: 0.5)))
        // Its last bit leaves at 1.99 s, that of the next one at 2.01 s.
        let slow = bench.place(task(0, at: 1.98), .whole(1))
        let quick = bench.place(task(1, at: 2.00), .whole(1))
        let later = bench.place(task(2, at: 3), .whole(1))
        #expect(slow.sent.map(\.at) == [at(2.49)] && quick.sent.map(\.at) == [at(2.49)])
        #expect(later.sent.map(\.at) == [at(3.011)])
    }

    @Test func `sends what begins afterwards at the new rate, and is known to its scheduler`() {
        let plan = EventPlan([change(at: 2, LinkChange(rate: MegabitsPerSecond(10)))])
        var events = EventBench(configuration(with: plan, neighbours: [1]))
        // Two seconds of sending begin at 1 s; what queues behind them begins at 3 s.
        _ = events.bench.place(task(0, at: 1, size: 200), .whole(1))
        let queued = events.bench.place(task(1, at: 1.5, size: 1), .whole(1))
        #expect(queued.sent.map(\.at) == [at(3.11)])
        _ = events.happen()
        let asked = events.bench.feed(.task(task(2, at: 2)), from: 9, at: 2)
        #expect(asked.question?.candidates[1].transfer == 0.1)
    }

    @Test func `holds task traffic up while it is cut, and drops reports`() {
        let cut = ScheduledEvent(
            at: .seconds(2), to: .seconds(5), .partition(groups: [[0], [1]]))
        var bench = Bench(configuration(with: EventPlan([cut]), neighbours: [1]))
        let away = bench.place(task(0, at: 1.995, size: 1), .whole(1))  // cut in its midst
        #expect(away.sent.isEmpty && away.wakes.map(\.at) == [at(5)])
        let held = bench.place(task(1, at: 3, size: 2), .whole(1))
        #expect(held.sent.isEmpty && held.wakes.map(\.at) == [at(5)])
        let first = bench.feed(.timer(away.wakes[0].timer), at: at(5))
        let second = bench.feed(.timer(held.wakes[0].timer), at: at(5))
        #expect(first.sent.map(\.at) == [at(5.02)] && second.sent.map(\.at) == [at(5.04)])
        // A neighbour's part is done at 4 s; its notice waits for the link.
        var other = Bench(configuration(with: EventPlan([cut]), neighbours: [1]))
        let subtask = Subtask(
            task: TaskID(origin: 1, number: 0), episode: 0, part: 0, size: .zero, result: .zero,
            workload: Gigacycles(30))
        let served = other.feed(.subtask(subtask), from: 1, at: 1)
        #expect(served.notices.map(\.finish) == [at(4)] && served.sent.map(\.at) == [at(5.01)])
    }

    @Test func `passes tasks to whom it reaches`() {
        let cut = ScheduledEvent(
            at: .seconds(2), to: .seconds(5), .partition(groups: [[0, 2], [1]]))
        var events = EventBench(configuration(with: EventPlan([cut, leave(0, at: 3)])))
        _ = events.bench.place(task(0, at: 2, work: 90), .whole(0))
        let left = events.happen()
        #expect(left.sent.map(\.to) == [2])
    }
}

@Suite struct `A server whose capacity changes` {
    @Test func `goes on with what it serves, and does not foresee it`() {
        let slower = ScheduledEvent(
            at: .seconds(2), .capacity(stations: [0], Gigahertz(5)))
        var bench = Bench(configuration(with: EventPlan([slower])))
        let placed = bench.place(task(0, at: 1, work: 20), .whole(0))
        #expect(placed.wakes.map(\.at) == [at(4)])
        let asked = bench.feed(.task(task(1, at: 1.5)), from: 9, at: 1.5)
        #expect(asked.question?.candidates[0].wait == 1.5)  // 15 Gcycles at 10 GHz
    }
}

@Suite struct `A station whose learner is away` {
    @Test func `keeps experience until it is back, and counts what finds no room`() {
        var some = configuration(
            with: EventPlan([ScheduledEvent(at: .seconds(1), to: .seconds(5), .learnerAway)]))
        some.trains = true
        some.learner = LearnerUplink(index: 8, link: link())
        some.experienceLimit = 3
        var bench = Bench(some)
        let experience = Action.Experience(features: [1], mask: [true], choice: 0)
        var wakes: [(timer: Timer, at: VirtualInstant)] = []
        for number in 0..<6 {
            let now = at(1 + Double(number) * 0.5)
            _ = bench.feed(.task(task(number, at: now.seconds)), from: 9, at: now.seconds)
            let asked = bench.feed(
                .decided(Action(placement: .whole(0), experience: experience)), at: now)
            for wake in asked.wakes {
                wakes += bench.feed(.timer(wake.timer), at: wake.at).wakes
            }
        }
        #expect(wakes.map(\.at) == [at(5)])
        let back = bench.feed(.timer(wakes[0].timer), at: at(5))
        let end = bench.feed(.timer(Timer(kind: 0)), at: at(20))
        let batches = (back.sent + end.sent).compactMap { sending -> TransitionBatch? in
            guard case .transitions(let batch) = sending.message else { return nil }
            return batch
        }
        #expect(batches.flatMap(\.transitions).count == 4)
        #expect(batches.first?.firstSequence == 0)
        #expect(end.books[0].droppedTransitions == 2)
    }
}

extension VirtualInstant {
    fileprivate var seconds: Double { Double(nanoseconds) * 1e-9 }
}
