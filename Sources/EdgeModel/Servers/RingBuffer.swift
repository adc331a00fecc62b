/// A first-in-first-out buffer of plain values that grows by doubling and never shrinks.
///
/// Values that were taken out stay in the storage until they are overwritten, so it is meant for
/// values without references.
@frozen
package struct RingBuffer<Element> {
    /// A power of two of them, or none.
    @usableFromInline var storage: [Element] = []
    @usableFromInline var head = 0
    @usableFromInline var held = 0

    @inlinable package init() {}

    @inlinable package var count: Int { held }
    @inlinable package var isEmpty: Bool { held == 0 }

    /// The element that is `offset` places behind the first.
    @inlinable package subscript(offset: Int) -> Element {
        precondition(offset < count, "place \(offset) of a ring that holds \(count)")
        return storage[(head &+ offset) & (storage.count &- 1)]
    }

    @inlinable package var first: Element? { count == 0 ? nil : storage[head] }

    @inlinable package mutating func append(_ element: Element) {
        if count == storage.count { grow(filling: element) }
        storage[(head &+ count) & (storage.count &- 1)] = element
        held &+= 1
    }

    @inlinable package mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[head]
        head = (head &+ 1) & (storage.count &- 1)
        held &-= 1
        return element
    }

    @inlinable package mutating func dropFirst() {
        precondition(held > 0, "nothing to drop")
        head = (head &+ 1) & (storage.count &- 1)
        held &-= 1
    }

    @inlinable package mutating func removeAll() {
        head = 0
        held = 0
    }

    @inlinable mutating func grow(filling element: Element) {
        var larger: [Element] = []
        let size = max(8, 2 * storage.count)
        larger.reserveCapacity(size)
        for offset in 0..<count { larger.append(storage[(head + offset) & (storage.count - 1)]) }
        while larger.count < size { larger.append(element) }
        storage = larger
        head = 0
    }
}

extension RingBuffer: Sendable where Element: Sendable {}
