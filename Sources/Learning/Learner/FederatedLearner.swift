package import Messaging
package import SimulationKernel

/// The node that averages what stations have trained, round by round (federated averaging,
/// McMahan 2017), and sends the average to all of them.
///
/// A round begins at every station at the same instant, and is over here when everybody's networks
/// are there, or half a period after it began: nobody is waited for longer. What comes later counts
/// for nothing. A round in which nothing comes has no average.
package struct FederatedLearner: Node {
    package let settings: FederatedSettings
    /// Rounds that have been averaged.
    package private(set) var version: UInt64 = 0
    private var downlinks: Downlinks
    /// The round at hand: when it began, and what has come, by station. Nothing comes of a round
    /// that began before `earliest`.
    private var round = VirtualInstant.zero
    private var arrived: [WeightUpdate] = []
    private var earliest = VirtualInstant.zero
    /// Since the last record.
    private var late: UInt64 = 0

    private enum TimerKind: UInt32 {
        case roundEnd
    }

    /// - Parameter subscribers: the stations, in the order in which the average is sent.
    package init(settings: FederatedSettings, subscribers: [LearnerSettings.Subscriber]) {
        self.settings = settings
        downlinks = Downlinks(subscribers)
    }

    package mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start: break
        case .message(.update(let update), from: _): take(update, at: now, &directives)
        case .message: late += 1
        case .timer:
            if !arrived.isEmpty, round + settings.patience <= now {
                endRound(at: now, &directives)
            }
        case .decided:
            preconditionFailure("the learner never asked for a decision")
        }
    }

    private mutating func take(
        _ update: WeightUpdate, at now: VirtualInstant, _ directives: inout Directives
    ) {
        guard update.round >= earliest, update.layout == settings.layout,
            update.parameters.count == settings.parameters, update.isFinite, update.samples > 0,
            !arrived.contains(where: { $0.sender == update.sender && $0.round == update.round })
        else {
            late += 1
            return
        }
        if !arrived.isEmpty, update.round > round { endRound(at: now, &directives) }
        if arrived.isEmpty {
            (round, earliest) = (update.round, update.round)
            directives.wake(
                Timer(kind: TimerKind.roundEnd.rawValue), at: max(now, round + settings.patience))
        }
        arrived.append(update)
        if arrived.count == downlinks.count { endRound(at: now, &directives) }
    }

    private mutating func endRound(at now: VirtualInstant, _ directives: inout Directives) {
        version += 1
        let average = Message.update(
            WeightUpdate(
                sender: settings.index, round: round,
                samples: arrived.reduce(0) { $0 + $1.samples }, layout: settings.layout,
                parameters: Self.average(arrived)))
        let sent = downlinks.publish(average, at: now, &directives)
        var record = TrainingRecord(time: now)
        record.version = version
        record.weightBytes = sent.bytes
        record.weightMessages = sent.messages
        record.mixedNetworks = UInt64(arrived.count)
        record.mixedAgeNanoseconds = UInt64(arrived.count) * UInt64((now - round).nanoseconds)
        record.unusedNetworks = late
        directives.record(.training(record))
        arrived = []
        late = 0
        // What comes later for this round is too late.
        earliest = round + VirtualDuration(nanoseconds: 1)
    }

    /// Weighted by samples, in the order of the stations, so that no order of arrival shows. Equal
    /// networks have themselves as their average, to the bit.
    ///
    /// - Precondition: there is one with samples.
    package static func average(_ updates: [WeightUpdate]) -> [Float] {
        let updates = updates.sorted { $0.sender < $1.sender }
        let total = updates.reduce(0.0) { $0 + Double($1.samples) }
        precondition(total > 0, "an average of nothing")
        var sums = [Double](repeating: 0, count: updates[0].parameters.count)
        for update in updates {
            let weight = Double(update.samples)
            for index in sums.indices { sums[index] += weight * Double(update.parameters[index]) }
        }
        return sums.map { Float($0 / total) }
    }

    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("version", &version)
        try memory.pass("round", &round)
        var messages = arrived.map { Message.update($0) }
        try memory.pass("arrived", &messages)
        arrived = messages.compactMap { if case .update(let update) = $0 { update } else { nil } }
        try memory.pass("earliest", &earliest)
        try memory.pass("late", &late)
        try downlinks.remember(&memory)
    }
}

/// What the averaging learner is told before the run.
package struct FederatedSettings: Hashable, Sendable {
    /// Its own.
    package var index: NodeIndex
    /// Between two rounds.
    package var round: VirtualDuration
    /// Of the networks that are averaged.
    package var layout: UInt64
    package var parameters: Int

    package init(index: NodeIndex, round: VirtualDuration, layout: UInt64, parameters: Int) {
        self.index = index
        self.round = round
        self.layout = layout
        self.parameters = parameters
    }

    /// How long after its beginning a round is over at the latest.
    package var patience: VirtualDuration {
        VirtualDuration(nanoseconds: round.nanoseconds / 2)
    }
}
