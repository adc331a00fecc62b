import Messaging
import ZeroMQ

/// Where a process stands with the hub.
///
/// When either of the two is started again, frames are numbered anew, and each says how far it has
/// got: then the process repeats what the hub has not kept, and the hub what it has ordered.
struct HubSession {
    enum Phase: Int { case joining, connecting, ready, running }

    var phase = Phase.joining
    /// 0 until the hub has been heard.
    var hubEpoch: UInt16 = 0
    /// Whether the hub has yet to say how far it has got; until then records wait.
    var isResuming = false
    /// Control frames of earlier sessions that the hub may not have kept, first to last.
    var former: [WireBuffer] = []
    /// The last window that the process was opened for.
    var window: UInt64 = 0
}

/// The session with the hub.
extension LiveDriver {
    /// Greets the hub, for the first time or after one of the two has been started again.
    func beginSession() throws(LiveError) {
        _ = control.close(&pool)
        session.former += control.outbox.unacknowledged
        control = Self.controlLink(of: process, plan, options)
        control.peerEpoch = session.hubEpoch
        session.isResuming = true
        eventsAtEnd = nil
        tell(.hello(try addresses()))
        if session.phase == .ready { tell(.ready) }
        try flushControl()
    }

    func takeControlFrame(_ bytes: RawSpan) throws(LiveError) {
        guard let header = header(of: bytes), Int(header.process) == plan.hub else {
            statistics.malformedFrames += 1
            return
        }
        guard try isOfThisSession(header) else { return }
        let now = steady.now
        lastHeardHub = now
        switch control.take(header, &pool) {
        case .deliver:
            try takeControlEntries(of: bytes)
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

    /// Begins a new session if the hub has been started again.
    private func isOfThisSession(_ header: FrameHeader) throws(LiveError) -> Bool {
        guard header.epoch >= session.hubEpoch, header.peerEpoch == options.epoch else {
            statistics.fencedFrames += 1
            return false
        }
        guard header.epoch > session.hubEpoch else { return true }
        let isFirst = session.hubEpoch == 0
        session.hubEpoch = header.epoch
        control.peerEpoch = header.epoch
        if isFirst { return true }
        lastHeardHub = steady.now
        try beginSession()
        return false
    }

    /// - Parameter frame: whole, as it came.
    func takeControlEntries(of frame: RawSpan) throws(LiveError) {
        let body = orderBody
        body.removeAll()
        do { try body.append(unpacking: frame.extracting(droppingFirst: FrameHeader.size)) } catch {
            throw .violation("a control frame of the hub that makes no sense (\(error))")
        }
        let bytes = body.span
        var reader = WireReader(bytes)
        // What comes with an opening that is known is known, too.
        var isNew = false
        while reader.remaining > 0 {
            guard let entry = try? reader.controlEntry(bytes) else {
                throw .violation("a control frame of the hub that makes no sense")
            }
            switch entry {
            case .message(.open(let opening)):
                isNew = opening.window > session.window
                guard isNew else { continue }
                session.window = opening.window
                if !isReplaying { store?.log.note(.control, frame) }
                orders.append(.open(opening))
            case .message(let message): try take(message)
            case .relay(_, let place): if isNew { try deliverEntries(of: bytes, at: place) }
            }
        }
    }

    private func take(_ message: ControlMessage) throws(LiveError) {
        switch message {
        case .missing(let missing): try resend(missing)
        case .clockAnswer(let exchange): take(exchange)
        case .resume(let resumption): try resume(resumption)
        case .returned(let process): try welcomeBack(Int(process))
        // A hub that was started again may say the same once more.
        case .welcome where session.phase != .joining, .start where session.phase == .running:
            break
        case .welcome, .start, .stop:
            if !orders.contains(where: message.isOfSameKind(as:)) { orders.append(message) }
        default: orders.append(message)
        }
    }

    private func resend(_ missing: MissingPublications) throws(LiveError) {
        let count = try publications.resend(missing, at: steady.now) {
            frame throws(LiveError) in _ = try publisher?.send(frame)
        }
        guard let count else {
            throw .violation("\(missing.topic) \(missing.from) is asked for but no longer kept")
        }
        statistics.resentFrames += UInt64(count)
    }

    /// Says again what the hub has not kept of what it was told in earlier sessions.
    private func resume(_ resumption: Resumption) throws(LiveError) {
        let frames = session.former
        session.former = []
        for frame in frames {
            repeatEntries(of: frame, after: resumption)
            closeControl()
        }
        // From now on: older records go first.
        session.isResuming = false
        try flushControl()
        if isRecovered { trimAt = steady.now + 2 * options.heartbeatInterval.nanoseconds }
    }

    private func repeatEntries(of frame: WireBuffer, after resumption: Resumption) {
        let body = WireBuffer()
        do {
            try body.append(unpacking: frame.span.extracting(droppingFirst: FrameHeader.size))
        } catch { preconditionFailure("a control frame of this process: \(error)") }
        var reader = WireReader(body.span)
        // A report and what travels with it.
        var start = reader.offset
        while reader.remaining > 0 {
            let head = reader.offset
            guard let entry = try? reader.controlEntry(body.span) else {
                preconditionFailure("a control frame of this process that makes no sense")
            }
            let isMissing: Bool
            switch entry {
            case .relay: continue
            case .message(.done(let report)): isMissing = report.window >= resumption.reports
            case .message(.records(let first, let records)):
                isMissing = first + UInt64(records.count) > resumption.records
                start = head
            case .message(.farewell), .message(.failed):
                isMissing = true
                start = head
            default:
                isMissing = false
                start = head
            }
            let place = start..<reader.offset
            if isMissing {
                control.fill(&pool) { $0.append(body.span.extracting(place)) }
            }
            start = reader.offset
        }
    }

    /// Sends a peer again what it has not acknowledged: it was started again, and may have lost it.
    private func welcomeBack(_ other: Int) throws(LiveError) {
        guard pairs.indices.contains(other), let pair = pairs[other], pair.dealer != nil else {
            return
        }
        pair.link.sendAgain()
        try flush(pair)
        try greet(pair)
    }
}

extension ControlMessage {
    fileprivate func isOfSameKind(as other: ControlMessage) -> Bool {
        switch (self, other) {
        case (.welcome, .welcome), (.start, .start), (.stop, .stop): true
        default: false
        }
    }
}
