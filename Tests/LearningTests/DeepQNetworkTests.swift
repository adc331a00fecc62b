import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

@Suite struct `A deep Q-network` {
    static let rows = 6
    static let actions = 4

    static func batch(_ selection: Selection = .one) -> TrainingBatch<Double> {
        var stream = Seed(41).stream
        var batch = TrainingBatch<Double>(rows: rows, features: 3, actions: actions)
        for index in batch.features.indices {
            batch.features[index] = stream.normal()
            batch.nextFeatures[index] = stream.normal()
        }
        batch.nextMask[1] = false
        batch.nextMask[7] = false
        batch.continues[4] = 0
        batch.continues[5] = 0.9
        for row in 0..<rows {
            batch.rewards[row] = 2 * stream.normal()
            batch.weights[row] = 0.5 + stream.uniform()
            let mask = [Bool](repeating: true, count: actions)
            batch.choices[row] = Int(selection.draw(mask: mask, from: &stream))
        }
        return batch
    }

    static func agent(
        _ change: (inout DeepQNetworkSettings) -> Void = { _ in }
    ) -> DeepQNetwork<Double> {
        var stream = Seed(42).stream
        var settings = DeepQNetworkSettings()
        settings.batch = rows
        change(&settings)
        let network = ActorNetwork.values(
            ActorNetwork.perceptron(features: 3, actions: actions, hidden: [5]))
        var agent = DeepQNetwork<Double>(
            network: network, settings: settings, actor: network.initialParameters(from: &stream))
        agent.target = network.initialParameters(from: &stream)
        return agent
    }

    static func values(
        _ agent: DeepQNetwork<Double>, _ parameters: ParameterVector<Double>, _ features: [Double]
    ) -> [Double] {
        var workspace = ActorWorkspace<Double>(
            for: agent.network, rows: rows, purpose: .inference)
        agent.network.score(
            parameters, rows: rows, features: features, start: [], noise: [], &workspace)
        return workspace.scores
    }

    static let noise = UpdateNoise<Double>(for: agent().network, rows: rows)

    @Test(arguments: [true, false])
    func `aims at the target's value of the choice of one or the other network`(isDouble: Bool) {
        var agent = Self.agent { $0.isDouble = isDouble }
        let batch = Self.batch()
        let online = Self.values(agent, agent.actor, batch.nextFeatures)
        let target = Self.values(agent, agent.target, batch.nextFeatures)
        var sum = 0.0
        for row in 0..<Self.rows {
            let places = (row * Self.actions..<(row + 1) * Self.actions).filter {
                batch.nextMask[$0]
            }
            let best = places.max { isDouble ? online[$0] < online[$1] : target[$0] < target[$1] }
            sum += batch.rewards[row] + 0.95 * batch.continues[row] * target[best ?? 0]
        }
        let metrics = agent.update(batch, noise: Self.noise)
        #expect((metrics.meanTarget - sum / Double(Self.rows)).magnitude < 1e-12)
    }

    @Test(arguments: [Selection.one, .top(2)])
    func `has the gradient that finite differences show`(selection: Selection) {
        // Without discount the targets do not depend on the network.
        let agent = Self.agent {
            $0.discount = 0
            $0.huberLimit = 0.7
            $0.selection = selection
        }
        let batch = Self.batch(selection)
        var trained = agent
        let metrics = trained.update(batch, noise: Self.noise)
        #expect(trained.errors.contains { $0 < 0.7 } && trained.errors.contains { $0 > 0.7 })
        #expect(metrics.criticGradientNorm > 0)
        func loss(_ index: Int, _ step: Double) -> Double {
            var copy = agent
            copy.actor.values[index] += step
            return copy.update(batch, noise: Self.noise).criticLoss
        }
        for index in agent.actor.values.indices {
            let slope = (loss(index, 1e-6) - loss(index, -1e-6)) / 2e-6
            #expect((slope - trained.scratch.gradient.values[index]).magnitude < 2e-8)
        }
    }

    @Test func `values a choice of several by their mean`() {
        var agent = Self.agent {
            $0.selection = .top(2)
            $0.discount = 0
        }
        let batch = Self.batch(.top(2))
        let values = Self.values(agent, agent.actor, batch.features)
        var sum = 0.0
        for row in 0..<Self.rows {
            for action in 0..<Self.actions where batch.choices[row] >> action & 1 == 1 {
                sum += values[row * Self.actions + action] / 2
            }
        }
        let metrics = agent.update(batch, noise: Self.noise)
        #expect((metrics.meanValue - sum / Double(Self.rows)).magnitude < 1e-12)
    }

    @Test func `lets its target follow a little, or as a whole every so often`() {
        var following = Self.agent { $0.targetUpdate = .polyak(0.25) }
        let before = following.target
        _ = following.update(Self.batch(), noise: Self.noise)
        for index in before.values.indices {
            let expected = 0.75 * before.values[index] + 0.25 * following.actor.values[index]
            #expect((following.target.values[index] - expected).magnitude < 1e-12)
        }
        var jumping = Self.agent { $0.targetUpdate = .every(2) }
        _ = jumping.update(Self.batch(), noise: Self.noise)
        #expect(jumping.target == before)
        _ = jumping.update(Self.batch(), noise: Self.noise)
        #expect(jumping.target == jumping.actor)
    }

    @Test func `shortens its gradient and skips one that is no number`() {
        var agent = Self.agent { $0.gradientLimit = 1e-3 }
        let metrics = agent.update(Self.batch(), noise: Self.noise)
        #expect(metrics.criticGradientNorm > 1e-3)
        #expect((agent.scratch.gradient.norm - 1e-3).magnitude < 1e-9)
        var broken = Self.batch()
        broken.rewards[0] = .infinity
        let kept = agent.actor
        #expect(agent.update(broken, noise: Self.noise).skipped == 0, "the loss is linear there")
        broken.rewards[0] = .nan
        agent.actor = kept
        #expect(agent.update(broken, noise: Self.noise).skipped == 1)
        #expect(agent.actor == kept)
    }

    @Test func `restores from its checkpoint and refuses those of others`() throws {
        var stream = Seed(1).stream
        func agent(_ hidden: Int) -> DeepQNetwork<Float> {
            let network = ActorNetwork.values(
                ActorNetwork.perceptron(features: 3, actions: 4, hidden: [hidden]))
            return DeepQNetwork(
                network: network, settings: DeepQNetworkSettings(),
                actor: network.initialParameters(from: &stream))
        }
        var trained = agent(5)
        trained.target.values[2] = 7
        let file = trained.checkpoint(isComplete: true)
        var other = agent(5)
        try other.restore(from: Checkpoint(decoding: file.encoded()))
        #expect(other.actor == trained.actor && other.target == trained.target)
        var larger = agent(6)
        let before = larger.actor
        #expect(throws: CheckpointError.self) { try larger.restore(from: file) }
        #expect(larger.actor == before)
        var foreign = file
        foreign.metadata["algorithm"] = "soft-actor-critic"
        let error = #expect(throws: CheckpointError.self) { try other.restore(from: foreign) }
        #expect(error?.description.contains("'soft-actor-critic'") == true)
    }
}
