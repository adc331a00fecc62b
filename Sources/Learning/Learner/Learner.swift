import EdgeModel
package import Messaging
package import SimulationKernel

/// The node that trains one policy for all stations.
///
/// Transitions are inserted in the order in which their batches arrive, which the event keys fix.
/// When its steps happen and how often there are new weights is `PacedTrainer`'s business; they go
/// out with one transmission for each station, over that station's own downlink port.
package struct Learner: Node {
    package let settings: LearnerSettings
    var paced: PacedTrainer
    /// Transitions that did not fit the policy, or came twice, or messages not for a learner.
    package internal(set) var refused: UInt64 = 0

    var downlinks: Downlinks
    /// The next sequence number of each station, and the incarnation that counts.
    var expected: [NodeIndex: (incarnation: UInt32, sequence: UInt64)] = [:]
    var checkpointsTaken = 0

    package var trainer: any Trainer { paced.trainer }

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
        paced = PacedTrainer(
            trainer, pace: settings.pace, stepTimer: Timer(kind: TimerKind.step.rawValue),
            publicationTimer: Timer(kind: TimerKind.publish.rawValue))
        downlinks = Downlinks(subscribers)
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
            if paced.train(at: now, &directives) { publish(at: now, &directives) }
        case .message:
            refused += 1
        case .timer(let timer):
            switch TimerKind(rawValue: timer.kind) {
            case .publish:
                if paced.publicationIsDue(at: now, &directives) { publish(at: now, &directives) }
            case .step:
                if paced.stepEnded(at: now, &directives) { publish(at: now, &directives) }
            case .checkpoint:
                directives.record(
                    .checkpoint(
                        CheckpointRecord(
                            version: paced.version, gradientSteps: paced.trainer.updates,
                            bytes: paced.trainer.checkpoint(isComplete: false))))
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
            if !paced.insert(transition, at: now) { refused += 1 }
        }
        expected[arrived.station] = (arrived.incarnation, next)
    }

    private mutating func scheduleCheckpoint(_ directives: inout Directives) {
        guard checkpointsTaken < settings.checkpoints.count else { return }
        directives.wake(
            Timer(kind: TimerKind.checkpoint.rawValue), at: settings.checkpoints[checkpointsTaken])
        checkpointsTaken += 1
    }

    private mutating func publish(at now: VirtualInstant, _ directives: inout Directives) {
        let sent = downlinks.publish(.weights(paced.snapshot), at: now, &directives)
        var record = paced.takeRecord(at: now)
        record.weightBytes = sent.bytes
        record.weightMessages = sent.messages
        directives.record(.training(record))
    }
}
