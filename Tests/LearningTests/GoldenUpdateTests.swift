import Learning
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

/// Whole updates of the recipe `published`, held against an independent automatic differentiation
/// in double precision.
@Suite struct `An update of the published recipe` {
    static func expect(
        _ values: [Double], _ expected: [Double], within tolerance: Double = 1e-8, _ what: String
    ) {
        #expect(values.count == expected.count, "\(what)")
        for (index, (a, b)) in zip(values, expected).enumerated() {
            #expect((a - b).magnitude <= tolerance * max(1, b.magnitude), "\(what) \(index)")
        }
    }

    static func agent(_ golden: GoldenFile) -> SoftActorCritic<Double> {
        let (hidden, actions) = (golden["hidden"].integer, golden["action_dim"].integer)
        let policy = DiffusionPolicy(
            features: golden["state_dim"].integer, actions: actions, hidden: [hidden, hidden],
            schedule: NoiseSchedule(steps: golden["denoise_steps"].integer), recipe: .published)
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [hidden, hidden]
        settings.batch = golden["batch"].integer
        settings.discount = golden["gamma"].number
        settings.tau = golden["tau"].number
        settings.actorRate = golden["actor_lr"].number
        settings.criticRate = golden["critic_lr"].number
        settings.temperatureRate = golden["alpha_lr"].number
        settings.targetEntropy =
            golden["target_entropy"].number / Mathematics.log(Double(actions))
        let start = golden["start"]
        var stream = Seed(0).stream
        var agent = SoftActorCritic<Double>(
            network: .diffusion(policy), settings: settings,
            actor: ParameterVector(Self.actor(start)),
            from: &stream)
        agent.critics = [
            ParameterVector(start["critic1"].layers), ParameterVector(start["critic2"].layers),
        ]
        agent.targets = agent.critics
        agent.logTemperature = ParameterVector([start["log_alpha"].number])
        return agent
    }

    static func actor(_ networks: GoldenFile) -> [Double] {
        networks["actor"]["time"].layers + networks["actor"]["eps"].layers
    }

    @Test func `agrees with the reference in every network`() throws {
        let golden = try GoldenFile("discrete-sac-diffusion")
        var agent = Self.agent(golden)
        let rows = agent.settings.batch
        for (number, update) in golden["updates"].items.enumerated() {
            var batch = TrainingBatch<Double>(
                rows: rows, features: agent.network.features, actions: agent.network.actions)
            batch.features = update["state"].numbers
            batch.nextFeatures = update["next_state"].numbers
            batch.choices = update["action"].numbers.map { Int($0) }
            batch.rewards = update["reward"].numbers
            batch.continues = update["done"].numbers.map { 1 - $0 }
            var noise = UpdateNoise<Double>(for: agent.network, rows: rows)
            noise.start = update["x_T"].numbers
            noise.nextStart = update["x_T_next"].numbers
            noise.noise = update["noise"].numbers
            noise.nextNoise = update["noise_next"].numbers

            let metrics = agent.update(batch, noise: noise)
            let mean = update["target"].numbers.reduce(0, +) / Double(rows)
            let expected = [
                mean, update["critic_loss"].number, update["actor_loss"].number,
                update["alpha_loss"].number, update["entropy"].number,
            ]
            let values = [
                metrics.meanTarget, metrics.criticLoss, metrics.actorLoss,
                metrics.temperatureLoss, metrics.entropy,
            ]
            Self.expect(values, expected, "target, losses, entropy of update \(number)")
            Self.expect(
                agent.logTemperature.values, update["log_alpha_after"].numbers, "log alpha")
        }
        let end = golden["end"]
        Self.expect(agent.actor.values, Self.actor(end), "actor")
        Self.expect(agent.critics[0].values, end["critic1"].layers, "critic 1")
        Self.expect(agent.critics[1].values, end["critic2"].layers, "critic 2")
        Self.expect(agent.targets[0].values, end["target1"].layers, "target 1")
        Self.expect(agent.targets[1].values, end["target2"].layers, "target 2")
    }
}
