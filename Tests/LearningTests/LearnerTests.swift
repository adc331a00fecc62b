import EdgeModel
import Learning
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A learner` {
    static let policy = DiffusionPolicy(
        features: 3, actions: 2, hidden: [8], schedule: NoiseSchedule(steps: 2))

    static let network = ActorNetwork.diffusion(policy)

    static func learner(
        publishInterval: VirtualDuration = .seconds(1), stepTime: VirtualDuration = .zero,
        lagLimit: Int = 1000
    ) -> Learner {
        var settings = LearnerSettings()
        settings.pace.publishInterval = publishInterval
        settings.pace.stepTime = stepTime
        var training = TrainerSettings()
        training.samplesPerInsert = 2
        training.minimumTransitions = 10
        training.lagLimit = lagLimit
        var design = SoftActorCriticSettings()
        design.batch = 4
        design.criticHidden = [8]
        var stream = Seed(4).stream
        let trainer = AgentDesign.softActorCritic(design).trainer(
            network: network, actor: network.initialParameters(from: &stream),
            settings: training, seed: 4)
        let link = Link(rate: MegabitsPerSecond(1), delay: .milliseconds(5))
        return Learner(
            settings: settings, trainer: trainer,
            subscribers: [
                LearnerSettings.Subscriber(station: 0, link: link),
                LearnerSettings.Subscriber(
                    station: 1,
                    link: Link(rate: MegabitsPerSecond(2), delay: .milliseconds(7))),
            ])
    }

    static func batch(from sequence: UInt64, count: Int, station: NodeIndex = 0) -> NodeInput {
        let transitions = (0..<count).map { offset in
            let value = Float((Int(sequence) + offset) % 5) / 5
            return Transition(
                features: [value, 1, 0], mask: [true, true], choice: UInt32(offset % 2),
                reward: value, nextFeatures: [value, 0, 1], nextMask: [true, offset % 3 != 0],
                truncated: false, policyVersion: 0)
        }
        return .message(
            .transitions(
                TransitionBatch(
                    station: station, firstSequence: sequence, transitions: transitions)),
            from: station)
    }

    static func at(_ milliseconds: Int64) -> VirtualInstant { .zero + .milliseconds(milliseconds) }

    static func publications(_ directives: Directives) -> [(WeightSnapshot, [Delivery])] {
        directives.items.compactMap { directive in
            guard case .publish(.weights(let weights), let deliveries) = directive else {
                return nil
            }
            return (weights, deliveries)
        }
    }

    @Test func `waits for its first transitions, then follows the limiter`() {
        var learner = Self.learner()
        var directives = Directives()
        learner.handle(Self.batch(from: 0, count: 9), at: Self.at(1), &directives)
        #expect(learner.trainer.updates == 0 && directives.items.isEmpty)
        learner.handle(Self.batch(from: 9, count: 1), at: Self.at(2), &directives)
        #expect(learner.trainer.updates == 1)
        learner.handle(Self.batch(from: 10, count: 10), at: Self.at(3), &directives)
        #expect(learner.trainer.updates == 6)
    }

    @Test func `publishes over each station's own port, at most once in an interval`() throws {
        var learner = Self.learner()
        var directives = Directives()
        learner.handle(Self.batch(from: 0, count: 10), at: Self.at(100), &directives)
        let (weights, deliveries) = try #require(Self.publications(directives).first)
        #expect(weights.version == 1)
        #expect(weights.parameters == learner.trainer.weights)
        #expect(weights.layout == Self.policy.layout)
        let bits = Double(Message.weights(weights).encodedSize) * 8
        #expect(
            deliveries == [
                Delivery(to: 0, at: Self.at(105) + .seconds(bits / 1e6)),
                Delivery(to: 1, at: Self.at(107) + .seconds(bits / 2e6)),
            ])

        directives = Directives()
        learner.handle(Self.batch(from: 10, count: 10), at: Self.at(300), &directives)
        learner.handle(Self.batch(from: 20, count: 10), at: Self.at(400), &directives)
        #expect(Self.publications(directives).isEmpty)
        let wakes = directives.items.compactMap { directive in
            if case .wake(let timer, let instant) = directive { (timer, instant) } else { nil }
        }
        let wake = try #require(wakes.first)
        #expect(wakes.count == 1 && wake.1 == Self.at(1100))
        directives = Directives()
        learner.handle(.timer(wake.0), at: Self.at(1100), &directives)
        #expect(Self.publications(directives).first?.0.version == 2)
        let records = directives.items.compactMap { directive in
            if case .record(.training(let record)) = directive { record } else { nil }
        }
        let record = try #require(records.first)
        #expect(record.transitions == 30 && record.versionLagSum == 20)
    }

    @Test func `takes each transition of a station once`() {
        var learner = Self.learner()
        var directives = Directives()
        learner.handle(Self.batch(from: 0, count: 6), at: Self.at(1), &directives)
        learner.handle(Self.batch(from: 4, count: 4), at: Self.at(2), &directives)
        #expect(learner.trainer.inserted == 8 && learner.refused == 2)
        learner.handle(Self.batch(from: 0, count: 3, station: 1), at: Self.at(3), &directives)
        #expect(learner.trainer.inserted == 11 && learner.refused == 2)
    }

    @Test func `refuses experience that is not finite, and counts it`() {
        var learner = Self.learner()
        var directives = Directives()
        let good = Transition(
            features: [1, 2, 3], mask: [true, true], choice: 0, reward: 0,
            nextFeatures: [1, 2, 3], nextMask: [true, true], truncated: false, policyVersion: 0)
        var bad = [good, good, good]
        bad[0].reward = .nan
        bad[1].features[2] = .infinity
        bad[2].nextFeatures[0] = -.infinity
        let batch = TransitionBatch(station: 0, firstSequence: 0, transitions: bad + [good])
        learner.handle(.message(.transitions(batch), from: 0), at: Self.at(1), &directives)
        #expect(learner.trainer.inserted == 1 && learner.refused == 3)
    }

    @Test func `refuses transitions of another shape`() {
        var learner = Self.learner()
        var directives = Directives()
        let odd = Transition(
            features: [1, 2], mask: [true, true], choice: 0, reward: 0, nextFeatures: [1, 2, 3],
            nextMask: [true, true], truncated: false, policyVersion: 0)
        let masked = Transition(
            features: [1, 2, 3], mask: [true, false], choice: 1, reward: 0,
            nextFeatures: [1, 2, 3], nextMask: [true, true], truncated: false, policyVersion: 0)
        let batch = TransitionBatch(station: 0, firstSequence: 0, transitions: [odd, masked])
        learner.handle(.message(.transitions(batch), from: 0), at: Self.at(1), &directives)
        #expect(learner.trainer.inserted == 0 && learner.refused == 2)
    }

    @Test func `takes steps one after another when they cost virtual time`() {
        var learner = Self.learner(stepTime: .milliseconds(20))
        var directives = Directives()
        learner.handle(Self.batch(from: 0, count: 12), at: Self.at(100), &directives)
        #expect(learner.trainer.updates == 0)
        var done: [VirtualInstant] = []
        while let (timer, instant) = directives.items.compactMap({ directive in
            if case .wake(let timer, let instant) = directive { (timer, instant) } else { nil }
        }).first, instant < Self.at(1000) {
            directives = Directives()
            learner.handle(.timer(timer), at: instant, &directives)
            done.append(instant)
        }
        #expect(done == [Self.at(120), Self.at(140)])
        #expect(learner.trainer.updates == 2)
    }

    @Test func `learns the same weights from the same transitions`() {
        func weights(_ counts: [Int]) -> [Float] {
            var learner = Self.learner()
            var directives = Directives()
            var sequence: UInt64 = 0
            for count in counts {
                learner.handle(
                    Self.batch(from: sequence, count: count), at: Self.at(1), &directives)
                sequence += UInt64(count)
            }
            return learner.trainer.weights
        }
        #expect(weights([12, 20]) == weights([12, 20]))
        #expect(weights([12, 20]) != weights([12, 22]))
    }

    /// Digests of runs depend on these bits; they are the same in debug and release builds.
    @Test func `learns the same bits in every build`() {
        var learner = Self.learner()
        var directives = Directives()
        for sequence in stride(from: UInt64(0), to: 200, by: 10) {
            learner.handle(Self.batch(from: sequence, count: 10), at: Self.at(1), &directives)
        }
        let parameters = learner.trainer.weights
        let digest = parameters.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, value in
            (hash ^ UInt64(value.bitPattern)) &* 0x0000_0100_0000_01B3
        }
        #expect(learner.trainer.updates == 96)
        #expect(digest == 17_638_024_081_539_545_789)
    }
}

