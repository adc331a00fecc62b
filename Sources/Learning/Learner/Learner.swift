import EdgeModel
package import Messaging
package import SimulationKernel

/// The node that trains one policy for all stations.
///
/// Transitions are inserted in the order in which their batches arrive, which the event keys fix.
/// Each insertion allows gradient steps (`RateLimiter`); they are done at that virtual instant, or
/// one after another when a step takes virtual time. New weights go out at most once in a publish
/// interval, one transmission for each station over that station's own downlink port.
package struct Learner: Node {
    package let settings: LearnerSettings
    package internal(set) var trainer: any Trainer
    /// The last version that was published; 0 before the first.
    package internal(set) var version: UInt64 = 0
    /// Transitions that did not fit the policy, or came twice, or messages not for a learner.
    package internal(set) var refused: UInt64 = 0

    var subscribers: [Downlink]
    /// The next sequence number of each station, and the incarnation that counts.
    var expected: [NodeIndex: (incarnation: UInt32, sequence: UInt64)] = [:]
    var publications = PublicationTimes()
    var nextPublication = VirtualInstant.zero
    var publishedUpdates: UInt64
    var checkpointsTaken = 0
    var isWaitingToPublish = false
    var isStepping = false

    struct Downlink: Sendable {
        let subscriber: LearnerSettings.Subscriber
        var port = EgressPort()
    }

    private enum TimerKind: UInt32 {
        case publish, step, checkpoint
    }

    /// - Parameters:
    ///   - trainer: has the weights that the stations start with.
    ///   - subscribers: the stations, in the order of publication.
    package init(
        settings: LearnerSettings, trainer: any Trainer, subscribers: [LearnerSettings.Subscriber]
    ) {
        self.settings = settings
        self.trainer = trainer
        self.subscribers = subscribers.map { Downlink(subscriber: $0) }
        publishedUpdates = trainer.updates
    }

    package mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            // One that goes on has its timer already.
            if checkpointsTaken == 0 { scheduleCheckpoint(&directives) }
        case .message(.transitions(let batch), from: _):
            insert(batch, at: now)
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
                trainer.step()
                publishIfDue(at: now, &directives)
                train(at: now, &directives)
            case .checkpoint:
                directives.record(
                    .checkpoint(
                        CheckpointRecord(
                            version: version, gradientSteps: trainer.updates,
                            bytes: trainer.checkpoint(isComplete: false))))
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
    private mutating func insert(_ arrived: TransitionBatch, at now: VirtualInstant) {
        let known = expected[arrived.station] ?? (arrived.incarnation, 0)
        guard arrived.incarnation >= known.incarnation else {
            refused += UInt64(arrived.transitions.count)
            return
        }
        var next = arrived.incarnation == known.incarnation ? known.sequence : 0
        for (offset, transition) in arrived.transitions.enumerated() {
            let sequence = arrived.firstSequence + UInt64(offset)
            guard sequence >= next else {
                refused += 1
                continue
            }
            next = sequence + 1
            let age = now - publications.instant(of: transition.policyVersion)
            if !trainer.insert(transition, version: version, age: age.seconds) { refused += 1 }
        }
        expected[arrived.station] = (arrived.incarnation, next)
    }

    private mutating func train(at now: VirtualInstant, _ directives: inout Directives) {
        if settings.stepTime > .zero {
            guard !isStepping, trainer.pendingUpdates > 0 else { return }
            isStepping = true
            directives.wake(Timer(kind: TimerKind.step.rawValue), at: now + settings.stepTime)
        } else {
            guard trainer.pendingUpdates > 0 else { return }
            while trainer.pendingUpdates > 0 {
                trainer.step()
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

    private mutating func publishIfDue(at now: VirtualInstant, _ directives: inout Directives) {
        guard trainer.updates > publishedUpdates, !isWaitingToPublish else { return }
        guard now >= nextPublication else {
            isWaitingToPublish = true
            directives.wake(Timer(kind: TimerKind.publish.rawValue), at: nextPublication)
            return
        }
        // A gradient that is not finite is skipped, so this would be our mistake.
        precondition(trainer.isFinite, "weights are not finite after \(trainer.updates) updates")
        version += 1
        publications.note(now)
        publishedUpdates = trainer.updates
        nextPublication = now + settings.publishInterval
        let message = Message.weights(
            WeightSnapshot(
                generation: 0, version: version, layout: trainer.layout,
                parameters: trainer.weights))
        let size = Megabits(Double(message.encodedSize) * 8e-6)
        var deliveries: [Delivery] = []
        for index in subscribers.indices {
            let link = subscribers[index].subscriber.link
            let sent = subscribers[index].port.send(for: size / link.rate, at: now)
            let station = subscribers[index].subscriber.station
            deliveries.append(Delivery(to: station, at: sent + link.delay))
        }
        directives.publish(message, deliveries)
        var record = trainer.takeRecord(at: now, version: version)
        record.weightBytes = UInt64(message.encodedSize * deliveries.count)
        record.weightMessages = UInt64(deliveries.count)
        directives.record(.training(record))
    }
}

/// When the latest versions of weights were published.
struct PublicationTimes: Sendable, Codable {
    /// Versions that are remembered; older ones count as of the oldest of them.
    private static let limit = 4096

    /// Of versions `first`, `first` + 1 and so on; version 0 is that of the start.
    private var instants: [VirtualInstant] = [.zero]
    private var first: UInt64 = 0

    mutating func note(_ now: VirtualInstant) {
        instants.append(now)
        guard instants.count > 2 * Self.limit else { return }
        first += UInt64(instants.count - Self.limit)
        instants.removeFirst(instants.count - Self.limit)
    }

    func instant(of version: UInt64) -> VirtualInstant {
        let place = Int(min(version - min(version, first), UInt64(instants.count - 1)))
        return instants[place]
    }
}
