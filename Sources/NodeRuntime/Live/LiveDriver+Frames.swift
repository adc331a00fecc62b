import Messaging
import SimulationKernel
import ZeroMQ

/// Frames in and out.
extension LiveDriver {
    // MARK: Control

    /// Adds a message to the control frame that goes to the hub next.
    func tell(_ message: ControlMessage) {
        control.fill(&pool) { $0.append(message) }
    }

    /// Sends what there is for the hub, records included.
    func flushControl() throws(LiveError) {
        closeControl()
        try sendControl()
    }

    /// Completes the frame of what there is for the hub, records included.
    ///
    /// - Parameter leavingFew: whether records may wait while they are few.
    func closeControl(leavingFew: Bool = false) {
        let isWorthwhile = records.size >= (leavingFew ? options.fewRecords : 1)
        if !isAway, !session.isResuming, isWorthwhile {
            control.fill(&pool) { records.move(to: $0) }
        }
        let size = control.close(&pool)
        if size > 0 {
            statistics.controlFrames += 1
            statistics.controlBytes += UInt64(size)
        }
    }

    func sendControl() throws(LiveError) {
        statistics.refusedSends += try control.flush(at: steady.now, &faults) {
            frame throws(LiveError) in try hub.send(frame)
        }
    }

    /// Takes in what the hub has sent; orders wait in `orders`.
    func drainControl() throws(LiveError) {
        while try receiveControl() {}
    }

    /// Takes in one frame of the hub.
    ///
    /// - Returns: whether there was one.
    func receiveControl(mayWait: Bool = false) throws(LiveError) -> Bool {
        var frame = Frame()
        switch try hub.receive(into: &frame, mayWait: mayWait) {
        case .nothing: return false
        case .malformed: statistics.malformedFrames += 1
        case .message: try takeControlFrame(frame.bytes)
        }
        return true
    }

    func sendToHub(_ frame: WireBuffer) throws(LiveError) {
        _ = try hub.send(frame)
    }

    // MARK: Messages out

    /// Completes the frames of what the nodes have said to nodes elsewhere: one per peer, one per
    /// topic.
    func closeOutgoing() {
        group.takeOutgoing { delivery in
            let other = plan.processOfNode[Int(delivery.to)]
            let consequence = plan.consequences[Int(delivery.to)].instant(
                of: delivery.message, at: delivery.key.time)
            // Nobody has to be opened for what is only taken note of.
            if consequence < .distantFuture {
                dispatches.noteDelivery(to: other, at: consequence)
            }
            if delivery.isPublished, !isRelayed(delivery, to: other) {
                publications.add(delivery)
            } else {
                append(delivery, for: other)
            }
        }
        for other in dirty { close(pair(with: other)) }
        dirty.removeAll(keepingCapacity: true)
        publications.close { size, subscribers in
            statistics.publishedFrames += 1
            statistics.publishedBytes += UInt64(size)
            for other in subscribers { dispatches.notePublishedFrame(to: other) }
        }
    }

    /// Whether a subscriber's copy of a publication goes by way of the hub: a short one does, since
    /// a frame of its own would wake the subscriber a second time (docs/decisions/0004).
    private func isRelayed(_ delivery: Outgoing, to other: Int) -> Bool {
        !isWall && pair(with: other).isLinked
            && delivery.message.encodedSize <= options.longestRelayedPublication
    }

    /// Puts the entries for a peer into a frame: the next one to the hub, or one of its own.
    private func close(_ pair: Pair) {
        let entries = pair.entries
        if !isWall && entries.count <= options.longestRelay {
            statistics.relayedFrames += 1
            statistics.relayedBytes += UInt64(entries.count)
            control.fill(&pool) { $0.append(relay: entries.span, to: UInt32(pair.process)) }
        } else {
            pair.link.fill(&pool) { $0.append(entries.span) }
            statistics.directFrames += 1
            statistics.directBytes += UInt64(pair.link.close(&pool))
            dispatches.noteDirectFrame(to: pair.process)
            sending.append(pair.process)
        }
        entries.removeAll()
    }

    /// Sends the completed frames, one right after another: then the thread that moves the bytes
    /// wakes once for all of them.
    func sendOutgoing() throws(LiveError) {
        for other in sending { try flush(pair(with: other)) }
        sending.removeAll(keepingCapacity: true)
        let interval = options.resendInterval.nanoseconds
        try publications.send(at: steady.now, resendInterval: interval) {
            frame throws(LiveError) in
            for _ in 0..<faults.copies() { _ = try publisher?.send(frame) }
        }
    }