@Suite struct `A learner that is away at times` {
    private let plan = EpisodePlan(episodes: 2, horizon: .seconds(10), drain: .seconds(10))

    @Test func `takes what came meanwhile when it is back, in order, in every episode`() {
        var interrupted = InterruptedLearner(
            `A learner`.learner(),
            outages: [TimeSpan(from: .seconds(1), to: .seconds(3))], plan: plan)
        func feed(_ input: NodeInput, at milliseconds: Int64) -> Directives {
            var directives = Directives()
            interrupted.handle(input, at: `A learner`.at(milliseconds), &directives)
            return directives
        }
        _ = feed(.start, at: 0)
        for start: Int64 in [0, 20_000] {
            let known = interrupted.learner.trainer.inserted
            let first = feed(`A learner`.batch(from: known, count: 9), at: start + 1000)
            #expect(first.items.count == 1)
            let second = feed(`A learner`.batch(from: known + 9, count: 9), at: start + 2999)
            #expect(second.items.isEmpty && interrupted.learner.trainer.inserted == known)
            guard case .wake(let timer, let instant)? = first.items.first else {
                Issue.record("nothing wakes it")
                return
            }
            #expect(instant == `A learner`.at(start + 3000))
            let back = feed(.timer(timer), at: start + 3000)
            #expect(interrupted.learner.trainer.inserted == known + 18)
            #expect(interrupted.learner.refused == 0)
            #expect(`A learner`.publications(back).count == 1)
        }
    }
}
