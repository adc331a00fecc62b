/// What a process refused because of who it came from, by reason.
package struct Refusals: Hashable, Sendable, Codable {
    /// Connections with a key that may not connect there: unknown, revoked or of another role.
    package var keys: UInt64 = 0
    /// Connections that showed no key in time, or meant somebody else's.
    package var handshakes: UInt64 = 0
    /// Frames that name another sender than their key's holder.
    package var forged: UInt64 = 0
    /// Frames with something that their sender may not send.
    package var forbidden: UInt64 = 0

    package init() {}

    package static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.keys += b.keys
        sum.handshakes += b.handshakes
        sum.forged += b.forged
        sum.forbidden += b.forbidden
        return sum
    }

    /// Each count, and of what.
    package var counts: [(count: UInt64, what: String)] {
        [
            (keys, "connections with a key that is not allowed there"),
            (handshakes, "connections that showed no key in time"),
            (forged, "frames in another's name"),
            (forbidden, "frames with what their sender may not send"),
        ]
    }
}