    private func append(_ delivery: Outgoing, for other: Int) {
        let pair = pair(with: other)
        precondition(
            pair.isLinked,
            "node \(delivery.key.sender) sends to \(delivery.to), which is not in the plan")
        if pair.entries.count == 0 { dirty.append(other) }
        pair.entries.append(delivery.message, key: delivery.key, to: delivery.to)
    }

    /// Sends a peer what the credits allow.
    func flush(_ pair: Pair) throws(LiveError) {
        try connect(pair)
        guard let dealer = pair.dealer, !pair.awaitsAnswer else { return }
        try commit()
        if pair.link.outbox.underway >= options.acknowledgeAfter { try drainReplies(of: pair) }
        statistics.refusedSends += try pair.link.flush(at: steady.now, &faults) {
            frame throws(LiveError) in try dealer.send(frame)
        }
        guard pair.link.outbox.backlog <= options.longestBacklog else {
            throw .backlog(to: plan.name(of: pair.process), frames: pair.link.outbox.backlog)
        }
    }

    // MARK: Messages in

    /// Takes in what peers have sent to our router.
    func drainDirect() throws(LiveError) {
        while try receiveDirect() {}
    }

    /// Takes in one frame of a peer.
    ///
    /// - Returns: whether there was one.
    func receiveDirect(mayWait: Bool = false) throws(LiveError) -> Bool {
        var frame = Frame()
        switch try inbound.receiveRouted(into: &frame, mayWait: mayWait) {
        case .nothing: return false
        case .malformed: statistics.malformedFrames += 1
        case .message(let route): try takeDirectFrame(frame, from: route)
        }
        return true
    }

    /// Takes in what a peer has answered on our way to it.
    func drainReplies(of pair: Pair) throws(LiveError) {
        guard let dealer = pair.dealer else { return }
        var frame = Frame()
        while true {
            switch try dealer.receive(into: &frame) {
            case .nothing: return
            case .malformed: statistics.malformedFrames += 1
            case .message:
                try takeReply(frame, of: pair)
            }
        }
    }

    /// On our way to a peer it only answers, and nobody else does.
    private func takeReply(_ frame: borrowing Frame, of pair: Pair) throws(LiveError) {
        let bytes = frame.bytes
        guard let header = header(of: bytes), header.kind != .messages,
            Int(header.process) == pair.process
        else {
            statistics.malformedFrames += 1
            return
        }
        pair.isConfirmed = true
        pair.waiting = nil
        pair.awaitsAnswer = false
        guard isCurrent(header, of: pair) else { return }
        try take(header, bytes, of: pair)
    }

    private func takeDirectFrame(
        _ frame: borrowing Frame, from route: RoutingID
    ) throws(LiveError) {
        let bytes = frame.bytes
        guard let header = header(of: bytes), Int(header.process) < plan.processes.count,
            Int(header.process) != process
        else {
            statistics.malformedFrames += 1
            return
        }
        let sender = Int(header.process)
        guard isSent(frame, by: sender) else { return }
        let entries = FrameHeader.size..<bytes.byteCount
        guard header.kind != .messages || mayHold(entries, of: bytes, from: sender) else { return }
        let pair = pair(with: sender)
        guard isCurrent(header, of: pair) else { return }
        pair.route = route
        try take(header, bytes, of: pair)
    }

    /// Whether the sender has not been started again since; counts the frame if it has.
    private func isCurrent(_ header: FrameHeader, of pair: Pair) -> Bool {
        guard header.epoch >= pair.epoch else {
            statistics.fencedFrames += 1
            return false
        }
        pair.epoch = header.epoch
        return true
    }

    private func take(
        _ header: FrameHeader, _ bytes: RawSpan, of pair: Pair
    ) throws(LiveError) {
        switch pair.link.take(header, &pool) {
        case .deliver:
            store?.log.note(.direct, bytes)
            try deliverEntries(of: bytes, at: FrameHeader.size..<bytes.byteCount)
            if pair.link.inbox.unconfirmed >= options.acknowledgeAfter { try confirm(pair) }
        case .duplicate: statistics.duplicateFrames += 1
        case .gap:
            statistics.frameGaps += 1
            try ask(pair, now: steady.now)
        case .resend(let count):
            statistics.resentFrames += count
            try flush(pair)
        case .greeting: try confirm(pair)
        case .nothing: break
        case .nonsense: statistics.malformedFrames += 1
        }
    }

