/// What orders events: time, then the sender's index, then the sender's own count.
///
/// The order depends on nothing but the nodes themselves, so it is the same in one process, in
/// many, and on several hosts (docs/ARCHITECTURE.md, section 3).
@frozen
@usableFromInline package struct EventKey: Hashable, Comparable, Sendable, Codable {
    @usableFromInline package var time: VirtualInstant
    @usableFromInline package var sender: UInt32
    @usableFromInline package var sequence: UInt64

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

/// Events by key, earliest first: a four-way heap of keys, each with a slot.
///
/// The caller keeps what belongs to an event in a slab of its own, under the event's slot: keys
/// move in the heap, payloads stay where they were put. The queue is not generic on purpose, since
/// the compiler does not specialize generic code of another module at package level. Taking out
/// refuses to go back in time.
package struct EventQueue: Sendable {
    private struct Entry {
        var key: EventKey
        var slot: Int32
    }

    private var heap: [Entry] = []
    private var free: [Int32] = []
    private var slotCount: Int32 = 0
    private var latest = VirtualInstant(nanoseconds: .min)

    package init() {}

    package var count: Int { heap.count }
    package var isEmpty: Bool { heap.isEmpty }
    package var nextKey: EventKey? { heap.first?.key }

    /// The time of the earliest event, or the distant future.
    package var nextTime: VirtualInstant { heap.isEmpty ? .distantFuture : heap[0].key.time }

    /// Adds an event.
    ///
    /// - Precondition: it is not before one that was already taken out.
    /// - Returns: its slot: one that is free again, or the first that was never given out.
    package mutating func insert(at key: EventKey) -> Int {
        precondition(key.time >= latest, "an event at \(key.time), after one at \(latest)")
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = slotCount
            slotCount += 1
        }
        let entry = Entry(key: key, slot: slot)
        heap.append(entry)
        siftUp(entry)
        return Int(slot)
    }

    /// All events with their slots, in no particular order.
    package var events: [(key: EventKey, slot: Int)] { heap.map { ($0.key, Int($0.slot)) } }

    /// The least of what events stand for, or the distant future: instants not before their times.
    ///
    /// Looks at no event after the least so far, so it is fast where most stand for their times.
    package func least(
        _ instant: (_ slot: Int, _ time: VirtualInstant) -> VirtualInstant
    ) -> VirtualInstant {
        var least = VirtualInstant.distantFuture
        func look(at index: Int) {
            guard index < heap.count, heap[index].key.time < least else { return }
            least = min(least, instant(Int(heap[index].slot), heap[index].key.time))
            for child in (4 * index + 1)...(4 * index + 4) { look(at: child) }
        }
        look(at: 0)
        return least
    }

    /// Takes out the earliest event; its slot is free from now on.
    package mutating func popFirst() -> (key: EventKey, slot: Int)? {
        guard let last = heap.popLast() else { return nil }
        var first = last
        if !heap.isEmpty {
            first = heap[0]
            siftDown(last)
        }
        latest = first.key.time
        free.append(first.slot)
        return (first.key, Int(first.slot))
    }

    /// Finds the place of an entry that was added at the end.
    private mutating func siftUp(_ entry: Entry) {
        heap.withUnsafeMutableBufferPointer { heap in
            var index = heap.count - 1
            while index > 0 {
                let parent = (index - 1) / 4
                guard entry.key < heap[parent].key else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = entry
        }
    }

    /// Finds the place of an entry that replaces the first: the gap sinks to the bottom along the
    /// least children, since an entry from the end nearly always belongs there, and then the entry
    /// rises as far as it must.
    private mutating func siftDown(_ entry: Entry) {
        heap.withUnsafeMutableBufferPointer { heap in
            let count = heap.count
            var index = 0
            while true {
                let first = 4 &* index &+ 1
                guard first < count else { break }
                let least = Self.leastChild(of: heap, from: first)
                heap[index] = heap[least]
                index = least
            }
            while index > 0 {
                let parent = (index &- 1) / 4
                guard entry.key < heap[parent].key else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = entry
        }
    }

    /// The least of the four children from `first` on, fewer at the end.
    ///
    /// Times alone decide but for ties; which child that is cannot be foreseen, so it is computed
    /// without branches.
    @inline(__always)
    private static func leastChild(
        of heap: UnsafeMutableBufferPointer<Entry>, from first: Int
    ) -> Int {
        if first &+ 3 < heap.count {
            let t0 = heap[first].key.time.nanoseconds
            let t1 = heap[first &+ 1].key.time.nanoseconds
            let t2 = heap[first &+ 2].key.time.nanoseconds
            let t3 = heap[first &+ 3].key.time.nanoseconds
            let (low, lowTime) = t1 < t0 ? (1, t1) : (0, t0)
            let (high, highTime) = t3 < t2 ? (3, t3) : (2, t2)
            let least = highTime < lowTime ? high : low
            if t0 != t1, t2 != t3, lowTime != highTime { return first &+ least }
        }
        var least = first
        for child in (first &+ 1)..<max(first &+ 1, min(first &+ 4, heap.count))
        where heap[child].key < heap[least].key {
            least = child
        }
        return least
    }
}
