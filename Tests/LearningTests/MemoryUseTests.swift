import AllocationCounter
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

/// Counted by the C library's own functions, of which this test has its own versions.
@Suite struct `Memory` {
    private static func allocations(during work: () -> Void) -> UInt64 {
        let before = edgeflock_allocations()
        work()
        return edgeflock_allocations() - before
    }

    private static func network(_ recipe: DiffusionRecipe) -> ActorNetwork {
        .diffusion(
            DiffusionPolicy(features: 6, actions: 5, hidden: [24, 17], recipe: recipe))
    }

    private static let perceptron = ActorNetwork.perceptron(
        features: 6, actions: 5, hidden: [24, 17])

    @Test func `is counted when it is allocated`() {
        var kept: [[Int]] = []
        kept.reserveCapacity(3)
        let count = Self.allocations { for size in 1...3 { kept.append(Array(0..<size)) } }
        #expect(count >= 3)
    }

    @Test(arguments: [
        network(.published), network(.x0Closed), .softmax(perceptron), .values(perceptron),
    ])
    func `is not allocated by a decision`(network: ActorNetwork) {
        var stream = Seed(1).stream
        var actor = PolicyActor(
            network: network, parameters: network.initialParameters(from: &stream))
        let features = [Float](repeating: 0.5, count: 6)
        let mask = [Bool](repeating: true, count: 5)
        func decide() { _ = actor.choose(features, mask: mask, from: &stream) }
        decide()
        let count = Self.allocations { for _ in 0..<10 { decide() } }
        #expect(count == 0)
    }

    private static func batch(from stream: inout RandomStream) -> TrainingBatch<Float> {
        var batch = TrainingBatch<Float>(rows: 13, features: 6, actions: 5)
        stream.fillWithNormals(&batch.features)
        stream.fillWithNormals(&batch.nextFeatures)
        return batch
    }

    /// Debug builds do not specialise generic code, whose arguments they box.
    private static let isOptimised = {
        var isOptimised = true
        assert(
            {
                isOptimised = false
                return true
            }())
        return isOptimised
    }()

    @Test(
        .enabled(if: isOptimised, "runs in release builds"),
        arguments: [
            (network(.published), 1), (network(.published), 3), (network(.x0Chain), 1),
            (network(.x0Closed), 1), (.softmax(perceptron), 1),
        ])
    func `is not allocated by a steady step of a soft actor-critic`(
        network: ActorNetwork, draws: Int
    ) {
        var stream = Seed(2).stream
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [20, 33]
        settings.batch = 13
        settings.draws = draws
        var agent = SoftActorCritic<Float>(
            network: network, settings: settings,
            actor: network.initialParameters(from: &stream), from: &stream)
        let batch = Self.batch(from: &stream)
        var noise = UpdateNoise<Float>(for: network, rows: 13, draws: agent.draws)
        func step() {
            noise.draw(for: network, of: batch, from: &stream)
            _ = agent.update(batch, noise: noise)
        }
        step()
        let count = Self.allocations { for _ in 0..<10 { step() } }
        #expect(count == 0)
    }

    @Test func `is not allocated by a steady step of a Q-network`() {
        var stream = Seed(3).stream
        var settings = DeepQNetworkSettings()
        settings.batch = 13
        let network = ActorNetwork.values(Self.perceptron)
        var agent = DeepQNetwork<Float>(
            network: network, settings: settings, actor: network.initialParameters(from: &stream))
        let batch = Self.batch(from: &stream)
        let noise = UpdateNoise<Float>(for: network, rows: 13)
        func step() { _ = agent.update(batch, noise: noise) }
        step()
        let count = Self.allocations { for _ in 0..<10 { step() } }
        #expect(count == 0)
    }
}
