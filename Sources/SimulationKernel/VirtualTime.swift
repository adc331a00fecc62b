/// A span of virtual time: a whole number of nanoseconds.
///
/// Swift's `Duration` is kept for wall-clock code, so that the two kinds of time cannot be mixed.
@frozen
@usableFromInline package struct VirtualDuration: Hashable, Comparable, Sendable, Codable {
    @usableFromInline package var nanoseconds: Int64

    @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The nearest nanosecond to `seconds`, ties to even; negative values become zero.
    ///
    /// Every quotient of the model (bits over rate, cycles over capacity) passes here exactly once.
    /// - Precondition: `seconds` is a number below 2^63 ns (292 years).
    @inlinable package static func seconds(_ seconds: Double) -> Self {
        let rounded = (seconds * 1e9).rounded(.toNearestOrEven)
        precondition(rounded < 9.2e18, "virtual duration out of range")
        return Self(nanoseconds: rounded > 0 ? Int64(rounded) : 0)
    }

    @inlinable package static func milliseconds(_ count: Int64) -> Self {
        Self(nanoseconds: count * 1_000_000)
    }

    @inlinable package static var zero: Self { Self(nanoseconds: 0) }

    /// Later than every instant of any run; stands for "never".
    @inlinable package static var unbounded: Self { Self(nanoseconds: .max) }

    @inlinable package var seconds: Double { Double(nanoseconds) * 1e-9 }

    @inlinable package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable package static func + (a: Self, b: Self) -> Self {
        Self(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    @inlinable package static func - (a: Self, b: Self) -> Self {
        Self(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
    @inlinable package static func += (a: inout Self, b: Self) { a = a + b }
    @inlinable package static func * (a: Self, count: Int64) -> Self {
        Self(nanoseconds: a.nanoseconds * count)
    }
}

/// A point in virtual time: nanoseconds since the run began.
@frozen
@usableFromInline package struct VirtualInstant: Hashable, Comparable, Sendable, Codable {
    @usableFromInline package var nanoseconds: Int64

    @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable package static var zero: Self { Self(nanoseconds: 0) }

    /// After every event of any run; stands for "never".
    @inlinable package static var distantFuture: Self { Self(nanoseconds: .max) }

    @inlinable package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable package static func + (a: Self, b: VirtualDuration) -> Self {
        Self(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    @inlinable package static func - (a: Self, b: VirtualDuration) -> Self {
        Self(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
    @inlinable package static func - (a: Self, b: Self) -> VirtualDuration {
        VirtualDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
}

extension VirtualDuration: CustomStringConvertible {
    @usableFromInline package var description: String { "\(seconds) s" }
}

extension VirtualInstant: CustomStringConvertible {
    @usableFromInline package var description: String { "t = \(Double(nanoseconds) * 1e-9) s" }
}
