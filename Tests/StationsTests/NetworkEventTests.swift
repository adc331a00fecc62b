import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import Stations
import TestSupport
import Testing

/// Any plan of events for four stations in a ring and one traffic class.
private struct AnyPlan {
    static let episode = EpisodePlan(episodes: 2, horizon: .seconds(6), drain: .seconds(3))

    var random: RandomStream
    let seed: Seed

    init(_ seed: Seed) {
        self.seed = seed
        random = RandomStream(seed: seed.value, entity: "test", purpose: "events")
    }

    mutating func events() -> EventPlan {
        var events: [ScheduledEvent] = []
        for station in 0..<4 where random.bernoulli(0.6) { events += comings(of: station) }
        for station in 0..<4 where random.bernoulli(0.3) {
            let capacity = Gigahertz(random.uniform(in: 3..<30))
            events.append(ScheduledEvent(at: instant(), .capacity(stations: [station], capacity)))
            let next = (station + 1) % 4
            let change = LinkChange(
                rate: MegabitsPerSecond(random.uniform(in: 10..<300)),
                delay: .seconds(random.uniform(in: 0.0001..<0.3)),
                loss: random.bernoulli(0.5) ? 0.3 : nil)
            let ends = [LinkEnds(from: station, to: next), LinkEnds(from: next, to: station)]
            events.append(ScheduledEvent(at: instant(), .link(ends, change)))
        }
        for _ in 0..<random.integer(below: 3) {
            let start = instant()
            let end = start + .seconds(random.uniform(in: 0.1..<2))
            let change: ScheduledEvent.Change =
                random.bernoulli(0.5)
                ? .partition(groups: [[0, 1], [2, 3]])
                : .burst(factor: random.uniform(in: 0..<4), stations: [1, 2], classes: [0])
            events.append(
                ScheduledEvent(
                    at: start, to: min(end, Self.episode.period), change))
        }
        return EventPlan(events)
    }

    /// Absences one after the other; the last may have no end.
    private mutating func comings(of station: Int) -> [ScheduledEvent] {
        var events: [ScheduledEvent] = []
        var clock = random.uniform(in: 0..<3)
        if random.bernoulli(0.2) {
            events.append(ScheduledEvent(at: .seconds(clock), .join(stations: [station])))
        }
        while true {
            clock += random.exponential()
            guard clock < 8.9 else { return events }
            let orphans = random.bernoulli(0.8) ? OrphanRule.neighbour : .lost
            events.append(leave(station, at: clock, orphans))
            clock += random.exponential()
            guard clock < 8.9 else { return events }
            events.append(join(station, at: clock))
        }
    }

    private mutating func instant() -> VirtualDuration {
        .seconds(random.uniform(in: 0..<8))
    }
}

@Suite struct `A network with any events` {
    private func run(_ seed: Seed, _ plan: EventPlan) -> Shelf {
        var random = seed.stream
        let shelf = Shelf()
        var group = NodeGroup(sink: shelf)
        let hasJitter = random.bernoulli(0.5)
        let decisionTime = random.bernoulli(0.5) ? 0 : 0.02
        let decisionWork = random.bernoulli(0.3) ? 0.05 : 0
        for station in 0..<4 {
            let around = [(station + 1) % 4, (station + 3) % 4].sorted()
            var some = configuration(
                with: plan, station: station, neighbours: around,
                link: link(
                    rate: 80, delay: 0.02, jitter: hasJitter ? .exponential(mean: 0.02) : nil,
                    loss: hasJitter ? 0.1 : 0))
            some.plan = AnyPlan.episode
            some.seed = seed.value
            some.egress = station == 1 ? .perLink : .onePort
            some.decisionTime = .seconds(decisionTime)
            some.decisionWork = Gigacycles(decisionWork)
            some.statePeriod = .seconds(0.2)
            group.add(
                BaseStation(some), at: NodeIndex(station),
                decisionMaker: Scatter(seed: seed.value, station: station))
        }
        let images = TrafficClass(
            name: "images", stations: [0, 1, 2, 3], arrivals: .poisson(rate: 8),
            size: .uniform(low: 1, high: 4),
            result: seed.value % 2 == 0 ? .constant(0) : .uniform(low: 0, high: 1),
            workload: .work(.exponential(mean: 1)), deadline: .seconds(0.8))
        let traffic = TrafficConfiguration(
            stationNames: (0..<4).map { "bs\($0)" }, classes: [images], plan: AnyPlan.episode,
            events: plan, seed: seed.value)
        group.add(TrafficSource(traffic), at: 4)
        var driver = SimulatedDriver(group: group, end: AnyPlan.episode.end)
        let isFinished = driver.run(asking: .seconds(100)) { _ in false }
        #expect(isFinished)
        return shelf
    }

