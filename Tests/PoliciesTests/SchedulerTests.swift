import EdgeModel
import Messaging
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The schedulers without learning` {
    static func choice(_ maker: inout some DecisionMaker, _ observation: Observation) -> Int? {
        guard case .whole(let slot) = maker.decide(observation).placement else { return nil }
        return slot
    }

    static let three = ObservationFixture.observation([
        (server: 4, wait: 0.5, capacity: 10), (server: 2, wait: 0.1, capacity: 20),
        (server: 7, wait: 0, capacity: 40),
    ])

    @Test func `keep a task local`() {
        var maker = LocalScheduler()
        #expect(Self.choice(&maker, Self.three) == 0)
    }

    @Test func `choose the least work, or the earliest completion`() {
        // Work 4, 3 and 3.2 Gcycles; completion 1.0, 0.5 and 0.45 + 0.08 with a busy egress.
        let observation = ObservationFixture.observation(
            [
                (server: 0, wait: 0.2, capacity: 20), (server: 1, wait: 0.3, capacity: 10),
                (server: 2, wait: 0.08, capacity: 40),
            ], egressWait: 0.2)
        var backlog = LeastBacklogScheduler()
        #expect(Self.choice(&backlog, observation) == 1)
        var completion = EarliestCompletionScheduler()
        #expect(Self.choice(&completion, observation) == 2)
    }

    @Test func `estimate completion as the model says`() {
        let observation = ObservationFixture.observation(
            [(server: 0, wait: 0.7, capacity: 10), (server: 1, wait: 0.02, capacity: 40)],
            egressWait: 0.1, result: 2)
        let own = observation.candidates[0].estimatedCompletion
        #expect((own - 1.5).magnitude < 1e-12)
        // 0.1 + 0.01 + 0.04 to arrive, 0.2 of service, 0.02 + 0.01 for the result.
        let far = observation.candidates[1].estimatedCompletion
        #expect((far - 0.38).magnitude < 1e-12)
    }

    @Test func `take turns by the index of the stations, whatever the order of the slots`() {
        var maker = RoundRobinScheduler()
        let turned = ObservationFixture.observation([
            (server: 4, wait: 0, capacity: 10), (server: 7, wait: 0, capacity: 10),
            (server: 2, wait: 0, capacity: 10),
        ])
        let servers = (0..<6).map { turn in
            let observation = turn % 2 == 0 ? Self.three : turned
            let slot = Self.choice(&maker, observation) ?? -1
            return observation.candidates[slot].server
        }
        #expect(servers == [2, 4, 7, 2, 4, 7])
        maker.begin(episode: 1)
        #expect(Self.choice(&maker, Self.three) == 1)
    }

    @Test func `draw with the stated probabilities`() {
        var random = RandomScheduler(seed: 1, station: "a")
        var proportional = ProportionalScheduler(seed: 1, station: "a")
        var power = PowerOfTwoScheduler(seed: 1, station: "a")
        var counts = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]
        for _ in 0..<7000 {
            counts[0][Self.choice(&random, Self.three) ?? 0] += 1
            counts[1][Self.choice(&proportional, Self.three) ?? 0] += 1
            counts[2][Self.choice(&power, Self.three) ?? 0] += 1
        }
        let expected = [[2333, 2333, 2333], [1000, 2000, 4000], [0, 2333, 4667]]
        for (found, wanted) in zip(counts.joined(), expected.joined()) {
            #expect((found - wanted).magnitude < 200, "\(counts)")
        }
    }

    @Test func `draw anew in each episode, alike for the same seed and station`() {
        func draws(station: String, episode: Int) -> [Int?] {
            var maker = RandomScheduler(seed: 5, station: station)
            maker.begin(episode: episode)
            return (0..<20).map { _ in Self.choice(&maker, Self.three) }
        }
        #expect(draws(station: "a", episode: 1) == draws(station: "a", episode: 1))
        #expect(draws(station: "a", episode: 1) != draws(station: "a", episode: 2))
        #expect(draws(station: "a", episode: 1) != draws(station: "b", episode: 1))
    }

    @Test func `split a task so that all its servers finish together`() throws {
        var maker = WaterfillScheduler()
        let action = maker.decide(Self.three)
        guard case .split(let fractions) = action.placement else {
            Issue.record("\(action)")
            return
        }
        #expect((fractions.reduce(0, +) - 1).magnitude < 1e-12)
        let finishes = zip(fractions, Self.three.candidates).filter { $0.0 > 0 }
            .map { $1.estimate.finish($0) }
        for finish in finishes { #expect((finish - finishes[0]).magnitude < 1e-12) }
    }

    @Test(arguments: SchedulerName.allCases)
    func `choose the only server there is`(name: SchedulerName) {
        var maker = name.decisionMaker(seed: 1, station: "a")
        maker.begin(episode: 0)
        let alone = ObservationFixture.observation([(server: 3, wait: 1, capacity: 10)])
        switch maker.decide(alone).placement {
        case .whole(let slot): #expect(slot == 0)
        case .split(let fractions): #expect(fractions == [1])
        }
    }
}
