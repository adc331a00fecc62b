import EdgeModel
import SimulationKernel
import TestSupport
import Testing

private func stream(
    _ process: ArrivalProcess, slot: Double = 1, placement: SlotPlacement = .spread,
    horizon: Double, seed: UInt64 = 1, episode: Int = 0, station: String = "bs0", rows: [Int] = []
) -> ArrivalStream {
    ArrivalStream(
        process: process, slot: .seconds(slot), placement: placement, horizon: .seconds(horizon),
        seed: seed, episode: episode, entity: station + "/class", rows: rows)
}

private func all(_ stream: ArrivalStream) -> [ArrivalStream.Arrival] {
    var stream = stream
    var arrivals: [ArrivalStream.Arrival] = []
    while let arrival = stream.next() { arrivals.append(arrival) }
    return arrivals
}

@Suite struct `An arrival stream` {
    private static let processes: [(ArrivalProcess, rate: Double)] = [
        (.bernoulli(candidates: 50, probability: 0.3), 15),
        (.slotted(low: 1, high: 9), 5),
        (.poisson(rate: 20), 20),
        (.bursts(rateOn: 60, rateOff: 2, meanOn: 0.5, meanOff: 1.5), 16.5),
        (.diurnal(mean: 10, amplitude: 0.8, period: .seconds(7), phase: 0.2), 10),
    ]

    @Test(arguments: processes.indices, Seed.first(5))
    func `ascends below its horizon at its mean rate`(row: Int, seed: Seed) {
        let (process, rate) = Self.processes[row]
        let arrivals = all(stream(process, horizon: 700.25, seed: seed.value))
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.offset <= $1.offset })
        #expect(arrivals.allSatisfy { $0.offset < .seconds(700.25) && $0.offset >= .zero })
        // Bursts vary most: 60 tasks/s for half a second or not at all.
        let tolerance = row == 3 ? 0.2 : 0.06
        #expect(abs(Double(arrivals.count) / 700.25 / rate - 1) < tolerance)
    }

    @Test func `follows the hours of the day`() {
        let arrivals = all(
            stream(
                .diurnal(mean: 100, amplitude: 1, period: .seconds(10), phase: 0), horizon: 1000))
        let phases = arrivals.map { $0.offset.seconds.truncatingRemainder(dividingBy: 10) }
        let rising = phases.filter { $0 < 5 }.count
        // The first half of a sine holds 1/2 + 1/pi of all.
        #expect(abs(Double(rising) / Double(phases.count) - 0.8183) < 0.01)
    }

    @Test func `puts tasks at the slot's start, or spreads them, with the same counts`() {
        let process = ArrivalProcess.bernoulli(candidates: 20, probability: 0.4)
        let bunched = all(stream(process, slot: 0.5, placement: .slotStart, horizon: 20))
        let spread = all(stream(process, slot: 0.5, horizon: 20))
        #expect(bunched.allSatisfy { $0.offset.nanoseconds % 500_000_000 == 0 })
        func tasks(_ arrivals: [ArrivalStream.Arrival]) -> [[Int]] {
            (0..<40).map { slot in
                arrivals.filter { $0.offset.nanoseconds / 500_000_000 == slot }
                    .map(\.ordinal).sorted()
            }
        }
        #expect(tasks(bunched) == tasks(spread))
        #expect(Set(spread.map(\.offset)).count == spread.count)
        #expect(bunched.prefix { $0.offset == .zero }.map(\.ordinal) == tasks(bunched)[0])
    }

    @Test func `depends on seed, episode and station, and on nothing else`() {
        let process = ArrivalProcess.poisson(rate: 5)
        let base = all(stream(process, horizon: 50))
        #expect(base == all(stream(process, horizon: 50)))
        #expect(base.prefix(20) == all(stream(process, horizon: 80)).prefix(20))
        #expect(base != all(stream(process, horizon: 50, seed: 2)))
        #expect(base != all(stream(process, horizon: 50, episode: 1)))
        #expect(base != all(stream(process, horizon: 50, station: "bs1")))
    }

    @Test func `plays the rows of a trace that belong to its station`() {
        let trace = ArrivalProcess.Trace(
            arrivals: [0, 1, 1, 2, 9].map { VirtualDuration.seconds($0) },
            stations: [4, 7, 4, 4, 4])
        let rows = trace.rows(of: 4)
        #expect(rows == [0, 2, 3, 4])
        let arrivals = all(stream(.trace(trace), horizon: 5, rows: rows))
        #expect(arrivals.map(\.row) == [0, 2, 3])
        #expect(arrivals.map(\.offset.seconds) == [0, 1, 2])
    }

    @Test func `ends at once without traffic`() {
        #expect(all(stream(.poisson(rate: 0), horizon: 1e6)).isEmpty)
        #expect(all(stream(.bernoulli(candidates: 3, probability: 0), horizon: 100)).isEmpty)
    }
}

