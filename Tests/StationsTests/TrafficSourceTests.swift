import EdgeModel
import Messaging
import SimulationKernel
import Stations
import TestSupport
import Testing

@Suite struct `A traffic source` {
    private func source(
        _ classes: [TrafficClass], stations: Int = 3, horizon: Double = 5, drain: Double = 5,
        episodes: Int = 1, slot: Double = 1, placement: SlotPlacement = .spread, seed: UInt64 = 1
    ) -> TrafficSource {
        TrafficSource(
            TrafficConfiguration(
                stationNames: (0..<stations).map { "bs\($0)" }, classes: classes,
                slot: .seconds(slot), placement: placement,
                plan: EpisodePlan(
                    episodes: episodes, horizon: .seconds(horizon), drain: .seconds(drain)),
                seed: seed))
    }

    private func poisson(_ name: String, rate: Double, stations: [Int]) -> TrafficClass {
        TrafficClass(
            name: name, stations: stations, arrivals: .poisson(rate: rate),
            size: .uniform(low: 1, high: 2), workload: .work(.exponential(mean: 1)),
            deadline: .seconds(3))
    }

    /// Everything that the source sends, and when each batch was sent.
    private func run(
        _ source: TrafficSource
    ) -> [(now: VirtualInstant, tasks: [(task: EdgeTask, to: NodeIndex, at: VirtualInstant)])] {
        var source = source
        var batches:
            [(now: VirtualInstant, tasks: [(task: EdgeTask, to: NodeIndex, at: VirtualInstant)])] =
                []
        var now: VirtualInstant? = VirtualInstant(nanoseconds: -1)
        var input = NodeInput.start
        while let instant = now {
            var directives = Directives()
            source.handle(input, at: instant, &directives)
            let asked = Asked(directives)
            batches.append(
                (
                    instant,
                    asked.sent.compactMap { sending in
                        guard case .task(let task) = sending.message else { return nil }
                        return (task, sending.to, sending.at)
                    }
                ))
            #expect(asked.wakes.count <= 1)
            now = asked.wakes.first?.at
            if let timer = asked.wakes.first?.timer { input = .timer(timer) }
        }
        return batches
    }

    @Test(arguments: Seed.first(10))
    func `sends everything ahead, in order of arrival, numbered by station`(seed: Seed) {
        let classes = [
            poisson("a", rate: 3, stations: [0, 1, 2]), poisson("b", rate: 1, stations: [0, 2]),
        ]
        let batches = run(source(classes, episodes: 3, seed: seed.value))
        let lookahead = TrafficSource.lookahead
        for (number, batch) in batches.enumerated() {
            let start = number == 0 ? .zero : batch.now + lookahead
            let end = number == 0 ? .zero + lookahead * 2 : start + lookahead
            #expect(batch.tasks.allSatisfy { $0.at >= start && $0.at < end && $0.at > batch.now })
            #expect(number == 0 || batch.now.nanoseconds % lookahead.nanoseconds == 0)
            #expect(number == 0 || !batch.tasks.isEmpty)
        }
        let all = batches.flatMap(\.tasks)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.at <= $1.at })
        #expect(all.allSatisfy { $0.task.arrival == $0.at && $0.task.id.origin == $0.to })
        for episode in 0..<3 {
            for station in 0..<3 {
                let tasks = all.map(\.task)
                    .filter { $0.episode == UInt32(episode) && $0.id.origin == UInt32(station) }
                #expect(tasks.map(\.id.number) == (0..<UInt32(tasks.count)).map { $0 })
                let start = at(Double(episode) * 10)
                #expect(
                    tasks.allSatisfy { $0.arrival >= start && $0.arrival < start + .seconds(5) })
            }
        }
        #expect(Set(all.map(\.task.trafficClass)) == [0, 1])
    }

    @Test func `gives a station the same tasks whoever else there is`() {
        func tasks(_ stations: [Int]) -> [EdgeTask] {
            run(source([poisson("a", rate: 3, stations: stations)])).flatMap(\.tasks).map(\.task)
                .filter { $0.id.origin == 1 }
        }
        #expect(tasks([1]) == tasks([0, 1, 2]))
        #expect(!tasks([1]).isEmpty)
    }

    @Test func `brings the tasks of a slot's start by station, class and index`() {
        let slotted = { (name: String, stations: [Int]) in
            TrafficClass(
                name: name, stations: stations,
                arrivals: .bernoulli(candidates: 3, probability: 1), size: .constant(1),
                workload: .work(.constant(1)))
        }
        let batches = run(
            source(
                [slotted("a", [0, 1]), slotted("b", [0, 1])], horizon: 1, placement: .slotStart))
        let tasks = batches[0].tasks.map(\.task)
        #expect(tasks.map(\.id.origin) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        #expect(tasks.map(\.trafficClass) == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1])
        #expect(tasks.map(\.ordinal) == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
        #expect(tasks.allSatisfy { $0.arrival == .zero })
    }

    @Test func `sleeps through empty time`() {
        let rare = TrafficClass(
            name: "rare", stations: [2],
            arrivals: .trace(.init(arrivals: [.seconds(0.1), .seconds(77.3), .seconds(77.4)])),
            size: .constant(1), workload: .work(.constant(1)))
        let batches = run(source([rare], horizon: 100, drain: 0, episodes: 2))
        #expect(
            batches.map(\.now) == [VirtualInstant(nanoseconds: -1), at(77), at(99.75), at(177)])
        #expect(batches.map(\.tasks.count) == [1, 2, 1, 2])
        #expect(batches[2].tasks.map(\.at) == [at(100.1)])
    }

    @Test func `plays each station its rows of a trace`() {
        let trace = TrafficClass(
            name: "llm", stations: [0, 2],
            arrivals: .trace(
                .init(
                    arrivals: (0..<6).map { .milliseconds(100 * Int64($0)) },
                    stations: [0, 1, 2, 2, 0, 0], workloads: [0, 1, 2, 3, 4, 5])),
            size: .constant(1), workload: .work(.constant(9)))
        let tasks = run(source([trace])).flatMap(\.tasks).map(\.task)
        #expect(tasks.map(\.id.origin) == [0, 2, 2, 0, 0])
        #expect(tasks.map(\.id.number) == [0, 0, 1, 1, 2])
        #expect(tasks.map(\.workload.value) == [0, 2, 3, 4, 5])
    }
}
