/// A first-in-first-out buffer of plain values that grows by doubling and never shrinks.
///
/// Values that were taken out stay in the storage until they are overwritten, so it is meant for
/// values without references.
struct RingBuffer<Element> {
    /// A power of two of them, or none.
    private var storage: [Element] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The element that is `offset` places behind the first.
    subscript(offset: Int) -> Element {
        precondition(offset < count, "place \(offset) of a ring that holds \(count)")
        return storage[(head &+ offset) & (storage.count &- 1)]
    }

    var first: Element? { count == 0 ? nil : storage[head] }

    mutating func append(_ element: Element) {
        if count == storage.count { grow(filling: element) }
        storage[(head &+ count) & (storage.count &- 1)] = element
        count &+= 1
    }

    mutating func dropFirst() {
        precondition(count > 0, "nothing to drop")
        head = (head &+ 1) & (storage.count &- 1)
        count &-= 1
    }

    private mutating func grow(filling element: Element) {
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

/// Its elements alone, first to last.
extension RingBuffer: Codable where Element: Codable {
    func encode(to encoder: any Encoder) throws {
        try (0..<count).map { self[$0] }.encode(to: encoder)
    }

    init(from decoder: any Decoder) throws {
        self.init()
        for element in try [Element](from: decoder) { append(element) }
    }
}
