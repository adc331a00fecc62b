import Messaging

/// The sending end of a numbered link: keeps every frame until it is acknowledged.
///
/// A value without a socket. Frames are numbered from 1. What is asked for again is sent again with
/// all that followed, so the receiver needs no room for frames out of order.
struct Outbox {
    /// Frames `acknowledged + 1 ... staged`, beginning at `head`.
    private var frames: [WireBuffer] = []
    private var head = 0
    private(set) var acknowledged: UInt64 = 0
    /// The last frame that was handed to the socket.
    private(set) var sent: UInt64 = 0
    /// The last frame that there is.
    private(set) var staged: UInt64 = 0
    private let credits: UInt64

    init(credits: UInt64) { self.credits = credits }

    /// Frames that the peer may still have to receive.
    var underway: UInt64 { sent - acknowledged }
    var backlog: Int { Int(staged - sent) }
    var hasUnacknowledged: Bool { acknowledged < staged }

    /// The frame to send next, if there is one and the credits allow it.
    var next: UInt64? { sent < staged && underway < credits ? sent + 1 : nil }

    /// Takes a complete frame with the number `staged + 1`.
    mutating func stage(_ frame: consuming WireBuffer) {
        staged += 1
        frames.append(frame)
    }

    func withFrame<Result, Failure: Error>(
        _ number: UInt64, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try frames[head + Int(number - acknowledged) - 1].withBytes(body)
    }

    mutating func markSent(_ number: UInt64) {
        precondition(number == sent + 1 && number <= staged, "frame \(number) after \(sent)")
        sent = number
    }

    /// Forgets everything up to `number` and gives the storage back; older news is ignored.
    ///
    /// - Returns: whether that is possible: nobody can have received what was never sent.
    mutating func acknowledge(upTo number: UInt64, into pool: inout BufferPool) -> Bool {
        guard number <= staged else { return false }
        guard number > acknowledged else { return true }
        for _ in acknowledged..<number {
            var frame = WireBuffer()
            swap(&frame, &frames[head])
            pool.put(frame)
            head += 1
        }
        acknowledged = number
        sent = max(sent, number)
        if head > 64 && 2 * head > frames.count {
            frames.removeFirst(head)
            head = 0
        }
        return true
    }

    /// Goes back so that frame `number` and all after it are sent again.
    ///
    /// - Returns: how many frames that is.
    mutating func rewind(to number: UInt64) -> UInt64 {
        guard number > acknowledged, number <= sent else { return 0 }
        let count = sent - number + 1
        sent = number - 1
        return count
    }
}

/// The receiving end of a numbered link.
struct Inbox {
    enum Verdict { case next, duplicate, gap }

    /// All frames up to this number have come.
    private(set) var received: UInt64 = 0
    /// What the sender was told of that.
    private(set) var confirmed: UInt64 = 0
    /// When the frame after `received` was last asked for, and which one that was.
    private var asked: (number: UInt64, at: Int64) = (0, 0)

    mutating func accept(_ number: UInt64) -> Verdict {
        if number == received + 1 {
            received = number
            return .next
        }
        return number <= received ? .duplicate : .gap
    }

    var unconfirmed: UInt64 { received - confirmed }

    mutating func confirm() { confirmed = received }

    /// Whether to ask for the next frame now: at once for a new gap, then every `interval`.
    mutating func shouldAsk(now: Int64, interval: Int64) -> Bool {
        if asked.number == received + 1 && now - asked.at < interval { return false }
        asked = (received + 1, now)
        return true
    }
}

/// Buffers that wait for their next use.
struct BufferPool {
    private var buffers: [WireBuffer] = []
    private static let most = 256
    /// Larger ones go back to the system, in bytes.
    private static let largest = 16 << 10

    mutating func take() -> WireBuffer { buffers.popLast() ?? WireBuffer() }

    mutating func put(_ buffer: consuming WireBuffer) {
        var buffer = buffer
        guard buffers.count < Self.most, buffer.capacity <= Self.largest else { return }
        buffer.removeAll()
        buffers.append(buffer)
    }
}
