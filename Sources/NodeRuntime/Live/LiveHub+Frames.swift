import Messaging
import ZeroMQ

/// Frames in and out.
extension LiveHub {
    /// Opens a window for a process, with what others have sent it by way of the hub.
    func open(_ opening: WindowOpening, for process: Int) throws(LiveError) {
        let relayed = members[process].relayed
        if relayed.count > 0 {
            members[process].link.fill(&pool) {
                $0.append(relay: relayed.span, to: UInt32(process))
            }
            relayed.removeAll()
        }
        try send(.open(opening), to: process)
    }

    func send(_ message: ControlMessage, to process: Int) throws(LiveError) {
        members[process].link.fill(&pool) { $0.append(message) }
        try flush(process)
    }

    private func flush(_ process: Int) throws(LiveError) {
        _ = members[process].link.close()
        guard let route = members[process].route else { return }
        _ = try members[process].link.flush(at: MonotonicClock.now, &faults) {
            frame throws(LiveError) in try router.send(frame, to: route)
        }
        let backlog = members[process].link.outbox.backlog
        guard backlog <= options.longestBacklog else {
            throw .backlog(to: plan.name(of: process), frames: backlog)
        }
    }

    private func sendUnnumbered(_ frame: WireBuffer, to process: Int) throws(LiveError) {
        guard let route = members[process].route else { return }
        _ = try router.send(frame, to: route)
    }

    /// Takes in one frame; waits for it for as long as the links can do without care.
    ///
    /// - Returns: whether there was one.
    func receive() throws(LiveError) -> Bool {
        var frame = Frame()
        switch try router.receiveRouted(into: &frame, mayWait: true) {
        case .nothing: return false
        case .malformed: malformedFrames += 1
        case .message(let route): try take(frame.bytes, from: route)
        }
        return true
    }

    private func take(_ bytes: RawSpan, from route: RoutingID) throws(LiveError) {
        guard let header = try? FrameHeader(checking: bytes), header.run == plan.run,
            Int(header.process) < members.count
        else {
            malformedFrames += 1
            return
        }
        let process = Int(header.process)
        let now = MonotonicClock.now
        members[process].route = route
        members[process].lastHeard = now
        switch members[process].link.take(header, &pool) {
        case .deliver: try deliver(bytes, from: process)
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

    private func deliver(_ bytes: RawSpan, from process: Int) throws(LiveError) {
        var reader = WireReader(bytes, from: FrameHeader.size)
        while reader.remaining > 0 {
            guard let entry = try? reader.controlEntry(bytes) else {
                throw .violation("a control frame of \(plan.name(of: process)) makes no sense")
            }
            switch entry {
            case .message(let message): try take(message, from: process)
            case .relay(let receiver, let place):
                guard Int(receiver) < members.count else {
                    throw .violation("\(plan.name(of: process)) sends to process \(receiver)")
                }
                members[Int(receiver)].relayed.append(
                    bytes.extracting(place))
            }
        }
        if members[process].link.inbox.unconfirmed >= options.acknowledgeAfter {
            try confirm(process)
        }
    }

    private func take(_ message: ControlMessage, from process: Int) throws(LiveError) {
        switch message {
        case .hello(let hello):
            members[process].address = PeerAddress(
                process: UInt32(process), direct: hello.direct, published: hello.published)
            barrier.note(process, .known)
        case .ready: barrier.note(process, .ready)
        case .done(let report):
            do { try clock.take(report, from: process) } catch {
                throw .violation("\(plan.name(of: process)): \(error)")
            }
        case .records(let records):
            for record in records { sink.keep(record) }
        case .missing(let missing):
            let publisher = Int(missing.topic.publisher)
            guard publisher < plan.processOfNode.count else { return }
            try send(.missing(missing), to: plan.processOfNode[publisher])
        case .farewell(let statistics):
            members[process].farewell = statistics
            try confirm(process)
        case .failed(let reason):
            members[process].isDead = true
            try confirm(process)
            throw .failedProcess(name: plan.name(of: process), reason: reason)
        case .working(let progress):
            try noteProgress(progress, of: process, members[process].lastHeard)
        case .clockQuery(let sent):
            let exchange = ClockExchange(
                sent: sent, received: members[process].lastHeard, answered: MonotonicClock.now)
            try send(.clockAnswer(exchange), to: process)
        case .welcome, .start, .open, .stop, .clockAnswer:
            throw .violation("\(plan.name(of: process)) sent what only the hub sends")
        }
    }

    private func confirm(_ process: Int) throws(LiveError) {
        try sendUnnumbered(
            members[process].link.status(at: MonotonicClock.now), to: process)
    }

    /// Looks after every link: acknowledges, sends again, shows that the hub lives.
    func care(_ now: Int64) throws(LiveError) {
        nextCare = now + options.careInterval.nanoseconds
        for process in members.indices where members[process].route != nil {
            try flush(process)
            let isDue = members[process].link.isConfirmationDue(cares: options.acknowledgeCares)
            let silence = now - members[process].link.lastSent
            if isDue || silence >= options.heartbeatInterval.nanoseconds { try confirm(process) }
        }
    }
}
