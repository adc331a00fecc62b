import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

@Suite struct `An update of the recipe x0-closed` {
    let features = 3
    let actions = 4
    let rows = 5
    let agent: SoftActorCritic<Double>
    let batch: TrainingBatch<Double>
    let noise: UpdateNoise<Double>

    init() {
        var stream = Seed(31).stream
        let policy = DiffusionPolicy(
            features: features, actions: actions, hidden: [6], schedule: NoiseSchedule(steps: 3))
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [5]
        settings.batch = rows
        settings.startTemperature = 0.02
        agent = SoftActorCritic<Double>(
            network: .diffusion(policy), settings: settings,
            actor: policy.initialParameters(from: &stream),
            from: &stream)
        var batch = TrainingBatch<Double>(rows: rows, features: features, actions: actions)
        for index in batch.features.indices {
            batch.features[index] = stream.normal()
            batch.nextFeatures[index] = stream.normal()
        }
        batch.mask[5] = false
        batch.nextMask[2] = false
        batch.nextMask[3] = false
        for row in 0..<rows { batch.rewards[row] = stream.normal() }
        batch.continues[4] = 0
        self.batch = batch
        var noise = UpdateNoise<Double>(for: agent.network, rows: rows)
        noise.draw(for: agent.network, of: batch, from: &stream)
        self.noise = noise
    }

    /// The allowed actions of a row.
    func allowed(_ mask: [Bool], _ row: Int) -> [Int] {
        ((row * actions)..<((row + 1) * actions)).filter { mask[$0] }
    }

    @Test func `aims at the soft value of the best policy for the target critics`() {
        var values = agent
        values.minimise(agent.targets, batch.nextFeatures)
        let alpha = agent.temperature
        var sum = 0.0
        for row in 0..<rows {
            let q = allowed(batch.nextMask, row).map { values.scratch.values[$0] }
            let weights = q.map { Mathematics.exp($0 / alpha) }
            let p = weights.map { $0 / weights.reduce(0, +) }
            let value = zip(p, q).reduce(0) { $0 + $1.0 * ($1.1 - alpha * Mathematics.log($1.0)) }
            sum += batch.rewards[row] + 0.95 * batch.continues[row] * value
        }
        var updated = agent
        let metrics = updated.update(batch, noise: noise)
        #expect((metrics.meanTarget - sum / Double(rows)).magnitude < 1e-12)
    }

    @Test func `trains on clipped centred values over twice the temperature, with noise`() {
        var updated = agent
        let metrics = updated.update(batch, noise: noise)
        var critics = agent
        critics.minimise(updated.critics, batch.features)
        let alpha = agent.temperature
        var (clipped, entropy) = (0, 0.0)
        for row in 0..<rows {
            let places = allowed(batch.mask, row)
            let q = places.map { critics.scratch.values[$0] }
            let mean = q.reduce(0, +) / Double(q.count)
            let step = NoiseSchedule(steps: 3).steps[noise.places[row]]
            for (place, value) in zip(places, q) {
                let raw = (value - mean) / (2 * alpha)
                let clean = max(-4, min(4, raw))
                if clean != raw { clipped += 1 }
                let expected = step.signal * clean + step.noise * noise.start[place]
                let samples = updated.scratch.actor.chain?.samples ?? []
                let found = samples[rows * actions + place]
                #expect((found - expected).magnitude < 1e-12)
            }
            let weights = q.map { Mathematics.exp($0 / alpha) }
            entropy -=
                weights.map { $0 / weights.reduce(0, +) }
                .reduce(0) { $0 + $1 * Mathematics.log($1) } / Double(rows)
        }
        #expect(clipped > 0, "the clip is not reached")
        #expect((metrics.entropy - entropy).magnitude < 1e-12)
        #expect(metrics.divergence > 0 && metrics.divergence < metrics.actorLoss)
    }
}
