import Messaging
import ZeroMQ

/// Sockets that have gone dead.
///
/// A connection can be gone for good without libzmq noticing or mending it: the other end has
/// vanished, or the stream has stopped making sense (zmq#4196). So who hears nothing for too long
/// where something should come makes a new socket, and sends once more what was not acknowledged.
extension LiveDriver {
    /// Begins anew with whoever has been silent for too long.
    func renewDeadSockets(_ now: Int64) throws(LiveError) {
        // The hub shows that it lives every second.
        if isSilent(since: max(lastHeardHub ?? 0, hubRenewed), now) { try renewHub(now) }
        for case let pair? in pairs where isSilent(pair, now) { try renew(pair, now) }
        try renewIntakeIfStartIsLate(now)
        guard isWall else { return }
        // Under the virtual clock the hub says what must have come.
        for publisher in subscriptions.publishers
        where isSilent(since: subscriptions.heard[publisher], now) {
            try renewIntake(of: publisher, now)
        }
    }

    private func isSilent(since instant: Int64, _ now: Int64) -> Bool {
        now - instant > options.longestSilence.nanoseconds
    }

    /// Whether a peer owes an answer for too long: to a greeting before the start, later an
    /// acknowledgement, which may also come with its own frames.
    private func isSilent(_ pair: Pair, _ now: Int64) -> Bool {
        let isGreeted = session.phase != .running && !pair.isConfirmed
        guard pair.link.outbox.hasUnacknowledged || isGreeted, pair.dealer != nil else {
            pair.waiting = nil
            return false
        }
        let acknowledged = pair.link.outbox.acknowledged
        guard let waiting = pair.waiting, waiting.acknowledged == acknowledged else {
            pair.waiting = (now, acknowledged)
            return false
        }
        return isSilent(since: waiting.since, now)
    }

    private func renewHub(_ now: Int64) throws(LiveError) {
        hubRenewed = now
        statistics.renewedSockets += 1
        hub = try SharedSocket.open(
            .dealer, in: gate.context, options, protection: gate.connecting(to: plan.hub))
        try hub.connect(plan.hubAddress().description)
        try worker?.watch(hub)
        try watchSockets()
        control.sendAgain()
        try sendControl()
        try sendToHub(control.status(at: now))
    }

    private func renew(_ pair: Pair, _ now: Int64) throws(LiveError) {
        pair.waiting = nil
        statistics.renewedSockets += 1
        pair.dealer = nil
        try connect(pair)
        pair.link.sendAgain()
        try greet(pair)
        try flush(pair)
    }

    /// Subscribes once more to what a process publishes.
    func renewIntake(of publisher: Int, _ now: Int64) throws(LiveError) {
        guard let intake else { return }
        statistics.renewedSockets += 1
        for other in try intake.renew(of: publisher) { subscriptions.heard[other] = now }
        try watchSockets()
    }

    /// Subscribes once more to everything while the start takes long: a publisher may wait in vain
    /// for word of a subscription, which nobody else would notice.
    func renewIntakeIfStartIsLate(_ now: Int64) throws(LiveError) {
        guard session.phase != .running, let first = subscriptions.publishers.first,
            now - intakeRenewed > options.startLimit.nanoseconds / 3
        else { return }
        intakeRenewed = now
        for publisher in gate.keys == nil ? [first] : subscriptions.publishers {
            try renewIntake(of: publisher, now)
        }
    }

    /// Has the poller see the sockets that there are now.
    func watchSockets() throws(LiveError) {
        poller = try SocketWait(over: [hub, inbound] + (intake?.sockets ?? []), options.simulation)
    }

    // MARK: Signs of life of publishers (wall clock)

    static let beatTopic = Array("beat/".utf8)

    /// Shows subscribers that their connections hold, where nothing else does.
    func showPublisherLives(_ now: Int64) throws(LiveError) {
        guard isWall, let publisher, now - lastBeat >= options.heartbeatInterval.nanoseconds else {
            return
        }
        lastBeat = now
        let beat = WireBuffer(capacity: FrameHeader.size + Self.beatTopic.count)
        beat.append(Self.beatTopic.span.bytes)
        FrameHeader(
            kind: .status, process: UInt32(process), epoch: options.epoch, sequence: 0
        ).append(to: beat)
        FrameHeader.seal(beat, at: Self.beatTopic.count, run: plan.run)
        _ = try publisher.send(beat)
    }

    /// Takes note that a publisher has been heard.
    ///
    /// - Returns: whether the frame was no more than that.
    func takeBeat(_ bytes: RawSpan, from sender: Int?) -> Bool {
        let count = Self.beatTopic.count
        guard bytes.byteCount == count + FrameHeader.size,
            let header = try? FrameHeader(checking: bytes, at: count, run: plan.run),
            header.kind == .status, Int(header.process) < plan.processes.count
        else { return false }
        let publisher = Int(header.process)
        if sender == nil || sender == publisher { subscriptions.heard[publisher] = steady.now }
        return true
    }
}
