/// A router's own name for one of its connections; it means nothing elsewhere or after a restart.
///
/// Peers here never choose their routing ids (a peer could choose another's), so every id is the
/// one that libzmq made: a zero byte and four bytes of a counter.
package struct RoutingID: Hashable, Sendable, CustomStringConvertible {
    let bytes: InlineArray<5, UInt8>

    init?(_ span: RawSpan) {
        guard span.byteCount == 5 else { return nil }
        bytes = InlineArray { index in
            unsafe span.unsafeLoad(fromByteOffset: index, as: UInt8.self)
        }
        guard bytes[0] == 0 else { return nil }
    }

    /// The four bytes of the counter as a number.
    /// One that a simulated router gives.
    package init(number: UInt32) {
        bytes = InlineArray { index in
            index == 0 ? 0 : UInt8(truncatingIfNeeded: number >> UInt32(8 * (4 - index)))
        }
    }

    package var number: UInt32 {
        var number: UInt32 = 0
        for index in 1..<5 { number = number &<< 8 | UInt32(bytes[index]) }
        return number
    }

    package static func == (a: Self, b: Self) -> Bool { a.number == b.number }
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }
    package var description: String { "peer \(number)" }
}
