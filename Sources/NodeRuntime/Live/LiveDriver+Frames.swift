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
        if !records.isEmpty { control.fill(&pool) { records.move(to: &$0) } }
        let size = control.close()
        if size > 0 {
            statistics.controlFrames += 1
            statistics.controlBytes += UInt64(size)
        }
        statistics.refusedSends += try control.flush(at: MonotonicClock.now, &faults) {
            bytes throws(LiveError) in try hub.send(bytes)
        }
    }

    /// Takes in what the hub has sent; orders wait in `orders`.
    func drainControl() throws(LiveError) {
        while true {
            switch try hub.receive(into: &frame) {
            case .nothing: return
            case .malformed: statistics.malformedFrames += 1
            case .message: try takeControlFrame()
            }
        }
    }

    private func takeControlFrame() throws(LiveError) {
        guard let header = header(of: frame), Int(header.process) == plan.hub else {
            statistics.malformedFrames += 1
            return
        }
        let now = MonotonicClock.now
        lastHeardHub = now
        switch control.take(header, &pool) {
        case .deliver:
            guard let messages = controlMessages(in: frame) else {
                throw .violation("a control frame of the hub that makes no sense")
            }
            for message in messages { try take(message) }
        case .duplicate: statistics.duplicateFrames += 1
        case .gap:
            statistics.frameGaps += 1
            if control.shouldAsk(now: now, interval: options.resendInterval.nanoseconds) {
                try sendToHub(control.resendRequest())
            }
        case .resend(let count):
            statistics.resentFrames += count
            try flushControl()
        case .nothing: break
        case .greeting, .nonsense: statistics.malformedFrames += 1
        }
    }

    private func take(_ message: ControlMessage) throws(LiveError) {
        guard case .missing(let missing) = message else {
            orders.append(message)
            return
        }
        let count = try publications.resend(missing) { bytes throws(LiveError) in
            _ = try publisher?.send(bytes)
        }
        guard let count else {
            throw .violation("\(missing.topic) \(missing.from) is asked for but no longer kept")
        }
        statistics.resentFrames += UInt64(count)
    }

    func sendToHub(_ frame: WireBuffer) throws(LiveError) {
        _ = try frame.withBytes { bytes throws(LiveError) in try hub.send(bytes) }
    }

    // MARK: Messages out

    /// Sends what the nodes have said to nodes elsewhere: one frame per peer, one per topic.
    func flushOutgoing() throws(LiveError) {
        group.takeOutgoing { delivery in
            let other = plan.processOfNode[Int(delivery.to)]
            dispatches.noteDelivery(to: other, at: delivery.key.time)
            if delivery.isPublished {
                publications.add(delivery)
            } else {
                append(delivery, for: other)
            }
        }
        for other in dirty { try flush(pair(with: other)) }
        dirty.removeAll(keepingCapacity: true)
        try publications.flush { bytes, subscribers throws(LiveError) in
            statistics.publishedFrames += 1
            statistics.publishedBytes += UInt64(bytes.byteCount)
            for other in subscribers { dispatches.notePublishedFrame(to: other) }
            for _ in 0..<faults.copies() { _ = try publisher?.send(bytes) }
        }
    }

    private func append(_ delivery: Outgoing, for other: Int) {
        let pair = pair(with: other)
        precondition(
            pair.dealer != nil,
            "node \(delivery.key.sender) sends to \(delivery.to), which is not in the plan")
        if !pair.link.isFilling { dirty.append(other) }
        pair.link.fill(&pool) {
            $0.append(delivery.message, key: delivery.key, to: delivery.to)
        }
    }

    /// Completes the frame for a peer and sends what the credits allow.
    func flush(_ pair: Pair) throws(LiveError) {
        let size = pair.link.close()
        if size > 0 {
            statistics.directFrames += 1
            statistics.directBytes += UInt64(size)
            dispatches.noteDirectFrame(to: pair.process)
        }
        guard let dealer = pair.dealer else { return }
        if pair.link.outbox.underway >= options.acknowledgeAfter { try drainReplies(of: pair) }
        statistics.refusedSends += try pair.link.flush(at: MonotonicClock.now, &faults) {
            bytes throws(LiveError) in try dealer.send(bytes)
        }
        guard pair.link.outbox.backlog <= options.longestBacklog else {
            throw .backlog(to: plan.name(of: pair.process), frames: pair.link.outbox.backlog)
        }
    }

    // MARK: Messages in

    /// Takes in what peers have sent to our router.
    func drainDirect() throws(LiveError) {
        while true {
            switch try inbound.receiveRouted(into: &frame) {
            case .nothing: return
            case .malformed: statistics.malformedFrames += 1
            case .message(let route): try takeDirectFrame(from: route)
            }
        }
    }

    /// Takes in what a peer has answered on our way to it.
    func drainReplies(of pair: Pair) throws(LiveError) {
        guard let dealer = pair.dealer else { return }
        while true {
            switch try dealer.receive(into: &frame) {
            case .nothing: return
            case .malformed: statistics.malformedFrames += 1
            case .message:
                pair.isConfirmed = true
                try takeDirectFrame(from: nil)
            }
        }
    }

    private func takeDirectFrame(from route: RoutingID?) throws(LiveError) {
        guard let header = header(of: frame), Int(header.process) < plan.processes.count,
            Int(header.process) != process
        else {
            statistics.malformedFrames += 1
            return
        }
        let pair = pair(with: Int(header.process))
        if let route { pair.route = route }
        switch pair.link.take(header, &pool) {
        case .deliver:
            try deliverEntries(from: FrameHeader.size)
            if pair.link.inbox.unconfirmed >= options.acknowledgeAfter { try confirm(pair) }
        case .duplicate: statistics.duplicateFrames += 1
        case .gap:
            statistics.frameGaps += 1
            try ask(pair, now: MonotonicClock.now)
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
        try reply(pair.link.status(at: MonotonicClock.now), to: pair)
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
        _ = try frame.withBytes { bytes throws(LiveError) in
            try inbound.send(bytes, to: route)
        }
    }

    /// Takes in publications.
    func drainPublished() throws(LiveError) {
        guard let subscriber else { return }
        while true {
            switch try subscriber.receive(into: &frame) {
            case .nothing: return
            case .malformed: statistics.malformedFrames += 1
            case .message: try takePublication()
            }
        }
    }

    private func takePublication() throws(LiveError) {
        guard let (header, topic, start) = publication(in: frame) else {
            statistics.malformedFrames += 1
            return
        }
        switch subscriptions.accept(header.sequence, of: topic) {
        case nil: statistics.malformedFrames += 1
        case .next: try deliverEntries(from: start)
        case .duplicate: statistics.duplicateFrames += 1
        case .gap:
            statistics.frameGaps += 1
            askAgain(for: topic, now: MonotonicClock.now)
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

    /// Gives the messages of the current frame to their nodes.
    private func deliverEntries(from start: Int) throws(LiveError) {
        do {
            try frame.withBytes { bytes throws(WireError) in
                var reader = WireReader(bytes, from: start)
                while reader.remaining > 0 {
                    let (sender, message) = try reader.entry(bytes, stops: &stops)
                    for stop in stops where group.contains(stop.to) {
                        guard stop.time >= windowEnd || isWall else { throw .invalidValue }
                        let time = max(stop.time, group.now)
                        let key = EventKey(time: time, sender: sender, sequence: stop.sequence)
                        group.receive(message, key: key, to: stop.to)
                    }
                }
            }
        } catch {
            throw .violation("a numbered frame that makes no sense (\(error))")
        }
    }

    private var isWall: Bool {
        if case .wall = plan.clock { true } else { false }
    }

    // MARK: Reading

    /// The header of a frame of this run; nil if it is anything else.
    private func header(of frame: borrowing Frame) -> FrameHeader? {
        frame.withBytes { bytes in
            let header = try? FrameHeader(checking: bytes)
            return header?.run == plan.run ? header : nil
        }
    }

    private func controlMessages(in frame: borrowing Frame) -> [ControlMessage]? {
        frame.withBytes { bytes in try? ControlMessage.all(in: bytes) }
    }

    private func publication(
        in frame: borrowing Frame
    ) -> (header: FrameHeader, topic: Topic, start: Int)? {
        frame.withBytes { bytes in
            guard let offset = try? Topic.length(in: bytes),
                let header = try? FrameHeader(checking: bytes, at: offset),
                header.kind == .publication, header.run == plan.run
            else { return nil }
            let start = offset + FrameHeader.size
            guard let topic = try? WireReader(bytes, from: start).topic(bytes) else { return nil }
            return (header, topic, start)
        }
    }
}
