import Learning
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

/// Environments of one step, whose answers are known.
@Suite struct `Soft actor-critic with a diffusion actor` {
    /// A state is one of `actions` unit vectors; the action of the same number is worth 1, each
    /// other 0.
    struct IdentityEnvironment {
        let actions = 4
        var agent: SoftActorCritic<Float>
        var stream: RandomStream

        init(recipe: DiffusionRecipe, seed: UInt64, rate: Double = 3e-3) {
            stream = RandomStream(seed: seed, entity: "test", purpose: "identity")
            let policy = DiffusionPolicy(
                features: actions, actions: actions, hidden: [24, 24],
                schedule: NoiseSchedule(steps: 3), recipe: recipe)
            var settings = SoftActorCriticSettings()
            settings.criticHidden = [24, 24]
            settings.batch = 32
            settings.discount = 0.1
            settings.actorRate = rate
            settings.criticRate = rate
            settings.temperatureRate = rate
            settings.targetEntropy = 0.2
            agent = SoftActorCritic(
                network: .diffusion(policy), settings: settings,
                actor: policy.initialParameters(from: &stream), from: &stream)
        }

        mutating func train(updates: Int) -> UpdateMetrics {
            var batch = TrainingBatch<Float>(rows: 32, features: actions, actions: actions)
            var noise = UpdateNoise<Float>(for: agent.network, rows: 32)
            var metrics = UpdateMetrics()
            for _ in 0..<updates {
                for row in 0..<32 {
                    let (state, next) = (
                        stream.integer(below: actions), stream.integer(below: actions)
                    )
                    for index in 0..<actions {
                        batch.features[row * actions + index] = index == state ? 1 : 0
                        batch.nextFeatures[row * actions + index] = index == next ? 1 : 0
                    }
                    batch.choices[row] = stream.integer(below: actions)
                    batch.rewards[row] = batch.choices[row] == state ? 1 : 0
                }
                noise.draw(for: agent.network, of: batch, from: &stream)
                metrics = agent.update(batch, noise: noise)
            }
            return metrics
        }

        /// How often the sampled action is right, over draws in every state.
        mutating func score() -> Double {
            var actor = PolicyActor(network: agent.network, parameters: agent.actor)
            let mask = [Bool](repeating: true, count: actions)
            var right = 0
            for state in 0..<actions {
                let features = (0..<actions).map { $0 == state ? Float(1) : 0 }
                for _ in 0..<100
                where
                    actor.choose(features, mask: mask, from: &stream) == UInt32(state)
                {
                    right += 1
                }
            }
            return Double(right) / Double(100 * actions)
        }
    }

    @Test(arguments: [DiffusionRecipe.x0Closed, .x0Chain])
    func `learns to answer with the state`(recipe: DiffusionRecipe) {
        var environment = IdentityEnvironment(recipe: recipe, seed: 1)
        let metrics = environment.train(updates: 400)
        let score = environment.score()
        #expect(score > 0.85, "\(metrics)")
        #expect(metrics.criticLoss < 0.1)
    }

    @Test func `gives the same weights for the same seed`() {
        var first = IdentityEnvironment(recipe: .x0Closed, seed: 3)
        var second = IdentityEnvironment(recipe: .x0Closed, seed: 3)
        _ = first.train(updates: 5)
        _ = second.train(updates: 5)
        #expect(first.agent.actor == second.agent.actor)
        #expect(first.agent.critics == second.agent.critics)
    }
}
