import Messaging
import ZeroMQ

/// Frames in and out.
extension LiveHub {
    /// Opens a window for a process, with what others have sent it by way of the hub.
    func open(_ opening: WindowOpening, for process: Int) throws(LiveError) {
        prepare(opening, for: process)
        try sendOpening(to: process)
    }

    /// Puts together what goes with an opening, and keeps it until the process has reported.
    func prepare(_ opening: WindowOpening, for process: Int) {
        members[process].opening = opening
        let relayed = members[process].relayed
        members[process].relayed = members[process].delivered
        members[process].delivered = relayed
    }

    func sendOpening(to process: Int) throws(LiveError) {
        guard let opening = members[process].opening else { return }
        let delivered = members[process].delivered
        members[process].link.fill(&pool) {
            $0.append(.open(opening))
            if delivered.count > 0 { $0.append(relay: delivered.span, to: UInt32(process)) }
        }
        try flush(process)
    }

    func send(_ message: ControlMessage, to process: Int) throws(LiveError) {
        members[process].link.fill(&pool) { $0.append(message) }
        try flush(process)
    }

    private func flush(_ process: Int) throws(LiveError) {
        _ = members[process].link.close(&pool)
        guard let route = members[process].route else { return }
        try commit()
        _ = try members[process].link.flush(at: steady.now, &faults) {
            frame throws(LiveError) in try router.send(frame, to: route)
        }
        let backlog = members[process].link.outbox.backlog
        guard backlog <= options.longestBacklog else {
            throw .backlog(to: plan.name(of: process), frames: backlog)
        }
    }

    private func sendUnnumbered(_ frame: WireBuffer, to process: Int) throws(LiveError) {
        guard let route = members[process].route else { return }
        try commit()
        _ = try router.send(frame, to: route)
    }

    /// Takes in one frame; may wait for it for as long as the links can do without care.
    ///
    /// - Returns: whether there was one.
    func receive(mayWait: Bool = true) throws(LiveError) -> Bool {
        var frame = Frame()
        switch try router.receiveRouted(into: &frame, mayWait: mayWait) {
        case .nothing: return false
        case .malformed: malformedFrames += 1
        case .message(let route): try take(frame, from: route)
        }
        return true
    }

    private func take(_ frame: borrowing Frame, from route: RoutingID) throws(LiveError) {
        let bytes = frame.bytes
        guard let header = try? FrameHeader(checking: bytes, run: plan.run),
            Int(header.process) < members.count
        else {
            malformedFrames += 1
            return
        }
        let process = Int(header.process)
        guard isSent(frame, by: process) else { return }
        if header.kind == .control {
            guard unpack(bytes) else {
                malformedFrames += 1
                return
            }
            guard maySayBody(process) else { return }
        }
        let now = steady.now
        guard header.epoch >= members[process].epoch else {
            fencedFrames += 1
            return
        }
        if header.epoch > members[process].epoch { meet(process, epoch: header.epoch) }
        members[process].route = route
        members[process].lastHeard = now
        guard header.peerEpoch == 0 || header.peerEpoch == options.epoch else {
            // It speaks to an earlier life of the hub, and learns so from any frame.
            fencedFrames += 1
            return try confirm(process)
        }
        switch members[process].link.take(header, &pool) {
        case .deliver:
            store?.log.note(.control, bytes)
            try deliverEntries(from: process)
        case .gap:
            let interval = options.resendInterval.nanoseconds
            if members[process].link.shouldAsk(now: now, interval: interval) {
                try sendUnnumbered(members[process].link.resendRequest(), to: process)
            }
        case .resend: try flush(process)
        case .duplicate, .nothing: break
        case .greeting, .nonsense: malformedFrames += 1
        }
    }

    /// Puts the entries of a control frame into `body`.
    ///
    /// - Returns: whether there are any.
    func unpack(_ frame: RawSpan) -> Bool {
        body.removeAll()
        let packed = frame.extracting(droppingFirst: FrameHeader.size)
        return (try? body.append(unpacking: packed)) != nil
    }

