import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import Stations
import TestSupport
import Testing

@Suite struct `A network of stations` {
    private static let plan = EpisodePlan(
        episodes: 2, horizon: .seconds(6), drain: .seconds(3))

    /// A ring of stations with all that can vary in play, and tasks placed at random.
    private func run(_ seed: Seed, change: (inout StationConfiguration) -> Void = { _ in }) -> Shelf
    {
        let count = 4
        var random = seed.stream
        let shelf = Shelf()
        var group = NodeGroup(sink: shelf)
        var links: [[Link]] = []
        for _ in 0..<count {
            links.append(
                (0..<count).map { _ in
                    link(
                        rate: random.uniform(in: 20..<200),
                        delay: random.uniform(in: 0.0001..<0.05),
                        jitter: random.bernoulli(0.5) ? .exponential(mean: 0.02) : nil,
                        loss: random.bernoulli(0.5) ? 0.2 : 0)
                })
        }
        for station in 0..<count {
            let around = [(station + 1) % count, (station + count - 1) % count].sorted()
            var some = configuration(station, neighbours: [])
            some.plan = Self.plan
            some.seed = seed.value
            some.neighbours = around.map {
                Neighbour(
                    index: NodeIndex($0), name: "bs\($0)", outbound: links[station][$0],
                    inbound: links[$0][station], capacity: Gigahertz(10))
            }
            some.capacity = CapacityProfile(steps: [
                .init(start: .zero, capacity: Gigahertz(10)),
                .init(start: .seconds(3), capacity: Gigahertz(random.uniform(in: 5..<20))),
            ])
            some.egress = random.bernoulli(0.3) ? .perLink : .onePort
            some.decisionTime = random.bernoulli(0.5) ? .zero : .seconds(0.01)
            some.statePeriod = .seconds(0.3)
            change(&some)
            group.add(
                BaseStation(some), at: NodeIndex(station),
                decisionMaker: Scatter(seed: seed.value, station: station))
        }
        let images = TrafficClass(
            name: "images", stations: [0, 1, 2, 3], arrivals: .poisson(rate: 8),
            size: .uniform(low: 1, high: 4),
            result: random.bernoulli(0.5) ? .constant(0) : .uniform(low: 0, high: 1),
            workload: .work(.exponential(mean: 1)), deadline: .seconds(0.8))
        let traffic = TrafficConfiguration(
            stationNames: (0..<count).map { "bs\($0)" }, classes: [images], plan: Self.plan,
            seed: seed.value)
        group.add(TrafficSource(traffic), at: NodeIndex(count))
        var driver = SimulatedDriver(group: group, end: Self.plan.end)
        let isFinished = driver.run(asking: .seconds(100)) { _ in false }
        #expect(isFinished)
        return shelf
    }

    @Test(arguments: Seed.first(30))
    func `conserves tasks and work, and keeps Little's identity`(seed: Seed) {
        let shelf = run(seed)
        #expect(shelf.books.count == 8)
        for books in shelf.books {
            let rows = shelf.rows.filter { $0.episode == books.episode }
            let own = rows.filter { $0.id.origin == books.station }
            #expect(own.count == Int(books.arrivedTasks) && !own.isEmpty)
            #expect(Set(own.map(\.id.number)).count == own.count)
            let work = own.reduce(0) { $0 + $1.workload.value }
            #expect(abs(work - books.arrivedWork) < 1e-9 * work)

            let parts = rows.flatMap { row in
                ([row.first].compactMap { $0 } + row.others).map { (row, $0) }
            }.filter { $0.1.server == books.station && $0.1.finish != .unbounded }
            let stays = parts.reduce(0) { $0 + ($1.1.finish - $1.1.queued).seconds }
            #expect(
                abs(stays + books.unfinishedSubtaskSeconds - books.subtaskSeconds)
                    < 1e-9 * max(1, books.subtaskSeconds))
            #expect(parts.count <= Int(books.finishedSubtasks))
            let served = parts.reduce(0) { $0 + $1.0.workload.value * $1.1.fraction }
            #expect(served <= books.finishedWork * (1 + 1e-9))
            #expect(books.busy <= .seconds(9) && books.egressBusy <= .seconds(18))
            #expect(books.decisions <= books.arrivedTasks)
        }
    }

    @Test(arguments: Seed.first(30))
    func `gives every part its turn and every row its sums`(seed: Seed) {
        for row in run(seed).rows {
            let parts = [row.first].compactMap { $0 } + row.others
            if !parts.isEmpty {
                #expect(abs(parts.reduce(0) { $0 + $1.fraction } - 1) < 1e-12)
            }
            for part in parts where part.finish != .unbounded {
                #expect(row.arrival <= part.queued && part.queued <= part.start)
                #expect(part.start <= part.finish)
                #expect(row.status == .inFlight || part.finish <= row.completion)
            }
            switch row.status {
            case .completed: #expect(row.completion - row.arrival <= row.deadline)
            case .late: #expect(row.completion - row.arrival > row.deadline)
            case .inFlight: #expect(row.completion == .unbounded)
            case .lost: Issue.record("nothing loses a task: \(row)")
            }
        }
    }

    @Test(arguments: Seed.first(5)) func `repeats itself record by record`(seed: Seed) {
        #expect(run(seed).records == run(seed).records)
    }

    @Test func `sees the same arrivals whatever the stations do`() {
        func arrivals(_ shelf: Shelf) -> [[Int64]] {
            shelf.rows.map {
                [Int64($0.episode), Int64($0.id.origin), Int64($0.id.number)]
                    + [$0.arrival.nanoseconds, Int64($0.workload.value.bitPattern)]
            }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        let plain = run(Seed(3))
        let other = run(Seed(3)) {
            $0.statePeriod = .seconds(2)
            $0.candidates = 1
        }
        #expect(arrivals(plain) == arrivals(other))
        #expect(plain.records != other.records)
    }
}
