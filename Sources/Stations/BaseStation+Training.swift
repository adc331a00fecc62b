import EdgeModel
import Messaging
import SimulationKernel

/// A station that trains itself, and averages its networks with those of others
/// (docs/MODEL.md, section 8).
extension BaseStation {
    /// Trains on what was complete; steps are taken here, or by a timer when they take time.
    mutating func learn(
        from transitions: [Transition], at now: VirtualInstant, _ directives: inout Directives
    ) {
        for transition in transitions { _ = training?.paced.insert(transition, at: now) }
        guard training?.paced.train(at: now, &directives) == true else { return }
        decideByOwnWeights(at: now, &directives)
    }

    /// A timer of the trainer; it goes off whatever the episode.
    mutating func wakeTrainer(
        by timer: StationTimer.RunKind, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let isNew =
            switch timer {
            case .step: training?.paced.stepEnded(at: now, &directives)
            case .publication: training?.paced.publicationIsDue(at: now, &directives)
            }
        if isNew == true { decideByOwnWeights(at: now, &directives) }
    }

    private mutating func decideByOwnWeights(
        at now: VirtualInstant, _ directives: inout Directives
    ) {
        guard let snapshot = training?.paced.snapshot else { return }
        adopt(snapshot, &directives)
        let station = configuration.index
        if let record = training?.takeRecord(of: station, at: now) {
            directives.record(.training(record))
        }
    }

    // MARK: Rounds

    /// Rounds are those of the whole network, by the episode's clock. The last is one that is over
    /// before the episode is.
    mutating func planRound(at instant: VirtualInstant, _ directives: inout Directives) {
        guard let settings = training?.settings, settings.exchange != .nobody,
            instant + settings.patience < episodeEnd
        else { return }
        directives.wake(timer(.round), at: instant)
    }

    /// Sends the own networks, unless nothing is new about them or nobody there to take them.
    mutating func beginRound(at now: VirtualInstant, _ directives: inout Directives) {
        guard let settings = training?.settings else { return }
        planRound(at: now + settings.round, &directives)
        let (station, neighbours) = (configuration.index, links.count)
        guard !presence.isAway, learnerReturn(after: now) == nil || configuration.learner == nil,
            let update = training?.beginRound(of: station, neighbours: neighbours, at: now)
        else {
            if case .neighbours = settings.exchange { planRoundEnd(at: now, &directives) }
            return
        }
        switch settings.exchange {
        case .nobody: break
        case .learner:
            guard let learner = configuration.learner else { return }
            let message = Message.update(update)
            books.weightMessages &+= 1
            books.weightBytes &+= UInt64(message.encodedSize)
            sendUp(message, to: learner, at: now, &directives)
        case .neighbours:
            share(.update(update), at: now, &directives)
            planRoundEnd(at: now, &directives)
        }
    }

    private func planRoundEnd(at now: VirtualInstant, _ directives: inout Directives) {
        guard let settings = training?.settings else { return }
        directives.wake(timer(.roundEnd), at: now + settings.patience)
    }

    /// One copy for each neighbour over its link, one after another.
    private mutating func share(
        _ message: Message, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let bytes = message.encodedSize
        let size = EmulatedSize.data(bytes: bytes)
        let sharesEgress = training?.settings.sharesEgress == true
        var deliveries: [Delivery] = []
        deliveries.reserveCapacity(links.count)
        for place in links.indices {
            let duration = size / links[place].link(at: now).rate
            let sent =
                sharesEgress
                ? ports[ports.count == 1 ? 0 : place].send(for: duration, at: now)
                : uplink.send(for: duration, at: now)
            if let arrival = links[place].weightArrival(leaving: sent, since: now) {
                deliveries.append(Delivery(to: links[place].index, at: arrival))
            }
        }
        books.weightMessages &+= UInt64(links.count)
        books.weightBytes &+= UInt64(links.count * bytes)
        if !deliveries.isEmpty { directives.publish(message, deliveries) }
    }

    /// Networks of a neighbour, or the learner's average.
    mutating func received(
        _ update: WeightUpdate, from sender: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        guard let settings = training?.settings else {
            preconditionFailure("\(configuration.name) got networks and trains none")
        }
        var isUsed = training?.fits(update) == true && !(isRunning && presence.isAway)
        switch settings.exchange {
        case .nobody: isUsed = false
        case .learner:
            isUsed = isUsed && training?.take(update, at: now) == true
            if isUsed { decideByOwnWeights(at: now, &directives) }
        case .neighbours:
            let place = place(of: sender)
            isUsed = isUsed && training?.note(update, from: place) == true
            if isUsed, training?.isRoundComplete == true { endRound(at: now, &directives) }
        }
        if !isUsed { books.unusedNetworks &+= 1 }
    }

    /// Ends the round at hand, if it is not over yet.
    mutating func endRound(at now: VirtualInstant, _ directives: inout Directives) {
        guard training?.endRound(at: now) == true else { return }
        decideByOwnWeights(at: now, &directives)
    }
}