    @Test(arguments: Seed.first(150))
    func `gives every task one row and every server its balance`(seed: Seed) {
        var any = AnyPlan(seed)
        let plan = any.events()
        let shelf = run(seed, plan)
        #expect(shelf.books.count == 8)
        let abandoned = shelf.records.compactMap { record -> AbandonedPart? in
            if case .abandoned(let part) = record { part } else { nil }
        }
        for books in shelf.books {
            let rows = shelf.rows.filter { $0.episode == books.episode }
            let own = rows.filter { $0.id.origin == books.station }
            #expect(own.count == Int(books.arrivedTasks))
            #expect(Set(own.map(\.id.number)) == Set(0..<UInt32(books.arrivedTasks)))
            let work = own.reduce(0) { $0 + $1.workload.value }
            #expect(abs(work - books.arrivedWork) <= 1e-9 * max(1, work))

            let parts = rows.flatMap { row in
                ([row.first].compactMap { $0 } + row.others).map { (row.workload.value, $0) }
            }.filter { $0.1.server == books.station && $0.1.finish != .unbounded }
            let nobodys = abandoned.filter {
                $0.episode == books.episode && $0.server == books.station
            }
            let stays =
                parts.reduce(0) { $0 + ($1.1.finish - $1.1.queued).seconds }
                + nobodys.reduce(0) { $0 + ($1.finish - $1.queued).seconds }
            #expect(
                abs(stays + books.unfinishedSubtaskSeconds - books.subtaskSeconds)
                    < 1e-9 * max(1, books.subtaskSeconds))
            #expect(parts.count + nobodys.count <= Int(books.finishedSubtasks))
            let served =
                parts.reduce(0) { $0 + $1.0 * $1.1.fraction }
                + nobodys.reduce(0) { $0 + $1.work.value }
            #expect(served <= books.finishedWork * (1 + 1e-9) + 1e-9)
            #expect(books.finishedSubtasks <= books.queuedSubtasks)
            #expect(.zero <= books.busy && books.busy <= .seconds(9))
            #expect(.zero <= books.away && books.away <= .seconds(6))
            #expect(books.heldWork >= 0 && books.finishedWork >= 0 && books.offeredCapacity >= 0)
            #expect(books.unfinishedSubtaskSeconds >= 0 && books.subtaskSeconds >= 0)
        }
    }

    @Test(arguments: Seed.first(50))
    func `loses tasks only for a reason, and knows where each was computed`(seed: Seed) {
        var any = AnyPlan(seed)
        let plan = any.events()
        let shelf = run(seed, plan)
        for row in shelf.rows {
            #expect((row.status == .lost) == (row.loss != nil))
            if row.loss != nil { #expect(plan.hidesStations) }
            let parts = [row.first].compactMap { $0 } + row.others
            if !parts.isEmpty { #expect(abs(parts.reduce(0) { $0 + $1.fraction } - 1) < 1e-9) }
            for part in parts where part.finish != .unbounded {
                #expect(row.arrival <= part.queued && part.queued <= part.start)
                #expect(part.start <= part.finish)
                for absence in plan.absences(of: Int(part.server)) {
                    // Nothing is served across an absence.
                    #expect(part.finish < absence.span.start || part.queued >= absence.span.end)
                }
            }
            if row.status == .completed || row.status == .late {
                #expect(!parts.isEmpty && parts.allSatisfy { $0.finish <= row.completion })
            }
        }
        let passed = shelf.books.reduce(0) { $0 + $1.passedTasks }
        let inherited = shelf.books.reduce(0) { $0 + $1.inheritedTasks }
        #expect(inherited <= passed)
        if plan.isEmpty { #expect(passed == 0) }
    }

    @Test(arguments: Seed.first(5)) func `repeats itself record by record`(seed: Seed) {
        var any = AnyPlan(seed)
        let plan = any.events()
        #expect(run(seed, plan).records == run(seed, plan).records)
    }

    @Test func `changes nobody's arrivals but those that a burst adds`() {
        func arrivals(_ shelf: Shelf, of station: UInt32) -> [[Int64]] {
            shelf.rows.filter { $0.id.origin == station }.map {
                [Int64($0.episode), $0.arrival.nanoseconds, Int64($0.workload.value.bitPattern)]
            }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        let plain = run(Seed(4), .none)
        let eventful = run(
            Seed(4),
            EventPlan([
                leave(0, at: 1), join(0, at: 3),
                ScheduledEvent(
                    at: .seconds(2), to: .seconds(4),
                    .burst(factor: 3, stations: [1], classes: [0])),
            ]))
        for station: UInt32 in [0, 2, 3] {
            #expect(arrivals(plain, of: station) == arrivals(eventful, of: station))
        }
        let usual = arrivals(plain, of: 1)
        let more = arrivals(eventful, of: 1)
        #expect(Set(usual).isSubset(of: Set(more)))
        let added = Set(more).subtracting(usual)
        #expect(added.allSatisfy { (2_000_000_000..<4_000_000_000).contains($0[1]) })
        // Two more copies of 8 /s for two seconds of two episodes: 64 expected, 8 by chance.
        #expect((32...96).contains(added.count))
    }
}
