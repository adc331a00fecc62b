import AllocationCounter
import Learning
import NeuralNetwork
import Policies
import SimulationKernel

/// The Swift side of python/bench_torch.py: the same networks and the same work.
///
///     learning decision HIDDEN         seconds of one decision, one row
///     learning decision HIDDEN STEPS   the same with so many of the 5 steps, without noise
///     learning update HIDDEN BATCH     seconds, multiply-adds and allocations of one update
///     learning products                our products beside OpenBLAS's, shape by shape
///     learning sgemm                   GFLOP/s of OpenBLAS's best large square product
///
/// Times are of the processor, on the one thread there is, and medians.
func runLearning(_ arguments: [String]) throws {
    switch (arguments.first, arguments.dropFirst().compactMap { Int($0) }) {
    case ("decision", let sizes) where sizes.count == 1:
        print(decisionTime(hidden: sizes[0], ChainSampler(policy(hidden: 1).schedule)))
    case ("decision", let sizes) where sizes.count == 2 && (1...5).contains(sizes[1]):
        let schedule = policy(hidden: 1).schedule
        print(
            decisionTime(
                hidden: sizes[0], ChainSampler(schedule, steps: sizes[1], noise: 0)))
    case ("update", let sizes) where sizes.count == 2:
        let result = measureUpdate(hidden: sizes[0], batch: sizes[1])
        print(
            #"{ "s": \#(result.seconds), "multiply_adds": \#(result.multiplyAdds), "#
                + #""allocations": \#(result.allocations) }"#)
    case ("products", []): try printProducts()
    case ("sgemm", []): print(try OpenBLAS().bestRate())
    default:
        exitForUsage(["learning decision HIDDEN [STEPS]|update HIDDEN BATCH|products|sgemm"])
    }
}

private let (features, actions) = (40, 20)

private func policy(hidden: Int) -> DiffusionPolicy {
    DiffusionPolicy(
        features: features, actions: actions, hidden: [hidden, hidden], recipe: .published)
}

/// Draws the noise, runs the chain and draws the action.
private func decisionTime(hidden: Int, _ sampler: ChainSampler) -> Double {
    var stream = RandomStream(seed: 1, entity: "bench", purpose: "decision")
    var policy = policy(hidden: hidden)
    policy.sampler = sampler
    var actor = PolicyActor(
        network: .diffusion(policy), parameters: policy.initialParameters(from: &stream))
    var state = [Float](repeating: 0, count: features)
    stream.fillWithNormals(&state)
    let mask = [Bool](repeating: true, count: actions)
    var chosen: UInt32 = 0
    let seconds = ProcessorTime.median { chosen &+= actor.choose(state, mask: mask, from: &stream) }
    precondition(actor.decisions > 0)
    return seconds
}

private func measureUpdate(
    hidden: Int, batch rows: Int
) -> (seconds: Double, multiplyAdds: Int, allocations: UInt64) {
    var stream = RandomStream(seed: 1, entity: "bench", purpose: "update")
    let policy = policy(hidden: hidden)
    var settings = SoftActorCriticSettings()
    settings.criticHidden = [hidden, hidden]
    settings.batch = rows
    var agent = SoftActorCritic<Float>(
        network: .diffusion(policy), settings: settings,
        actor: policy.initialParameters(from: &stream), from: &stream)
    var batch = TrainingBatch<Float>(rows: rows, features: features, actions: actions)
    stream.fillWithNormals(&batch.features)
    stream.fillWithNormals(&batch.nextFeatures)
    stream.fillWithNormals(&batch.rewards)
    for row in 0..<rows { batch.choices[row] = stream.integer(below: actions) }
    var noise = UpdateNoise<Float>(for: agent.network, rows: rows)
    let update = {
        noise.draw(for: agent.network, of: batch, from: &stream)
        _ = agent.update(batch, noise: noise)
    }
    let seconds = ProcessorTime.median(of: update)
    let before = edgeflock_allocations()
    update()
    let allocations = edgeflock_allocations() - before
    return (seconds, rows * multiplyAdds(policy, agent.critic), allocations)
}

/// The multiplications with an addition that an update needs for each row of its batch: every
/// product of the networks once, the state's part of the denoiser once for all steps, nothing for
/// what tiles are filled up with, and nothing for the few rows that stand for the steps.
private func multiplyAdds(_ policy: DiffusionPolicy, _ critic: MultilayerPerceptron) -> Int {
    let layers = policy.denoiser.layers
    let state = policy.features * layers[0].outputs
    let tail = layers.dropFirst().reduce(0) { $0 + $1.inputs * $1.outputs }
    let step = policy.actions * layers[0].outputs + tail
    let chain = policy.schedule.count * step + state
    // A layer's backward pass has two products as large as its forward pass; the derivative by the
    // states is not wanted.
    let chainBackward = policy.schedule.count * 2 * step + state
    let whole = critic.layers.reduce(0) { $0 + $1.inputs * $1.outputs }
    let first = critic.layers[0].inputs * critic.layers[0].outputs
    // Two target critics, two critics to train, and the same two again once they are trained.
    return 2 * chain + chainBackward + 6 * whole + 2 * (2 * whole - first)
}
