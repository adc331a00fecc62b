import EdgeModel
import Messaging
import SimulationKernel
import Stations
import Testing

@Suite struct `A station that learns` {
    private func training(episodes: Int = 1) -> StationConfiguration {
        var some = configuration(neighbours: [1], episodes: episodes)
        some.trains = true
        some.learner = LearnerUplink(index: 5, link: link(rate: 1000, delay: 0.005))
        some.experienceInterval = .seconds(1)
        some.reward = RewardSettings(fallbackScale: 2)
        return some
    }

    private func action(_ mark: Float, on candidate: Int = 0) -> Action {
        Action(
            placement: .whole(candidate), policyVersion: 7,
            experience: .init(features: [mark], mask: [true], choice: UInt32(candidate)))
    }

    /// A task arrives, is placed, and its own service ends.
    private func complete(_ bench: inout Bench, _ number: Int, at time: Double) -> Asked {
        _ = bench.feed(.task(task(number, at: time)), from: 9, at: time)
        let placed = bench.feed(.decided(action(Float(number))), at: at(time))
        let timer = placed.wakes.last!
        #expect(timer.at == at(time + 0.1))
        return bench.feed(.timer(timer.timer), at: timer.at)
    }

    private func batches(_ asked: Asked) -> [TransitionBatch] {
        asked.sent.compactMap {
            if case .transitions(let batch) = $0.message { batch } else { nil }
        }
    }

    @Test func `completes a transition with its reward and the next observation`() throws {
        var bench = Bench(training())
        let first = complete(&bench, 0, at: 1)
        #expect(first.wakes.isEmpty)
        _ = bench.feed(.task(task(1, at: 2)), from: 9, at: 2)
        let second = bench.feed(.decided(action(1)), at: at(2))
        // Within a second of being complete it is sent.
        let timer = try #require(second.wakes.first)
        #expect(timer.at == at(3))
        let sent = bench.feed(.timer(timer.timer), at: at(3))
        let batch = try #require(batches(sent).first)
        #expect(
            batch
                == TransitionBatch(
                    station: 0, firstSequence: 0,
                    transitions: [
                        Transition(
                            features: [0], mask: [true], choice: 0, reward: -0.05,
                            nextFeatures: [1], nextMask: [true], truncated: false,
                            policyVersion: 7)
                    ]))
        let sending = VirtualDuration.seconds(
            Double(sent.sent[0].message.encodedSize) * 8e-6 / 1000)
        #expect(sent.sent.map(\.to) == [5])
        #expect(sent.sent.map(\.at) == [at(3.005) + sending])
    }

    @Test func `truncates the last decision of an episode and drops the unrewarded`() throws {
        var bench = Bench(training(episodes: 2))
        _ = complete(&bench, 0, at: 1)
        _ = bench.feed(.task(task(1, at: 2, work: 900)), from: 9, at: 2)
        _ = bench.feed(.decided(action(1)), at: at(2))
        // Behind 90 s of work: neither is rewarded.
        let end = bench.feed(.timer(Timer(kind: 0)), at: at(20))
        let batch = try #require(batches(end).first)
        #expect(batch.transitions.map(\.features) == [[0]])
        #expect(batch.transitions.map(\.truncated) == [false])
        #expect(end.sent.allSatisfy { $0.at > at(20) })

        _ = bench.feed(.task(task(0, at: 21, episode: 1)), from: 9, at: 21)
        let placed = bench.feed(.decided(action(4)), at: at(21))
        _ = bench.feed(.timer(placed.wakes.last!.timer), at: at(21.1))
        let last = batches(bench.feed(.timer(Timer(kind: 0)), at: at(40)))
        #expect(last.map(\.firstSequence) == [1])
        #expect(last[0].transitions.map(\.truncated) == [true])
        #expect(last[0].transitions.map(\.nextFeatures) == [[4]])
    }

    @Test func `keeps nothing when it does not train`() {
        var frozen = training()
        frozen.trains = false
        var bench = Bench(frozen)
        _ = complete(&bench, 0, at: 1)
        _ = complete(&bench, 1, at: 2)
        #expect(batches(bench.feed(.timer(Timer(kind: 0)), at: at(20))).isEmpty)
    }

    @Test func `swaps weights for newer ones only`() throws {
        var bench = Bench(training())
        func snapshot(_ generation: UInt32, _ version: UInt64) -> Message {
            .weights(
                WeightSnapshot(
                    generation: generation, version: version, layout: 1, parameters: [1]))
        }
        #expect(bench.feed(snapshot(0, 2), from: 5, at: 1).adopted.map(\.version) == [2])
        #expect(bench.feed(snapshot(0, 1), from: 5, at: 2).adopted.isEmpty)
        #expect(bench.feed(snapshot(1, 1), from: 5, at: 3).adopted.map(\.version) == [1])
        let books = try #require(bench.feed(.timer(Timer(kind: 0)), at: at(20)).books.first)
        #expect(books.adoptions == 2 && books.policyVersion == 1)
    }

    @Test(arguments: [
        (0.5, 1.0, -0.5), (1, 1, -1), (1.5, 1, -2), (0.5, nil, -0.25), (3, nil, -1.5),
    ])
    func `is rewarded by delay and punished for being late`(
        delay: Double, deadline: Double?, expected: Double
    ) {
        let settings = RewardSettings(fallbackScale: 2)
        let reward = settings.reward(
            delay: .seconds(delay), deadline: deadline.map { .seconds($0) } ?? .unbounded)
        #expect(abs(reward - expected) < 1e-12)
    }

    @Test func `scales rewards by a fixed time when told so`() {
        let settings = RewardSettings(scale: 1, fallbackScale: 2, penalty: 10)
        #expect(settings.reward(delay: .seconds(0.25), deadline: .seconds(0.5)) == -0.25)
        #expect(settings.reward(delay: .seconds(0.6), deadline: .seconds(0.5)) == -5)
    }
}
