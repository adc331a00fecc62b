package import Messaging
import NeuralNetwork
import Policies
package import SimulationKernel

/// Trains an agent on what comes in: transitions -> replay -> rate limiter -> gradient steps.
///
/// The learner holds one, a station that trains itself holds its own, and the loop of an
/// environment uses it directly:
///
///     var trainer = ReplayTrainer(agent: agent, settings: settings, seed: 1)
///     _ = trainer.insert(transition)
///     while trainer.pendingUpdates > 0 { trainer.step() }
///     actor.replaceParameters(trainer.agent.actor)
package struct ReplayTrainer<Trained: Agent<Float>>: Trainer {
    package internal(set) var agent: Trained
    package internal(set) var replay: ReplayBuffer
    package internal(set) var limiter: RateLimiter
    package let settings: TrainerSettings
    /// What the last update told.
    package private(set) var metrics = UpdateMetrics()

    var batch: TrainingBatch<Float>
    private var noise: UpdateNoise<Float>
    var probe: PolicyProbe
    var stream: RandomStream
    var stretch = TrainingStretch()
    let entity: String

    /// - Parameters:
    ///   - entity: who trains; keys the streams `updates` and `probe`.
    package init(
        agent: Trained, settings: TrainerSettings, seed: UInt64, entity: String = "learner"
    ) {
        let network = agent.network
        self.agent = agent
        self.settings = settings
        self.entity = entity
        limiter = RateLimiter(
            samplesPerInsert: settings.samplesPerInsert, minimum: settings.minimumTransitions,
            batch: agent.batchSize, lagLimit: settings.lagLimit)
        replay = ReplayBuffer(
            capacity: settings.replayCapacity, features: network.features,
            actions: network.actions, selection: agent.selection,
            keepsStarts: agent.start == .previous, priorities: settings.priorities)
        batch = TrainingBatch(
            rows: agent.batchSize, features: network.features, actions: network.actions)
        noise = UpdateNoise(for: network, rows: agent.batchSize, draws: agent.draws)
        probe = PolicyProbe(
            for: network, prior: agent.prior, rows: agent.batchSize, seed: seed, entity: entity)
        stream = RandomStream(seed: seed, entity: entity, purpose: "updates")
    }

    package var layout: UInt64 { agent.network.layout }
    package var weights: [Float] { agent.actor.values }
    package var isFinite: Bool { agent.actor.isFinite }
    package var updates: UInt64 { agent.updates }
    package var pendingUpdates: UInt64 { limiter.pending }
    package var inserted: UInt64 { limiter.inserted }
    package var networks: [Float] { agent.networks }

    package mutating func replaceNetworks(_ networks: [Float]) {
        agent.replaceNetworks(networks)
    }

    package mutating func insert(
        _ transition: Transition, version: UInt64 = 0, age: Double = 0
    ) -> Bool {
        guard replay.fits(transition), limiter.admit() else { return false }
        replay.insert(transition)
        stretch.note(transition, version: version, age: age)
        return true
    }

    package mutating func step() {
        replay.sample(
            into: &batch, discount: agent.discount, update: agent.updates, from: &stream)
        noise.draw(for: agent.network, start: agent.start, of: batch, from: &stream)
        metrics = agent.update(batch, noise: noise)
        replay.note(errors: agent.errors)
        limiter.noteUpdate()
        stretch.note(metrics)
    }

    package mutating func takeRecord(at now: VirtualInstant, version: UInt64) -> TrainingRecord {
        var record = stretch.record(at: now)
        record.version = version
        record.gradientSteps = agent.updates
        record.transitions = limiter.inserted
        record.droppedTransitions = limiter.dropped
        record.samplesPerInsert = limiter.ratio
        if stretch.hasUpdates {
            let entropies = probe.entropies(
                of: agent.network, agent.actor, start: agent.start, on: batch)
            record.conditionalEntropy = entropies.conditional
            record.marginalEntropy = entropies.marginal
        } else {
            (record.conditionalEntropy, record.marginalEntropy) = (.nan, .nan)
        }
        stretch = TrainingStretch()
        return record
    }
}
