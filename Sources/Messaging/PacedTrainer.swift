package import SimulationKernel

/// A trainer in emulated time: when its gradient steps happen, and when its weights become a new
/// version.
///
/// What is inserted allows gradient steps (the trainer's rate limiter). They are taken at that
/// virtual instant, or one after another when a step takes virtual time. There is a new version at
/// most once in a publish interval. Who holds it, the learner or a station, lends it two timers and
/// makes its versions known.
package struct PacedTrainer: Sendable {
    /// The same in every training mode.
    package struct Pace: Hashable, Sendable {
        /// The least time between two versions that training makes.
        package var publishInterval = VirtualDuration.seconds(1)
        /// The virtual time that one gradient step takes.
        package var stepTime = VirtualDuration.zero

        package init() {}
    }

    package let pace: Pace
    package private(set) var trainer: any Trainer
    /// The newest version; 0 before the first.
    package private(set) var version: UInt64 = 0

    private let stepTimer: Timer
    private let publicationTimer: Timer
    private var publications = PublicationTimes()
    private var nextPublication = VirtualInstant.zero
    private var publishedUpdates: UInt64
    private var isWaitingToPublish = false
    private var isStepping = false

    /// - Parameters:
    ///   - stepTimer: ``stepEnded(at:_:)`` is to be called when it goes off,
    ///   - publicationTimer: and ``publicationIsDue(at:_:)`` when this one does.
    package init(
        _ trainer: any Trainer, pace: Pace, stepTimer: Timer, publicationTimer: Timer
    ) {
        self.trainer = trainer
        self.pace = pace
        self.stepTimer = stepTimer
        self.publicationTimer = publicationTimer
        publishedUpdates = trainer.updates
    }

    /// - Returns: false if the trainer does not take it.
    package mutating func insert(_ transition: Transition, at now: VirtualInstant) -> Bool {
        let age = now - publications.instant(of: transition.policyVersion)
        return trainer.insert(transition, version: version, age: age.seconds)
    }

    /// Takes the gradient steps that are allowed, or sets about them.
    ///
    /// - Returns: whether there is a new version.
    package mutating func train(at now: VirtualInstant, _ directives: inout Directives) -> Bool {
        guard trainer.pendingUpdates > 0, !isStepping else { return false }
        if pace.stepTime > .zero {
            isStepping = true
            directives.wake(stepTimer, at: now + pace.stepTime)
            return false
        }
        while trainer.pendingUpdates > 0 {
            trainer.step()
            directives.progress?.advance()
        }
        return publish(at: now, &directives)
    }

    /// A step that takes time is over.
    ///
    /// - Returns: whether there is a new version.
    package mutating func stepEnded(
        at now: VirtualInstant, _ directives: inout Directives
    ) -> Bool {
        isStepping = false
        trainer.step()
        let isNew = publish(at: now, &directives)
        return train(at: now, &directives) || isNew
    }

    /// The time for a version that had to wait has come.
    ///
    /// - Returns: whether there is a new version.
    package mutating func publicationIsDue(
        at now: VirtualInstant, _ directives: inout Directives
    ) -> Bool {
        isWaitingToPublish = false
        return publish(at: now, &directives)
    }

    /// Puts other networks in the place of its own, which makes a new version.
    package mutating func replaceNetworks(_ networks: [Float], at now: VirtualInstant) {
        trainer.replaceNetworks(networks)
        noteVersion(at: now)
    }

    private mutating func publish(at now: VirtualInstant, _ directives: inout Directives) -> Bool {
        guard trainer.updates > publishedUpdates, !isWaitingToPublish else { return false }
        guard now >= nextPublication else {
            isWaitingToPublish = true
            directives.wake(publicationTimer, at: nextPublication)
            return false
        }
        noteVersion(at: now)
        return true
    }

    private mutating func noteVersion(at now: VirtualInstant) {
        // A gradient that is not finite is skipped, so this would be our mistake.
        precondition(trainer.isFinite, "weights are not finite after \(trainer.updates) updates")
        version += 1
        publications.note(now)
        publishedUpdates = trainer.updates
        nextPublication = now + pace.publishInterval
    }

    /// The newest version as a message carries it.
    package var snapshot: WeightSnapshot {
        WeightSnapshot(
            generation: 0, version: version, layout: trainer.layout, parameters: trainer.weights)
    }

    /// What happened since the last record.
    package mutating func takeRecord(at now: VirtualInstant) -> TrainingRecord {
        trainer.takeRecord(at: now, version: version)
    }
}

extension PacedTrainer: Remembering {
    package mutating func remember(_ memory: inout Memory) throws {
        try trainer.remember(&memory)
        try memory.pass("trained version", &version)
        try memory.pass("publications", &publications)
        try memory.pass("next publication", &nextPublication)
        try memory.pass("published updates", &publishedUpdates)
        try memory.pass("waiting to publish", &isWaitingToPublish)
        try memory.pass("stepping", &isStepping)
    }
}