@Suite struct `A stream of requests` {
    private let images = TrafficClass(
        name: "images", stations: [0], arrivals: .poisson(rate: 10),
        size: .uniform(low: 2, high: 5), result: .constant(0.5),
        workload: .density(.uniform(low: 0.1, high: 0.3), perIndex: false))

    private func requests(
        _ trafficClass: TrafficClass, horizon: Double = 100, placement: SlotPlacement = .spread,
        episode: Int = 0, rows: [Int] = []
    ) -> [RequestStream.Request] {
        var stream = RequestStream(
            trafficClass: trafficClass, station: "bs0", slot: .seconds(1), placement: placement,
            horizon: .seconds(horizon), seed: 3, episode: episode, rows: rows)
        var requests: [RequestStream.Request] = []
        while let request = stream.next() { requests.append(request) }
        return requests
    }

    @Test func `draws what its class says`() {
        let drawn = requests(images)
        #expect(drawn.allSatisfy { (2..<5).contains($0.size.value) })
        #expect(drawn.allSatisfy { $0.result == Megabits(0.5) })
        #expect(drawn.allSatisfy { (0.1..<0.3).contains($0.workload.value / $0.size.value) })
    }

    @Test func `leaves the other draws alone when one law changes`() {
        var other = images
        other.size = .normal(mean: 3, deviation: 1)
        other.workload = .work(.constant(1))
        var third = other
        third.workload = .work(.exponential(mean: 1))
        #expect(requests(images).map(\.arrival) == requests(third).map(\.arrival))
        #expect(requests(other).map(\.size) == requests(third).map(\.size))
    }

    @Test func `keeps one density for each index of a slot for the whole run`() {
        var published = images
        published.arrivals = .bernoulli(candidates: 4, probability: 0.5)
        published.workload = .density(.uniform(low: 0.1, high: 0.3), perIndex: true)
        var byIndex: [UInt16: Double] = [:]
        for episode in 0..<3 {
            for request in requests(published, episode: episode) {
                let density = request.workload.value / request.size.value
                let known = byIndex[request.ordinal, default: density]
                #expect(abs(density - known) < 1e-12)
                byIndex[request.ordinal] = known
            }
        }
        #expect(Set(byIndex.values).count == 4)
    }

    @Test func `arrives after the radio link, in order, before the horizon`() {
        var wired = images
        wired.size = .uniform(low: 0, high: 5)
        var wireless = wired
        wireless.radio = RadioLink(rate: MegabitsPerSecond(2), delay: .seconds(0.25))
        let plain = requests(wired)
        let radio = requests(wireless)
        let expected = plain.map {
            $0.arrival + .seconds($0.size.value / 2) + .seconds(0.25)
        }
        #expect(radio.map(\.arrival) == expected.filter { $0 < .seconds(100) }.sorted())
        #expect(radio.count < plain.count)
        #expect(Set(radio.map(\.size)).isSubset(of: Set(plain.map(\.size))))
        // Some small request overtakes a large one.
        #expect(expected != expected.sorted())
    }

    @Test func `takes from a trace what the trace has`() {
        var recorded = images
        recorded.arrivals = .trace(
            .init(
                arrivals: [.seconds(1), .seconds(2)], sizes: [7, 8], workloads: [0.5, 0.25]))
        let drawn = requests(recorded, rows: [0, 1])
        #expect(drawn.map(\.size.value) == [7, 8])
        #expect(drawn.map(\.workload.value) == [0.5, 0.25])
        #expect(drawn.map(\.result.value) == [0.5, 0.5])
    }

    @Test func `offers the load of its means`() {
        let load = images.offeredLoad(at: 0, slot: .seconds(1), horizon: .seconds(10))
        #expect(load.tasks == 10)
        #expect(load.input == 35)
        #expect(load.output == 5)
        #expect(abs(load.work - 7) < 1e-12)
        var recorded = images
        recorded.arrivals = .trace(
            .init(
                arrivals: [.seconds(1), .seconds(2), .seconds(30)], stations: [0, 1, 0],
                sizes: [7, 8, 9]))
        let traced = recorded.offeredLoad(at: 0, slot: .seconds(1), horizon: .seconds(10))
        #expect(traced.tasks == 0.1)
        #expect(traced.input == 0.7)
        #expect(abs(traced.work - 0.14) < 1e-12)
    }
}
