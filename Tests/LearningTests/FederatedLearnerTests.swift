import EdgeModel
import Learning
import Messaging
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A learner that averages` {
    private static let period = VirtualDuration.seconds(10)

    private func learner(stations: Int = 2) -> FederatedLearner {
        FederatedLearner(
            settings: FederatedSettings(
                index: 9, round: Self.period, layout: 5, parameters: 2),
            subscribers: (0..<stations).map {
                LearnerSettings.Subscriber(
                    station: NodeIndex($0),
                    link: Link(rate: MegabitsPerSecond(1), delay: .milliseconds(5)))
            })
    }

    private func update(
        _ station: NodeIndex, round: Int64 = 10, samples: UInt64 = 1, _ parameters: [Float]
    ) -> WeightUpdate {
        WeightUpdate(
            sender: station, round: .zero + .seconds(Double(round)), samples: samples, layout: 5,
            parameters: parameters)
    }

    private func feed(
        _ learner: inout FederatedLearner, _ update: WeightUpdate, at seconds: Double
    ) -> Directives {
        feed(&learner, .message(.update(update), from: update.sender), at: seconds)
    }

    private func feed(
        _ learner: inout FederatedLearner, _ input: NodeInput, at seconds: Double
    ) -> Directives {
        var directives = Directives()
        learner.handle(input, at: .zero + .seconds(seconds), &directives)
        return directives
    }

    private func averages(_ directives: Directives) -> [(WeightUpdate, [Delivery])] {
        directives.items.compactMap { directive in
            guard case .publish(.update(let update), let deliveries) = directive else { return nil }
            return (update, deliveries)
        }
    }

    private func wake(_ directives: Directives) -> (Timer, VirtualInstant)? {
        directives.items.lazy.compactMap { directive in
            if case .wake(let timer, let instant) = directive { (timer, instant) } else { nil }
        }.first
    }

    private func record(_ directives: Directives) -> TrainingRecord? {
        directives.items.lazy.compactMap { directive in
            if case .record(.training(let record)) = directive { record } else { nil }
        }.first
    }

    @Test func `weighs networks by the samples behind them`() {
        // By hand: (1 x 3 + 3 x 7) / 4 = 6, (1 x 2 + 3 x -2) / 4 = -1.
        let average = FederatedLearner.average([
            update(1, samples: 3, [7, -2]), update(0, samples: 1, [3, 2]),
        ])
        #expect(average == [6, -1])
    }

    @Test(arguments: Seed.first(50)) func `leaves equal networks as they are, to the bit`(
        seed: Seed
    ) {
        var stream = seed.stream
        let networks = (0..<64).map { _ in Float(stream.normal()) * 0.1 }
        let updates = (0..<7).map { station in
            update(NodeIndex(station), samples: UInt64(1 + stream.integer(below: 5000)), networks)
        }
        #expect(FederatedLearner.average(updates) == networks)
    }

    @Test func `sends the average to all as soon as everybody's networks are there`() throws {
        var learner = learner()
        let first = feed(&learner, update(1, samples: 1, [0, 4]), at: 10.1)
        #expect(averages(first).isEmpty)
        let second = feed(&learner, update(0, samples: 3, [4, 0]), at: 10.2)
        let (average, deliveries) = try #require(averages(second).first)
        #expect(average.parameters == [3, 1] && average.samples == 4)
        #expect(average.sender == 9 && average.round == .zero + .seconds(10))
        let bits = Double(Message.update(average).encodedSize) * 8
        let arrival = VirtualInstant.zero + .seconds(10.2) + .seconds(bits / 1e6)
        #expect(
            deliveries == [
                Delivery(to: 0, at: arrival + .milliseconds(5)),
                Delivery(to: 1, at: arrival + .milliseconds(5)),
            ])
        let told = try #require(record(second))
        #expect(told.version == 1 && told.mixedNetworks == 2 && told.station == nil)
        #expect(told.weightMessages == 2 && told.weightBytes == UInt64(bits / 4))
    }

    @Test func `waits for nobody longer than half a period`() throws {
        var learner = learner()
        let first = feed(&learner, update(0, [4, 0]), at: 10.1)
        let (timer, instant) = try #require(wake(first))
        #expect(instant == .zero + .seconds(15))
        let end = feed(&learner, .timer(timer), at: 15)
        #expect(averages(end).first?.0.parameters == [4, 0])
        // The straggler is of no use, and does not spoil the next round.
        #expect(averages(feed(&learner, update(1, [0, 8]), at: 15.1)).isEmpty)
        _ = feed(&learner, update(0, round: 20, [2, 0]), at: 20.1)
        let next = feed(&learner, update(1, round: 20, [0, 2]), at: 20.1)
        #expect(averages(next).first?.0.parameters == [1, 1])
        #expect(try #require(record(next)).unusedNetworks == 1)
        // The second round's timer finds nothing to do.
        #expect(feed(&learner, .timer(timer), at: 25).items.isEmpty)
    }

    @Test func `counts and drops networks that do not fit`() throws {
        var learner = learner(stations: 1)
        var other = update(0, [1, 2])
        other.layout = 6
        let bad = [
            other, update(0, [1]), update(0, [1, .nan]), update(0, samples: 0, [1, 2]),
        ]
        for update in bad { #expect(feed(&learner, update, at: 10.1).items.isEmpty) }
        let good = feed(&learner, update(0, [1, 2]), at: 10.2)
        #expect(try #require(record(good)).unusedNetworks == 4)
    }
}
