package import NeuralNetwork
package import Policies
import SimulationKernel

/// Measures how random a policy is, on the observations of a batch.
///
/// The chain of a diffusion actor is drawn several times for each row: the entropy given the noise
/// is the mean of each draw's, that of the policy is the entropy of the mean over all draws. Losses
/// see the first, stations act by the second. A softmax actor has but one. The probe has its own
/// stream of chance, so measuring changes nothing.
package struct PolicyProbe: Sendable {
    /// Draws for each row, and rows at most.
    package static var draws: Int { 8 }
    package static var rowLimit: Int { 32 }

    private let rows: Int
    private let draws: Int
    private var workspace: ActorWorkspace<Float>
    private var features: [Float]
    private var start: [Float]
    private var noise: [Float]
    private var drawn: [Float]
    private var mean: [Float]
    var stream: RandomStream

    /// - Parameter prior: the weight of the last features in the scores.
    package init(
        for network: ActorNetwork, prior: Double = 0, rows: Int, seed: UInt64, entity: String
    ) {
        self.rows = min(rows, Self.rowLimit)
        draws = network.chain == nil ? 1 : Self.draws
        let all = self.rows * draws
        workspace = ActorWorkspace(for: network, rows: all, purpose: .inference, prior: prior)
        features = Array(repeating: 0, count: all * network.features)
        start = Array(repeating: 0, count: network.chain == nil ? 0 : all * network.actions)
        noise = Array(
            repeating: 0, count: start.count * (network.chain?.schedule.count ?? 0))
        drawn = Array(repeating: 0, count: network.actions)
        mean = drawn
        stream = RandomStream(seed: seed, entity: entity, purpose: "probe")
    }

    /// Mean entropies in nats over the first rows of a batch; zeros for a network of values.
    package mutating func entropies(
        of network: ActorNetwork, _ actor: ParameterVector<Float>, start from: ChainStart,
        on batch: TrainingBatch<Float>
    ) -> (conditional: Double, marginal: Double) {
        if case .values = network { return (0, 0) }
        let (actions, width) = (network.actions, rows * network.features)
        for index in features.indices { features[index] = batch.features[index % width] }
        switch from {
        case .noise: stream.fillWithNormals(&start)
        case .zeros: break
        case .previous:
            for index in start.indices { start[index] = batch.starts[index % (rows * actions)] }
        }
        stream.fillWithNormals(&noise)
        network.prepare(actor, &workspace)
        network.score(
            actor, rows: rows * draws, features: features, start: start, noise: noise, &workspace,
            keepsSlopes: false)
        var (conditional, marginal) = (0.0, 0.0)
        for row in 0..<rows {
            for action in 0..<actions { mean[action] = 0 }
            for draw in 0..<draws {
                conditional += entropy(ofDraw: draw * rows + row, mask: batch.mask, row: row)
                for action in 0..<actions { mean[action] += drawn[action] / Float(draws) }
            }
            marginal += Double(SoftmaxHead.entropy(mean, actions: actions, floor: 0))
        }
        return (conditional / Double(rows * draws), marginal / Double(rows))
    }

    /// Leaves the probabilities of one draw in `drawn`.
    private mutating func entropy(ofDraw place: Int, mask: [Bool], row: Int) -> Double {
        let actions = drawn.count
        workspace.scores.withUnsafeBufferPointer { scores in
            mask.withUnsafeBufferPointer { mask in
                drawn.withUnsafeMutableBufferPointer { drawn in
                    guard let scores = scores.baseAddress, let mask = mask.baseAddress,
                        let target = drawn.baseAddress
                    else { return }
                    SoftmaxHead.probabilities(
                        scores + place * actions, mask: mask + row * actions, actions: actions,
                        into: target)
                }
            }
        }
        return Double(SoftmaxHead.entropy(drawn, actions: actions, floor: 0))
    }
}