    /// Takes the entries in `body`.
    func deliverEntries(from process: Int) throws(LiveError) {
        let body = body
        let bytes = body.span
        var reader = WireReader(bytes)
        relays.removeAll(keepingCapacity: true)
        while reader.remaining > 0 {
            guard let entry = try? reader.controlEntry(bytes) else {
                throw .violation("a control frame of \(plan.name(of: process)) makes no sense")
            }
            switch entry {
            case .message(.done(let report)): try take(report, from: process, bytes)
            case .message(let message): try take(message, from: process)
            case .relay(let receiver, let place):
                guard Int(receiver) < members.count else {
                    throw .violation("\(plan.name(of: process)) sends to process \(receiver)")
                }
                relays.append((Int(receiver), place))
            }
        }
        if !isReplaying, members[process].link.inbox.unconfirmed >= options.acknowledgeAfter {
            try confirm(process)
        }
    }

    /// Takes a report, and what the process has for others at the end of its window.
    private func take(
        _ report: WindowReport, from process: Int, _ bytes: RawSpan
    ) throws(LiveError) {
        defer { relays.removeAll(keepingCapacity: true) }
        guard !plan.isWall else {
            members[process].isAtEnd = report.next > plan.end
            lastAtEnd = steady.now
            return
        }
        // It may be said again after a while apart.
        guard report.window >= members[process].reports else { return }
        do { try clock.take(report, from: process) } catch {
            throw .violation("\(plan.name(of: process)): \(error)")
        }
        members[process].reports = report.window + 1
        members[process].opening = nil
        members[process].delivered.removeAll()
        for (receiver, place) in relays {
            members[receiver].relayed.append(bytes.extracting(place))
            if members[receiver].relayed.count > options.longestRelayBacklog {
                clock.hasten(receiver)
            }
        }
    }

    /// Takes records, those left out that are known.
    private func take(
        _ records: [Record], from first: UInt64, of process: Int
    ) throws(LiveError) {
        let known = members[process].records
        guard first <= known else {
            throw .violation("\(plan.name(of: process)) leaves out records from \(known) on")
        }
        for record in records.dropFirst(Int(clamping: known - first)) { sink.keep(record) }
        members[process].records = max(known, first + UInt64(records.count))
    }

    private func take(_ message: ControlMessage, from process: Int) throws(LiveError) {
        switch message {
        case .hello(let hello):
            members[process].address = PeerAddress(
                process: UInt32(process), direct: hello.direct, published: hello.published)
            barrier.note(process, .known)
            if !isReplaying { try answerHello(of: process) }
        case .ready: barrier.note(process, .ready)
        case .records(let first, let records): try take(records, from: first, of: process)
        case .missing(let missing):
            guard !isReplaying else { return }
            let publisher = Int(missing.topic.publisher)
            guard publisher < plan.processOfNode.count else { return }
            try send(.missing(missing), to: plan.processOfNode[publisher])
        case .farewell(let statistics):
            members[process].farewell = statistics
            if !isReplaying { try confirm(process) }
        case .failed(let reason):
            // Where processes come back, it is started again until that is no use.
            guard store == nil else { return }
            members[process].isDead = true
            try confirm(process)
            throw .failedProcess(name: plan.name(of: process), reason: reason)
        case .working(let progress):
            try noteProgress(progress, of: process, members[process].lastHeard)
        case .clockQuery(let sent):
            guard !isReplaying else { return }
            let exchange = ClockExchange(
                sent: sent, received: members[process].lastHeard, answered: steady.now)
            try send(.clockAnswer(exchange), to: process)
        case .done: preconditionFailure("a report comes with its frame")
        case .welcome, .start, .open, .stop, .clockAnswer, .resume, .returned:
            throw .violation("\(plan.name(of: process)) sent what only the hub sends")
        }
    }

    private func confirm(_ process: Int) throws(LiveError) {
        try sendUnnumbered(
            members[process].link.status(at: steady.now), to: process)
    }

    /// Looks after every link: acknowledges, sends again, shows that the hub lives.
    func care(_ now: Int64) throws(LiveError) {
        nextCare = now + options.careInterval.nanoseconds
        try gate.count(in: &refusals)
        for process in members.indices where members[process].route != nil {
            try flush(process)
            let isDue = members[process].link.isConfirmationDue(cares: options.acknowledgeCares)
            let silence = now - members[process].link.lastSent
            if isDue || silence >= options.heartbeatInterval.nanoseconds { try confirm(process) }
        }
    }
}
