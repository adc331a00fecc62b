import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

@Suite struct `The gradient of the actor` {
    static func random(_ count: Int, _ stream: inout RandomStream) -> [Double] {
        (0..<count).map { _ in stream.normal() }
    }

    /// Through all steps of the chain where the recipe has one. Without discount the critics do not depend
    /// on the actor, so the reported loss is a function of the actor alone.
    @Test(arguments: [
        (DiffusionRecipe.x0Chain as DiffusionRecipe?, 1), (.x0Closed, 1), (nil, 1),
        (.x0Chain, 3), (.published, 3),
    ])
    func `is the one that finite differences show`(recipe: DiffusionRecipe?, draws: Int) {
        var stream = Seed(21).stream
        let (features, actions, rows) = (3, 4, 6)
        let network: ActorNetwork =
            if let recipe {
                .diffusion(
                    DiffusionPolicy(
                        features: features, actions: actions, hidden: [6, 5],
                        schedule: NoiseSchedule(steps: 3), recipe: recipe))
            } else {
                .softmax(
                    ActorNetwork.perceptron(
                        features: features, actions: actions, hidden: [6, 5]))
            }
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [5]
        settings.batch = rows
        settings.discount = 0
        settings.startTemperature = 0.3
        settings.draws = draws
        let agent = SoftActorCritic<Double>(
            network: network, settings: settings, actor: network.initialParameters(from: &stream),
            from: &stream)
        var batch = TrainingBatch<Double>(rows: rows, features: features, actions: actions)
        batch.features = Self.random(rows * features, &stream)
        batch.nextFeatures = batch.features
        batch.rewards = Self.random(rows, &stream)
        batch.mask[1] = false
        batch.mask[6] = false
        batch.weights[2] = 0.4
        var noise = UpdateNoise<Double>(for: network, rows: rows, draws: agent.draws)
        noise.draw(for: network, of: batch, from: &stream)

        func loss(_ actor: ParameterVector<Double>) -> Double {
            var copy = agent
            copy.actor = actor
            return copy.update(batch, noise: noise).actorLoss
        }
        var trained = agent
        _ = trained.update(batch, noise: noise)
        let step = 1e-6
        for index in stride(from: 0, to: agent.actor.count, by: 7) {
            var (above, below) = (agent.actor, agent.actor)
            above.values[index] += step
            below.values[index] -= step
            let slope = (loss(above) - loss(below)) / (2 * step)
            let error = (slope - trained.scratch.actorGradient.values[index]).magnitude
            #expect(error < 2e-8, "parameter \(index): \(slope)")
        }
    }
}
