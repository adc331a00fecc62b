import EdgeModel
import Messaging
import SimulationKernel

/// Experience goes to the learner, weights come from it (docs/MODEL.md, section 8).
extension BaseStation {
    /// The most transitions that one message carries.
    static var batchLimit: Int { 256 }

    mutating func keepExperience(
        of action: Action, for task: UInt32, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        guard configuration.trains, let experience = action.experience else { return }
        tasks[task].decision = log.add(
            experience, policyVersion: action.policyVersion, at: now)
        planExperience(at: now, &directives)
    }

    /// Sees to it that what is complete is sent within the interval.
    mutating func planExperience(at now: VirtualInstant, _ directives: inout Directives) {
        guard !isExperienceDue, !log.isEmpty else { return }
        isExperienceDue = true
        directives.wake(timer(.experience), at: now + configuration.experienceInterval)
    }

    /// Hands on what was complete before now: what is completed at this very instant may still be
    /// joined by decisions with smaller numbers.
    mutating func sendExperience(at now: VirtualInstant, _ directives: inout Directives) {
        if training == nil, let back = learnerReturn(after: now) {
            directives.wake(timer(.experience), at: back)
            return
        }
        isExperienceDue = false
        handOn(log.take(before: now), at: now, &directives)
        planExperience(at: now, &directives)
    }

    mutating func endExperience(at now: VirtualInstant, _ directives: inout Directives) {
        log.endEpisode(at: now)
        handOn(log.take(before: .distantFuture), at: now, &directives)
        isExperienceDue = false
    }

    /// To the own trainer, or to the learner.
    private mutating func handOn(
        _ transitions: [Transition], at now: VirtualInstant, _ directives: inout Directives
    ) {
        guard training == nil else { return learn(from: transitions, at: now, &directives) }
        guard let learner = configuration.learner else { return }
        for first in stride(from: 0, to: transitions.count, by: Self.batchLimit) {
            let part = transitions[first..<min(first + Self.batchLimit, transitions.count)]
            let message = Message.transitions(
                TransitionBatch(
                    station: configuration.index, firstSequence: sentTransitions,
                    transitions: Array(part)))
            sentTransitions += UInt64(part.count)
            books.experienceMessages &+= 1
            books.experienceBytes &+= UInt64(message.encodedSize)
            sendUp(message, to: learner, at: now, &directives)
        }
    }

    /// Over the link to the learner.
    mutating func sendUp(
        _ message: Message, to learner: LearnerUplink, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        let duration = EmulatedSize.data(bytes: message.encodedSize) / learner.link.rate
        let sent =
            learner.sharesEgress
            ? ports[0].send(for: duration, at: now) : uplink.send(for: duration, at: now)
        directives.send(message, to: learner.index, at: sent + learner.link.delay)
    }

    /// Swaps the weights between two decisions; older ones change nothing.
    mutating func adopt(_ snapshot: WeightSnapshot, _ directives: inout Directives) {
        guard snapshot.isNewer(than: weights) else { return }
        weights = (snapshot.generation, snapshot.version)
        books.adoptions &+= 1
        directives.adopt(snapshot)
    }
}
