/// What orders events: time, then the sender's index, then the sender's own count.
///
/// The order depends on nothing but the nodes themselves, so it is the same in one process, in
/// many, and on several hosts (docs/ARCHITECTURE.md, section 3).
@frozen
package struct EventKey: Hashable, Comparable, Sendable {
    package var time: VirtualInstant
    package var sender: UInt32
    package var sequence: UInt64

    @inlinable package init(time: VirtualInstant, sender: UInt32, sequence: UInt64) {
        self.time = time
        self.sender = sender
        self.sequence = sequence
    }

    @inlinable package static func < (a: Self, b: Self) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.sender != b.sender { return a.sender < b.sender }
        return a.sequence < b.sequence
    }
}

/// Events by key, earliest first: a four-way heap of keys over a slab of payloads.
///
/// Keys move in the heap, payloads stay where they were put, so large payloads cost nothing extra.
/// Taking out refuses to go back in time.
@frozen
package struct EventQueue<Payload> {
    @usableFromInline
    struct Entry {
        @usableFromInline var key: EventKey
        @usableFromInline var slot: Int32

        @usableFromInline init(key: EventKey, slot: Int32) {
            self.key = key
            self.slot = slot
        }
    }

    @usableFromInline var heap: [Entry] = []
    @usableFromInline var payloads: [Payload?] = []
    @usableFromInline var free: [Int32] = []
    @usableFromInline var latest = VirtualInstant(nanoseconds: .min)

    @inlinable package init() {}

    @inlinable package var count: Int { heap.count }
    @inlinable package var isEmpty: Bool { heap.isEmpty }
    @inlinable package var nextKey: EventKey? { heap.first?.key }

    /// The time of the earliest event, or the distant future.
    @inlinable package var nextTime: VirtualInstant { heap.first?.key.time ?? .distantFuture }

    /// - Precondition: the event is not before one that was already taken out.
    @inlinable package mutating func insert(_ payload: Payload, at key: EventKey) {
        precondition(key.time >= latest, "an event at \(key.time), after one at \(latest)")
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
            payloads[Int(slot)] = payload
        } else {
            slot = Int32(payloads.count)
            payloads.append(payload)
        }
        let entry = Entry(key: key, slot: slot)
        heap.append(entry)
        siftUp(from: heap.count - 1, entry)
    }

    /// Takes out the earliest event.
    @inlinable package mutating func popFirst() -> (key: EventKey, payload: Payload)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { siftDown(last) }
        latest = first.key.time
        let payload = payloads[Int(first.slot)].take()
        free.append(first.slot)
        return (first.key, payload!)
    }

    @inlinable mutating func siftUp(from start: Int, _ entry: Entry) {
        heap.withUnsafeMutableBufferPointer { heap in
            var index = start
            while index > 0 {
                let parent = (index - 1) / 4
                guard entry.key < heap[parent].key else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = entry
        }
    }

    @inlinable mutating func siftDown(_ entry: Entry) {
        heap.withUnsafeMutableBufferPointer { heap in
            var index = 0
            while true {
                let first = 4 * index + 1
                guard first < heap.count else { break }
                var least = first
                for child in (first + 1)..<max(first + 1, min(first + 4, heap.count))
                where heap[child].key < heap[least].key {
                    least = child
                }
                guard heap[least].key < entry.key else { break }
                heap[index] = heap[least]
                index = least
            }
            heap[index] = entry
        }
    }
}

extension EventQueue: Sendable where Payload: Sendable {}
extension EventQueue.Entry: Sendable {}
