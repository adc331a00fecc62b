package import NeuralNetwork
package import Policies
import SimulationKernel

/// Episodes without learning, side by side: each has its own start and its own chance, so a return
/// does not depend on which others are played.
package struct CartPoleEvaluation: Sendable {
    /// The return of each episode.
    package private(set) var returns: [Double]

    package var mean: Double { returns.reduce(0, +) / Double(max(returns.count, 1)) }

    private let network: ActorNetwork
    private let parameters: ParameterVector<Float>
    private let mode: ActionMode
    private let startsFromZeros: Bool
    private var workspace: ActorWorkspace<Float>
    private var open: [Player] = []

    private struct Player {
        var episode: Int
        var task: CartPole
        var chance: RandomStream
    }

    /// - Parameter purpose: keys the streams, so that different evaluations start differently.
    package init(
        of network: ActorNetwork, _ parameters: ParameterVector<Float>, episodes: Int,
        mode: ActionMode, startsFromZeros: Bool = false, seed: UInt64, purpose: String
    ) {
        self.network = network
        self.parameters = parameters
        self.mode = mode
        self.startsFromZeros = startsFromZeros
        returns = Array(repeating: 0, count: episodes)
        workspace = ActorWorkspace(for: network, rows: max(episodes, 1), purpose: .inference)
        network.prepare(parameters, &workspace)
        for episode in 0..<episodes {
            var starts = RandomStream(
                seed: seed, episode: episode, entity: "cartpole", purpose: purpose)
            let chance = RandomStream(
                seed: seed, episode: episode, entity: "cartpole", purpose: "\(purpose) policy")
            open.append(Player(episode: episode, task: CartPole(from: &starts), chance: chance))
        }
        while !open.isEmpty { step() }
    }

    private mutating func step() {
        let actions = choose()
        var stillOpen: [Player] = []
        stillOpen.reserveCapacity(open.count)
        for (var player, action) in zip(open, actions) {
            let outcome = player.task.step(action)
            returns[player.episode] += outcome.reward
            if !outcome.isOver { stillOpen.append(player) }
        }
        open = stillOpen
    }

    private mutating func choose() -> [Int] {
        let (rows, actions) = (open.count, network.actions)
        let (start, noise) = drawNoise()
        network.score(
            parameters, rows: rows, features: open.flatMap(\.task.observation), start: start,
            noise: noise, &workspace)
        let mask = [Bool](repeating: true, count: actions)
        var probabilities = [Float](repeating: 0, count: actions)
        return (0..<rows).map { row in
            let scores = Array(workspace.scores[(row * actions)..<((row + 1) * actions)])
            guard mode == .sampled else { return SoftmaxHead.mostProbable(scores) }
            SoftmaxHead.probabilities(scores, mask: mask, actions: actions, into: &probabilities)
            return SoftmaxHead.sample(probabilities, uniform: open[row].chance.uniform())
        }
    }

    /// What the chains of all rows start from and meet, each row's from its own stream.
    private mutating func drawNoise() -> (start: [Float], noise: [Float]) {
        guard let chain = network.chain else { return ([], []) }
        let (rows, actions, steps) = (open.count, chain.actions, chain.sampler.moves.count)
        var start = [Float](repeating: 0, count: rows * actions)
        var noise = [Float](repeating: 0, count: steps * rows * actions)
        guard mode != .zeroNoise else { return (start, noise) }
        for row in 0..<rows {
            for action in 0..<actions {
                let index = row * actions + action
                if !startsFromZeros { start[index] = Float(open[row].chance.normal()) }
                // The last move, at place 0, adds no noise.
                guard chain.sampler.drawsNoise else { continue }
                for place in 1..<max(steps, 1) {
                    noise[place * rows * actions + index] = Float(open[row].chance.normal())
                }
            }
        }
        return (start, noise)
    }
}
