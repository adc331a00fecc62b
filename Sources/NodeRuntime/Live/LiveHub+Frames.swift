import Messaging
import ZeroMQ

/// Frames in and out.
extension LiveHub {
    func send(_ message: ControlMessage, to process: Int) throws(LiveError) {
        members[process].link.fill(&pool) { $0.append(message) }
        try flush(process)
    }

    private func flush(_ process: Int) throws(LiveError) {
        _ = members[process].link.close()
        guard let route = members[process].route else { return }
        _ = try members[process].link.flush(at: MonotonicClock.now, &faults) {
            bytes throws(LiveError) in try router.send(bytes, to: route)
        }
        let backlog = members[process].link.outbox.backlog
        guard backlog <= options.longestBacklog else {
            throw .backlog(to: plan.name(of: process), frames: backlog)
        }
    }

    private func sendUnnumbered(_ frame: WireBuffer, to process: Int) throws(LiveError) {
        guard let route = members[process].route else { return }
        _ = try frame.withBytes { bytes throws(LiveError) in
            try router.send(bytes, to: route)
        }
    }

    /// Takes in everything that has come.
    func drain() throws(LiveError) {
        while true {
            switch try router.receiveRouted(into: &frame) {
            case .nothing: return
            case .malformed: malformedFrames += 1
            case .message(let route): try takeFrame(from: route)
            }
        }
    }

    private func takeFrame(from route: RoutingID) throws(LiveError) {
        let header = frame.withBytes { bytes in try? FrameHeader(checking: bytes) }
        guard let header, header.run == plan.run, Int(header.process) < members.count else {
            malformedFrames += 1
            return
        }
        let process = Int(header.process)
        let now = MonotonicClock.now
        members[process].route = route
        members[process].lastHeard = now
        switch members[process].link.take(header, &pool) {
        case .deliver: try deliver(from: process)
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

    private func deliver(from process: Int) throws(LiveError) {
        let messages = frame.withBytes { bytes in try? ControlMessage.all(in: bytes) }
        guard let messages else {
            throw .violation("a control frame of \(plan.name(of: process)) that makes no sense")
        }
        for message in messages { try take(message, from: process) }
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
        case .welcome, .start, .open, .stop:
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
            let link = members[process].link
            let isQuiet = now - link.lastSent >= options.heartbeatInterval.nanoseconds
            if isQuiet || link.inbox.unconfirmed > 0 { try confirm(process) }
        }
    }
}
