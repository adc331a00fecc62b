import Messaging
import SimulationKernel

/// What a process of a live run remembers between two windows: its nodes, and how far it has come
/// with everyone else.
package struct ProcessMemory: Codable {
    /// Windows that it was opened for by number; the last of them.
    var window: UInt64
    var windowEnd: VirtualInstant
    var nodes: [NodeSnapshot]
    /// When the state at the end of an episode is kept next, and what its nodes have sent to
    /// others that is due after it.
    var nextSnapshot: VirtualInstant
    var departed: [PendingMessage]
    /// Records that it has given.
    var records: UInt64
    var statistics: ProcessStatistics
    var links: [Link]
    var publications: [PublicationBook.Memory]
    var subscriptions: SubscriptionBook.Memory
    var dispatches: DispatchBook.Memory
    /// Control frames that the hub may not have.
    var control: [[UInt8]]

    /// How far the process has come with a peer.
    struct Link: Codable {
        var peer: Int
        var received: UInt64
        /// The last number that the peer has acknowledged, and all frames after it.
        var acknowledged: UInt64
        var frames: [[UInt8]]
    }
}

extension WireBuffer {
    /// Bytes that were kept.
    convenience init(_ bytes: [UInt8]) {
        self.init(capacity: max(1, bytes.count))
        append(bytes.span.bytes)
    }
}

// MARK: What links and books remember

extension Outbox {
    /// The frames that have not been acknowledged, first to last.
    var unacknowledged: [WireBuffer] {
        staged > acknowledged ? ((acknowledged + 1)...staged).map { frame($0) } : []
    }
}

extension NumberedLink {
    /// Goes on where a link to the same peer had come to.
    mutating func restore(_ memory: ProcessMemory.Link) {
        outbox = Outbox(credits: outbox.credits, acknowledged: memory.acknowledged)
        for bytes in memory.frames {
            let frame = WireBuffer(bytes)
            FrameHeader.renew(frame, run: run, epoch: epoch)
            outbox.stage(frame)
        }
        inbox = Inbox(received: memory.received)
    }
}

extension PublicationBook {
    struct Memory: Codable {
        /// The last number, and the frames that are kept, ending with it.
        var number: UInt64
        var kept: [[UInt8]]
    }

    /// - Precondition: nothing is being filled.
    var memory: [Memory] {
        entries.map { Memory(number: $0.number, kept: $0.kept.map(\.frame.bytes)) }
    }

    mutating func restore(_ memory: [Memory]) {
        precondition(memory.count == entries.count, "\(memory.count) of \(entries.count) topics")
        for (place, memory) in memory.enumerated() {
            entries[place].number = memory.number
            entries[place].kept = memory.kept.map { bytes in
                let frame = WireBuffer(bytes)
                FrameHeader.renew(
                    frame, at: entries[place].prefix.count, run: run, epoch: epoch)
                return Kept(frame: frame)
            }
        }
    }
}

extension SubscriptionBook {
    struct Memory: Codable {
        /// By subscription, the last number received.
        var numbers: [UInt64]
        var counted: [UInt64]
        var early: [[UInt64]]
    }

    var memory: Memory {
        Memory(numbers: entries.map(\.inbox.received), counted: counted, early: early)
    }

    mutating func restore(_ memory: Memory) {
        let numbers = memory.numbers
        precondition(numbers.count == entries.count, "\(numbers.count) of \(entries.count) topics")
        counted = memory.counted
        early = memory.early
        for (place, number) in numbers.enumerated() {
            entries[place].inbox = Inbox(received: number)
            received[entries[place].publisher] += number
        }
        for publisher in early.indices { received[publisher] -= UInt64(early[publisher].count) }
    }
}

extension DispatchBook {
    struct Memory: Codable {
        var direct: [UInt64]
        var published: [UInt64]
    }

    /// - Precondition: everything has been taken.
    var memory: Memory { Memory(direct: direct, published: published) }

    mutating func restore(_ memory: Memory) {
        (direct, published) = (memory.direct, memory.published)
    }
}