    /// Acknowledges what a peer has sent.
    func confirm(_ pair: Pair) throws(LiveError) {
        try reply(pair.link.status(at: steady.now), to: pair)
    }

    /// Asks a peer for frames that are missing, unless that was done a moment ago.
    func ask(_ pair: Pair, now: Int64) throws(LiveError) {
        guard pair.link.shouldAsk(now: now, interval: options.resendInterval.nanoseconds) else {
            return
        }
        try reply(pair.link.resendRequest(), to: pair)
    }

    private func reply(_ frame: WireBuffer, to pair: Pair) throws(LiveError) {
        guard let route = pair.route else { return }
        try commit()
        _ = try inbound.send(frame, to: route)
        try mortality.strike()
    }

    /// Takes in publications.
    func drainPublished() throws(LiveError) {
        while try receivePublished() {}
    }

    /// Takes in one publication.
    ///
    /// - Returns: whether there was one.
    func receivePublished(
        of publisher: Int? = nil, mayWait: Bool = false
    ) throws(LiveError) -> Bool {
        guard let intake else { return false }
        var frame = Frame()
        let (receipt, sender) = try intake.receive(
            of: publisher, into: &frame, mayWait: mayWait)
        switch receipt {
        case .nothing: return false
        case .malformed: statistics.malformedFrames += 1
        case .message: try takePublication(frame.bytes, from: sender)
        }
        return true
    }

    /// - Parameter sender: whose key the connection has shown; nil where there are none.
    private func takePublication(_ bytes: RawSpan, from sender: Int?) throws(LiveError) {
        guard let (header, topic, start) = publication(in: bytes) else {
            if takeBeat(bytes, from: sender) { return }
            statistics.malformedFrames += 1
            return
        }
        if let sender {
            guard Int(header.process) == sender else {
                statistics.refusals.forged += 1
                return
            }
            guard mayHold(start..<bytes.byteCount, of: bytes, from: sender) else { return }
        }
        switch subscriptions.accept(header.sequence, of: topic, sent: header.acknowledged) {
        case nil: statistics.malformedFrames += 1
        case .next:
            subscriptions.heard[Int(header.process)] = steady.now
            store?.log.note(.publication, bytes)
            try deliverEntries(of: bytes, at: start..<bytes.byteCount)
        case .duplicate: statistics.duplicateFrames += 1
        case .gap:
            statistics.frameGaps += 1
            askAgain(for: topic, now: steady.now)
            try flushControl()
        }
    }

    /// Asks the publisher, by way of the hub, for what is missing; goes out with the next flush.
    func askAgain(for topic: Topic, now: Int64) {
        let interval = options.resendInterval.nanoseconds
        if let request = subscriptions.request(for: topic, now: now, interval: interval) {
            tell(.missing(request))
        }
    }

    /// Gives the messages in a part of a frame to their nodes.
    func deliverEntries(of bytes: RawSpan, at place: Range<Int>) throws(LiveError) {
        guard !isAway else { throw .violation("messages for nodes in the middle of a window") }
        do throws(WireError) {
            var reader = WireReader(bytes, in: place)
            while reader.remaining > 0 {
                let message = try reader.entry(bytes, &arrival)
                for stop in arrival.stops {
                    guard stop.time >= windowEnd || isWall else { throw .invalidValue }
                    group.admit(message, from: arrival.sender, at: stop)
                }
            }
        } catch {
            throw .violation("a numbered frame that makes no sense (\(error))")
        }
    }

    // MARK: Reading

    /// The header of a frame of this run; nil if it is anything else.
    func header(of bytes: RawSpan) -> FrameHeader? {
        try? FrameHeader(checking: bytes, run: plan.run)
    }

    func publication(
        in bytes: RawSpan
    ) -> (header: FrameHeader, topic: Topic, start: Int)? {
        guard let offset = try? Topic.length(in: bytes),
            let header = try? FrameHeader(checking: bytes, at: offset, run: plan.run),
            header.kind == .publication
        else { return nil }
        let start = offset + FrameHeader.size
        guard let topic = try? WireReader(bytes, from: start).topic(bytes) else { return nil }
        return (header, topic, start)
    }
}
