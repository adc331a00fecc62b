import EdgeModel
package import Messaging
package import NeuralNetwork
package import Policies
package import SimulationKernel

/// The node that trains one policy for all stations.
///
/// Transitions are inserted in the order in which their batches arrive, which the event keys fix.
/// Each insertion allows gradient steps (`RateLimiter`); they are done at that virtual instant, or
/// one after another when a step takes virtual time. New weights go out at most once in a publish
/// interval, one transmission for each station over that station's own downlink port.
package struct Learner: Node {
    package let settings: LearnerSettings
    package private(set) var agent: SoftActorCritic<Float>
    package private(set) var replay: ReplayBuffer
    /// The last version that was published; 0 before the first.
    package private(set) var version: UInt64 = 0
    /// Transitions that did not fit the policy, or came twice, or messages not for a learner.
    package private(set) var refused: UInt64 = 0

    private let layout: UInt64
    private let limiter: RateLimiter
    private var subscribers: [Downlink]
    /// The next sequence number of each station, and the incarnation that counts.
    private var expected: [NodeIndex: (incarnation: UInt32, sequence: UInt64)] = [:]
    private var batch: TrainingBatch<Float>
    private var noise: UpdateNoise<Float>
    private var stream: RandomStream
    private var nextPublication = VirtualInstant.zero
    private var publishedUpdates: UInt64 = 0
    private var checkpointsTaken = 0
    private var isWaitingToPublish = false
    private var isStepping = false
    private var stretch = TrainingStretch()

    private struct Downlink: Sendable {
        let subscriber: LearnerSettings.Subscriber
        var port = EgressPort()
    }

    private enum TimerKind: UInt32 {
        case publish, step, checkpoint
    }

    /// - Parameters:
    ///   - actor: the weights that the stations start with, too.
    ///   - subscribers: the stations, in the order of publication.
    package init(
        settings: LearnerSettings, policy: DiffusionPolicy, actor: ParameterVector<Float>,
        subscribers: [LearnerSettings.Subscriber]
    ) {
        self.settings = settings
        self.subscribers = subscribers.map { Downlink(subscriber: $0) }
        layout = policy.layout
        limiter = RateLimiter(
            samplesPerInsert: settings.samplesPerInsert, minimum: settings.minimumTransitions,
            batch: settings.agent.batch)
        var weights = RandomStream(seed: settings.seed, entity: "learner", purpose: "critics")
        agent = SoftActorCritic(
            policy: policy, settings: settings.agent, actor: actor, from: &weights)
        replay = ReplayBuffer(
            capacity: settings.replayCapacity, features: policy.features, actions: policy.actions)
        batch = TrainingBatch(
            rows: settings.agent.batch, features: policy.features, actions: policy.actions)
        noise = UpdateNoise(for: policy, rows: settings.agent.batch)
        stream = RandomStream(seed: settings.seed, entity: "learner", purpose: "updates")
    }

    /// Starts from the networks of a checkpoint instead of fresh ones; to be called before `start`.
    package mutating func restore(from checkpoint: Checkpoint) throws(CheckpointError) {
        try agent.restore(from: checkpoint)
    }

    package mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            scheduleCheckpoint(&directives)
        case .message(.transitions(let batch), from: _):
            insert(batch)
            train(at: now, &directives)
        case .message:
            refused += 1
        case .timer(let timer):
            switch TimerKind(rawValue: timer.kind) {
            case .publish:
                isWaitingToPublish = false
                publishIfDue(at: now, &directives)
            case .step:
                isStepping = false
                step()
                publishIfDue(at: now, &directives)
                train(at: now, &directives)
            case .checkpoint:
                directives.record(
                    .checkpoint(
                        CheckpointRecord(
                            version: version, gradientSteps: agent.updates,
                            bytes: agent.checkpoint.encoded())))
                scheduleCheckpoint(&directives)
            case nil:
                preconditionFailure("the learner never set a timer of kind \(timer.kind)")
            }
        case .decided:
            preconditionFailure("the learner never asked for a decision")
        }
    }
}

extension Learner {
    private mutating func insert(_ arrived: TransitionBatch) {
        let known = expected[arrived.station] ?? (arrived.incarnation, 0)
        guard arrived.incarnation >= known.incarnation else {
            refused += UInt64(arrived.transitions.count)
            return
        }
        var next = arrived.incarnation == known.incarnation ? known.sequence : 0
        for (offset, transition) in arrived.transitions.enumerated() {
            let sequence = arrived.firstSequence + UInt64(offset)
            guard sequence >= next, replay.fits(transition) else {
                refused += 1
                continue
            }
            next = sequence + 1
            replay.insert(transition)
            stretch.note(transition, version: version)
        }
        expected[arrived.station] = (arrived.incarnation, next)
    }

    private mutating func train(at now: VirtualInstant, _ directives: inout Directives) {
        let allowed = limiter.updates(afterInserting: replay.inserted)
        if settings.stepTime > .zero {
            guard !isStepping, agent.updates < allowed else { return }
            isStepping = true
            directives.wake(Timer(kind: TimerKind.step.rawValue), at: now + settings.stepTime)
        } else {
            guard agent.updates < allowed else { return }
            while agent.updates < allowed {
                step()
                directives.progress?.advance()
            }
            publishIfDue(at: now, &directives)
        }
    }

    private mutating func scheduleCheckpoint(_ directives: inout Directives) {
        guard checkpointsTaken < settings.checkpoints.count else { return }
        directives.wake(
            Timer(kind: TimerKind.checkpoint.rawValue), at: settings.checkpoints[checkpointsTaken])
        checkpointsTaken += 1
    }

    private mutating func step() {
        replay.sample(into: &batch, from: &stream)
        noise.draw(for: agent.policy, from: &stream)
        stretch.note(agent.update(batch, noise: noise))
    }

    private mutating func publishIfDue(at now: VirtualInstant, _ directives: inout Directives) {
        guard agent.updates > publishedUpdates, !isWaitingToPublish else { return }
        guard now >= nextPublication else {
            isWaitingToPublish = true
            directives.wake(Timer(kind: TimerKind.publish.rawValue), at: nextPublication)
            return
        }
        precondition(agent.actor.isFinite, "weights are not finite after update \(agent.updates)")
        version += 1
        publishedUpdates = agent.updates
        nextPublication = now + settings.publishInterval
        let message = Message.weights(
            WeightSnapshot(
                generation: 0, version: version, layout: layout, parameters: agent.actor.values))
        let size = Megabits(Double(message.encodedSize) * 8e-6)
        var deliveries: [Delivery] = []
        for index in subscribers.indices {
            let link = subscribers[index].subscriber.link
            let sent = subscribers[index].port.send(for: size / link.rate, at: now)
            let station = subscribers[index].subscriber.station
            deliveries.append(Delivery(to: station, at: sent + link.delay))
        }
        directives.publish(message, deliveries)
        directives.record(
            .training(
                stretch.record(
                    at: now, version: version, updates: agent.updates, inserted: replay.inserted,
                    bytes: UInt64(message.encodedSize * deliveries.count),
                    messages: UInt64(deliveries.count))))
        stretch = TrainingStretch()
    }
}
