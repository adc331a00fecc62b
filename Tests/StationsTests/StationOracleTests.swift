import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import Stations
import Testing

#if DEBUG
    private let taskCount = 6_000
#else
    private let taskCount = 400_000
#endif

@Suite struct `A lone station` {
    /// Keeps every task at its only candidate.
    private struct Home: DecisionMaker {
        mutating func decide(_ observation: Observation) -> Action {
            Action(placement: .whole(0))
        }
    }

    private func run(_ law: SingleServerLaw, load: Double) -> Shelf {
        let plan = EpisodePlan(
            episodes: 1, horizon: .seconds(Double(taskCount) * 0.1 / load), drain: .seconds(1000))
        var alone = configuration(neighbours: [])
        alone.plan = plan
        let shelf = Shelf()
        var group = NodeGroup(sink: shelf)
        group.add(BaseStation(alone), at: 0, decisionMaker: Home())
        let requests = TrafficClass(
            name: "requests", stations: [0], arrivals: .poisson(rate: load * 10),
            size: .constant(1), workload: .work(law.work(mean: 1)))
        group.add(
            TrafficSource(
                TrafficConfiguration(
                    stationNames: ["bs0"], classes: [requests], plan: plan, seed: 5)), at: 1)
        var driver = SimulatedDriver(group: group, end: plan.end)
        _ = driver.run(asking: .seconds(1e6)) { _ in false }
        return shelf
    }

    @Test(arguments: SingleServerLaw.allCases, [0.5, 0.8])
    func `makes its tasks wait as queueing theory says`(
        law: SingleServerLaw, load: Double
    ) throws {
        let shelf = run(law, load: load)
        let books = try #require(shelf.books.first)
        let waits = shelf.rows.compactMap { row in
            row.first.map { ($0.start - $0.queued).seconds / 0.1 }
        }
        #expect(shelf.rows.allSatisfy { $0.status == .completed })
        let size = waits.count / 50
        let means = (0..<50).map { batch in
            waits[(batch * size)..<((batch + 1) * size)].reduce(0, +) / Double(size)
        }
        let mean = means.reduce(0, +) / 50
        let spread = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (spread / 49 / 50).squareRoot()
        #expect(abs(mean - law.meanWait(load: load)) < 4 * error)

        // Little's identity and the server's utilisation, from books and ledger apart.
        let stays = shelf.rows.reduce(0) { sum, row in
            sum + (row.completion - row.arrival).seconds
        }
        #expect(abs(books.subtaskSeconds - stays) < 1e-9 * stays)
        let work = shelf.rows.reduce(0) { $0 + $1.workload.value }
        #expect(abs(books.busy.seconds - work / 10) < 1e-6 * work)
        #expect(abs(books.busy.seconds / Double(taskCount) * load / 0.1 - load) < 0.05)
    }
}
