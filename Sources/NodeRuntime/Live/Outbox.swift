import Messaging

/// The sending end of a numbered link: keeps every frame until it is acknowledged.
///
/// A value without a socket. Frames are numbered from 1. What is asked for again is sent again with
/// all that followed, so the receiver needs no room for frames out of order.
struct Outbox {
    /// Frames `acknowledged + 1 ... staged`, each at its number modulo the count, a power of two.
    private var frames: [WireBuffer?] = [nil, nil]
    private(set) var acknowledged: UInt64 = 0
    /// The last frame that was handed to the socket.
    private(set) var sent: UInt64 = 0
    /// The last frame that there is.
    private(set) var staged: UInt64 = 0
    let credits: UInt64

    /// - Parameter acknowledged: frames that an earlier life of this process has got rid of.
    init(credits: UInt64, acknowledged: UInt64 = 0) {
        self.credits = credits
        self.acknowledged = acknowledged
        sent = acknowledged
        staged = acknowledged
    }

    /// Frames that the peer may still have to receive.
    var underway: UInt64 { sent - acknowledged }
    var backlog: Int { Int(staged - sent) }
    var hasUnacknowledged: Bool { acknowledged < staged }

    /// The frame to send next, if there is one and the credits allow it.
    var next: UInt64? { sent < staged && underway < credits ? sent + 1 : nil }

    /// Takes a complete frame with the number `staged + 1`.
    mutating func stage(_ frame: WireBuffer) {
        if Int(staged - acknowledged) == frames.count { grow() }
        staged += 1
        frames[place(of: staged)] = frame
    }

    /// - Precondition: the frame is staged and not acknowledged.
    func frame(_ number: UInt64) -> WireBuffer {
        guard let frame = frames[place(of: number)], number > acknowledged, number <= staged else {
            preconditionFailure("frame \(number), of \(acknowledged) to \(staged)")
        }
        return frame
    }

    private func place(of number: UInt64) -> Int {
        Int(truncatingIfNeeded: number) & (frames.count - 1)
    }

    private mutating func grow() {
        var larger = [WireBuffer?](repeating: nil, count: 2 * frames.count)
        for number in (acknowledged + 1)...staged {
            larger[Int(truncatingIfNeeded: number) & (larger.count - 1)] = frames[place(of: number)]
        }
        frames = larger
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
        while acknowledged < number {
            acknowledged += 1
            if let frame = frames[place(of: acknowledged)].take() { pool.put(frame) }
        }
        sent = max(sent, number)
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
    private(set) var received: UInt64
    /// What the sender was told of that.
    private(set) var confirmed: UInt64
    /// How often care was taken while frames waited for confirmation.
    private var cares = 0
    /// When the frame after `received` was last asked for, and which one that was.
    private var asked: (number: UInt64, at: Int64) = (0, 0)

    /// - Parameter received: frames that an earlier life of this process has taken in.
    init(received: UInt64 = 0) {
        self.received = received
        confirmed = received
    }

    mutating func accept(_ number: UInt64) -> Verdict {
        if number == received + 1 {
            received = number
            return .next
        }
        return number <= received ? .duplicate : .gap
    }

    var unconfirmed: UInt64 { received - confirmed }

    mutating func confirm() {
        confirmed = received
        cares = 0
    }

    /// Whether frames have waited for confirmation through so many cares, this one included.
    mutating func isConfirmationDue(cares limit: Int) -> Bool {
        guard unconfirmed > 0 else { return false }
        cares += 1
        return cares >= limit
    }

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

    mutating func put(_ buffer: WireBuffer) {
        guard buffers.count < Self.most, buffer.capacity <= Self.largest else { return }
        buffer.removeAll()
        buffers.append(buffer)
    }
}
