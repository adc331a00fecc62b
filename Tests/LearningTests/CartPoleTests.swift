import Learning
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The task CartPole-v1` {
    @Test func `follows Gymnasium from the given states`() throws {
        let golden = try GoldenFile("cartpole")
        for episode in golden["episodes"].items {
            var state = Self.state(episode["start"].numbers)
            for (index, step) in episode["steps"].items.enumerated() {
                var task = CartPole(from: state, steps: index)
                let outcome = task.step(step["action"].integer)
                state = Self.state(step["state"].numbers)
                for (value, expected) in zip(task.state.values, state.values) {
                    #expect((value - expected).magnitude <= 1e-12)
                }
                #expect(outcome.reward == step["reward"].number)
                #expect(outcome.terminated == step["terminated"].isTrue)
                #expect(outcome.truncated == step["truncated"].isTrue)
            }
        }
    }

    @Test func `follows Gymnasium through whole episodes`() throws {
        let golden = try GoldenFile("cartpole")
        for episode in golden["episodes"].items {
            var task = CartPole(from: Self.state(episode["start"].numbers))
            var isOver = false
            for step in episode["steps"].items {
                #expect(!isOver)
                isOver = task.step(step["action"].integer).isOver
            }
            #expect(isOver)
            #expect(task.steps == episode["steps"].items.count)
        }
    }

    /// A still cart with an upright pole, moved to where it is about to end.
    @Test(arguments: [
        (2.41, 0.0, true), (-2.41, 0, true), (2.39, 0, false), (0, 0.21, true), (0, -0.21, true),
        (0, 0.209, false),
    ])
    func `ends beyond 2_4 m or 12 degrees`(place: Double, angle: Double, ends: Bool) {
        var task = CartPole(
            from: CartPole.State(place: place, speed: 0, angle: angle, rotation: 0))
        let outcome = task.step(1)
        #expect(outcome.terminated == ends)
        #expect(!outcome.truncated)
        #expect(outcome.reward == 1)
    }

    @Test func `is cut off after 500 steps, even where it ends as well`() {
        let upright = CartPole.State(place: 0, speed: 0, angle: 0, rotation: 0)
        var task = CartPole(from: upright, steps: 498)
        #expect(!task.step(0).truncated)
        #expect(task.step(1).truncated)
        var falling = CartPole(
            from: CartPole.State(place: 3, speed: 0, angle: 0, rotation: 0), steps: 499)
        let outcome = falling.step(0)
        #expect(outcome.terminated && outcome.truncated)
    }

    @Test(arguments: Seed.first(20)) func `starts within 0_05 of upright`(seed: Seed) {
        var stream = seed.stream
        let task = CartPole(from: &stream)
        #expect(task.state.values.allSatisfy { $0.magnitude <= 0.05 })
        #expect(Set(task.state.values).count == 4)
    }

    private static func state(_ values: [Double]) -> CartPole.State {
        CartPole.State(
            place: values[0], speed: values[1], angle: values[2], rotation: values[3])
    }
}

@Suite struct `Training at CartPole` {
    typealias AgentName = CartPoleExperiment.AgentName

    private static func short(_ agent: AgentName) -> CartPoleExperiment {
        var experiment = CartPoleExperiment(agent)
        experiment.hidden = [32, 32]
        experiment.criticHidden = [32, 32]
        experiment.batch = 32
        experiment.denoisingSteps = 2
        experiment.minimumTransitions = 200
        experiment.training.steps = 600
        experiment.training.checkpoints = 2
        experiment.training.checkpointEpisodes = 5
        experiment.training.finalEpisodes = 5
        return experiment
    }

    @Test(arguments: AgentName.allCases)
    func `gives the same result for the same seed, and another for another`(agent: AgentName) {
        let first = Self.short(agent).run(seed: 3)?.outcome
        let second = Self.short(agent).run(seed: 3)?.outcome
        let other = Self.short(agent).run(seed: 4)?.outcome
        #expect(first == second && first != nil)
        #expect(first?.weights != other?.weights)
    }

    /// A stretch of 128 for 256 steps with dqn, counted from the first update at step 200.
    @Test(arguments: [(AgentName.dqn, UInt64(157)), (.sac, 401), (.dsac, 401)])
    func `takes the gradient steps of its schedule`(agent: AgentName, steps: UInt64) throws {
        let outcome = try #require(Self.short(agent).run(seed: 3)?.outcome)
        #expect(outcome.gradientSteps == steps)
        #expect(outcome.checkpoints.map(\.step) == [300, 600])
    }

    @Test func `evaluates each agent in the modes that it has`() throws {
        let counts = try AgentName.allCases.map { agent in
            let final = try #require(Self.short(agent).run(seed: 1)?.outcome).final
            return [final.greedy.count, final.sampled.count, final.zeroNoise.count]
        }
        #expect(counts == [[5, 0, 0], [5, 5, 0], [5, 5, 5]])
    }

    @Test func `stops when it is told to`() {
        #expect(Self.short(.dsac).run(seed: 1, watch: { steps, _ in steps < 300 }) == nil)
    }

    /// A random policy's mean return is about 22.
    @Test(arguments: [
        (AgentName.sac, DiffusionRecipe.x0Closed), (.dsac, .x0Closed), (.dsac, .published),
    ])
    func `is far better than chance after 3000 steps`(
        agent: AgentName, recipe: DiffusionRecipe
    ) throws {
        var experiment = Self.short(agent)
        experiment.recipe = recipe
        experiment.training.steps = 3000
        experiment.batch = 64
        let outcome = try #require(experiment.run(seed: 1)?.outcome)
        #expect(outcome.final.greedy.reduce(0, +) / 5 > 60, "\(outcome.checkpoints)")
    }

    /// What an episode brings must not depend on which others are played beside it.
    @Test func `plays evaluation episodes independently of each other`() {
        let policy = DiffusionPolicy(
            features: 4, actions: 2, hidden: [8], schedule: NoiseSchedule(steps: 3))
        var stream = Seed(1).stream
        let weights: ParameterVector<Float> = policy.initialParameters(from: &stream)
        func returns(_ count: Int) -> [Double] {
            CartPoleEvaluation(
                of: .diffusion(policy), weights, episodes: count, mode: .sampled, seed: 5,
                purpose: "test"
            ).returns
        }
        #expect(Array(returns(12).prefix(5)) == returns(5))
        #expect(Set(returns(12)).count > 1)
    }
}
