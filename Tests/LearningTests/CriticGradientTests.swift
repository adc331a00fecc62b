import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

/// What an optimiser was given is read from its memory: after one step that is a tenth of it.
@Suite struct `The gradients beside the actor's` {
    static let rows = 6
    static let actions = 4

    static func network(_ recipe: DiffusionRecipe?) -> ActorNetwork {
        guard let recipe else {
            return .softmax(ActorNetwork.perceptron(features: 3, actions: actions, hidden: [6]))
        }
        return .diffusion(
            DiffusionPolicy(
                features: 3, actions: actions, hidden: [6], schedule: NoiseSchedule(steps: 3),
                recipe: recipe))
    }

    /// An agent whose targets differ from its critics, and a batch with masks, ends and weights.
    static func scene(
        _ recipe: DiffusionRecipe?
    ) -> (SoftActorCritic<Double>, TrainingBatch<Double>, UpdateNoise<Double>) {
        var stream = Seed(33).stream
        let network = network(recipe)
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [5]
        settings.batch = rows
        settings.discount = 0.8
        settings.startTemperature = 0.3
        settings.targetEntropy = 0.4
        var agent = SoftActorCritic<Double>(
            network: network, settings: settings, actor: network.initialParameters(from: &stream),
            from: &stream)
        for index in 0..<2 { agent.critic.initialize(&agent.targets[index], from: &stream) }
        var batch = TrainingBatch<Double>(rows: rows, features: 3, actions: actions)
        for index in batch.features.indices {
            batch.features[index] = stream.normal()
            batch.nextFeatures[index] = stream.normal()
        }
        for row in 0..<rows {
            batch.rewards[row] = stream.normal()
            batch.weights[row] = 0.5 + stream.uniform()
            batch.choices[row] = 1 + stream.integer(below: actions - 1)
        }
        for place in [0, 4, 20] { (batch.mask[place], batch.nextMask[place]) = (false, false) }
        batch.continues[3] = 0
        var noise = UpdateNoise<Double>(for: network, rows: rows, draws: agent.draws)
        noise.draw(for: network, of: batch, from: &stream)
        return (agent, batch, noise)
    }

    @Test(arguments: [nil, DiffusionRecipe.x0Closed, .x0Chain, .published])
    func `of both critics are those that finite differences show`(recipe: DiffusionRecipe?) {
        let (agent, batch, noise) = Self.scene(recipe)
        var trained = agent
        #expect(trained.update(batch, noise: noise).criticGradientNorm > 0.1)
        func loss(_ critic: Int, _ index: Int, _ step: Double) -> Double {
            var copy = agent
            copy.critics[critic].values[index] += step
            return copy.update(batch, noise: noise).criticLoss
        }
        for critic in 0..<2 {
            for index in agent.critics[critic].values.indices {
                let slope = (loss(critic, index, 1e-6) - loss(critic, index, -1e-6)) / 2e-6
                let given = 10 * trained.criticOptimisers[critic].first[index]
                #expect((slope - given).magnitude < 2e-8, "critic \(critic), \(index): \(slope)")
            }
        }
    }

    /// In ln(alpha), of alpha mean(H - c ln A), where the entropies H stay what they are.
    @Test(arguments: [nil, DiffusionRecipe.x0Closed, .x0Chain, .published])
    func `of the temperature is the one that finite differences show`(recipe: DiffusionRecipe?) {
        let (agent, batch, noise) = Self.scene(recipe)
        var trained = agent
        let metrics = trained.update(batch, noise: noise)
        let entropies = trained.scratch.entropies
        func loss(_ logarithm: Double) -> Double {
            let excess = entropies.enumerated().map { row, entropy in
                let places = row * Self.actions..<(row + 1) * Self.actions
                let allowed = batch.mask[places].count { $0 }
                return entropy - 0.4 * Mathematics.log(Double(allowed))
            }
            return Mathematics.exp(logarithm) * excess.reduce(0, +) / Double(Self.rows)
        }
        let place = agent.logTemperature.values[0]
        let slope = (loss(place + 1e-6) - loss(place - 1e-6)) / 2e-6
        #expect(slope.magnitude > 1e-3)
        #expect((slope - 10 * trained.temperatureOptimiser.first[0]).magnitude < 2e-9)
        #expect((loss(place) - metrics.temperatureLoss).magnitude < 1e-12)
    }

    /// Of a softmax actor the entropy is known without the agent.
    @Test func `rest on the entropy of the policy`() {
        let (agent, batch, noise) = Self.scene(nil)
        var workspace = ActorWorkspace<Double>(
            for: agent.network, rows: Self.rows, purpose: .inference)
        agent.network.score(
            agent.actor, rows: Self.rows, features: batch.features, start: [], noise: [],
            &workspace)
        var trained = agent
        _ = trained.update(batch, noise: noise)
        for row in 0..<Self.rows {
            let places = (row * Self.actions..<(row + 1) * Self.actions).filter { batch.mask[$0] }
            let weights = places.map { Mathematics.exp(workspace.scores[$0]) }
            let sum = weights.reduce(0, +)
            let entropy = weights.reduce(0) { $0 - $1 / sum * Mathematics.log($1 / sum) }
            #expect((trained.scratch.entropies[row] - entropy).magnitude < 1e-6)
        }
    }
}
