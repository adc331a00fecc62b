import Messaging
import ZeroMQ

/// Numbered frames each way between two processes: at least once on the wire, once and in order
/// for the receiver.
///
/// A value; whoever owns the socket sends what it is told. Used by the control link of a process
/// and the hub, and by two processes that send to each other directly.
struct NumberedLink {
    /// Of the numbered frames: messages or control.
    private let kind: FrameKind
    /// The same as a flag: comparing it for every frame costs nothing.
    private let isOfMessages: Bool
    let run: UInt64
    /// The own process index.
    private let process: UInt32
    /// The own epoch, and the peer's as far as it is known and told (control links).
    let epoch: UInt16
    var peerEpoch: UInt16 = 0
    var outbox: Outbox
    var inbox = Inbox()
    /// While `isFilling`: the frame to come, or the entries of one of control.
    private var filling = WireBuffer(capacity: 0)
    private(set) var isFilling = false
    /// When a frame last went out.
    private(set) var lastSent: Int64 = 0

    init(kind: FrameKind, run: UInt64, process: Int, epoch: UInt16, credits: UInt64) {
        precondition(kind == .messages || kind == .control, "a link of \(kind) frames")
        self.kind = kind
        isOfMessages = kind == .messages
        self.run = run
        self.process = UInt32(process)
        self.epoch = epoch
        outbox = Outbox(credits: credits)
    }

    // MARK: Sending

    /// Adds entries to the frame that goes out next.
    mutating func fill(_ pool: inout BufferPool, _ body: (WireBuffer) -> Void) {
        if !isFilling {
            isFilling = true
            filling = pool.take()
            if isOfMessages { header(kind, number: outbox.staged + 1).append(to: filling) }
        }
        body(filling)
    }

    /// Completes the frame that is being filled, if there is one.
    ///
    /// - Returns: its size in bytes; 0 if there was none.
    mutating func close(_ pool: inout BufferPool) -> Int {
        guard isFilling else { return 0 }
        isFilling = false
        var frame = filling
        if !isOfMessages {
            frame = pool.take()
            header(kind, number: outbox.staged + 1).append(to: frame)
            frame.append(packing: filling.span)
            pool.put(filling)
        }
        FrameHeader.seal(frame, run: run, acknowledging: inbox.received)
        inbox.confirm()
        outbox.stage(frame)
        return frame.count
    }

    /// Sends what the credits allow.
    ///
    /// - Returns: how many sends were refused: 0, or 1 when the socket had no room.
    mutating func flush(
        at now: Int64, _ faults: inout LinkFaults,
        _ send: (WireBuffer) throws(LiveError) -> SendOutcome
    ) throws(LiveError) -> UInt64 {
        while let number = outbox.next {
            let frame = outbox.frame(number)
            for _ in 0..<faults.copies() {
                switch try send(frame) {
                case .queued: break
                case .full, .unreachable: return 1
                }
            }
            outbox.markSent(number)
            lastSent = now
        }
        return 0
    }

    /// Has everything that is not acknowledged sent once more.
    mutating func sendAgain() { _ = outbox.rewind(to: outbox.acknowledged + 1) }

    /// A frame that says how far both ways have come.
    mutating func status(at now: Int64) -> WireBuffer {
        lastSent = now
        inbox.confirm()
        return frame(.status, number: outbox.sent)
    }

    /// A frame that asks for everything after what has been received.
    func resendRequest() -> WireBuffer { frame(.resend, number: inbox.received + 1) }

    /// The first frame of a direct link; answered by a status.
    func greeting() -> WireBuffer { frame(.greeting, number: 0) }

    private func frame(_ kind: FrameKind, number: UInt64) -> WireBuffer {
        let buffer = WireBuffer(capacity: FrameHeader.size)
        header(kind, number: number).append(to: buffer)
        FrameHeader.seal(buffer, run: run)
        return buffer
    }

    private func header(_ kind: FrameKind, number: UInt64) -> FrameHeader {
        FrameHeader(
            kind: kind, process: process, epoch: epoch, peerEpoch: peerEpoch, sequence: number,
            acknowledged: inbox.received)
    }

    // MARK: Receiving

    /// Takes note of a frame's numbers.
    ///
    /// - Returns: what is to be done with it.
    mutating func take(_ header: FrameHeader, _ pool: inout BufferPool) -> Arrival {
        guard outbox.acknowledge(upTo: header.acknowledged, into: &pool) else {
            return .nonsense
        }
        switch header.kind {
        case .messages where isOfMessages, .control where !isOfMessages:
            switch inbox.accept(header.sequence) {
            case .next: return .deliver
            case .duplicate: return .duplicate
            case .gap: return .gap
            }
        case .status: return header.sequence > inbox.received ? .gap : .nothing
        case .resend: return .resend(outbox.rewind(to: header.sequence))
        case .greeting: return .greeting
        case .messages, .publication, .control: return .nonsense
        }
    }

    /// What a frame means for its receiver.
    enum Arrival: Equatable {
        case deliver
        case duplicate
        /// Frames before it are missing.
        case gap
        case nothing
        /// So many frames are to be sent again.
        case resend(UInt64)
        case greeting
        case nonsense
    }

    mutating func isConfirmationDue(cares: Int) -> Bool {
        inbox.isConfirmationDue(cares: cares)
    }

    mutating func shouldAsk(now: Int64, interval: Int64) -> Bool {
        inbox.shouldAsk(now: now, interval: interval)
    }
}
