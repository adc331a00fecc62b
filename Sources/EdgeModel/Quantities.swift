package import SimulationKernel

/// A number whose type is its unit, so that sums of different things do not compile.
@usableFromInline
package protocol Quantity: Hashable, Comparable, Sendable, Codable,
    CustomStringConvertible
{
    var value: Double { get set }
    init(_ value: Double)
    /// The unit as topology files spell it.
    static var unit: String { get }
}

extension Quantity {
    @inlinable package static var zero: Self { Self(0) }
    @inlinable package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
    @inlinable package static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
    @inlinable package static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
    @inlinable package static func += (a: inout Self, b: Self) { a.value += b.value }
    @inlinable package static func -= (a: inout Self, b: Self) { a.value -= b.value }
    @inlinable package static func * (a: Self, factor: Double) -> Self { Self(a.value * factor) }
    @inlinable package static func / (a: Self, b: Self) -> Double { a.value / b.value }
    @inlinable package var description: String { "\(value) \(Self.unit)" }
}

/// An amount of data.
@frozen @usableFromInline package struct Megabits: Quantity {
    @usableFromInline package var value: Double
    @inlinable package init(_ value: Double) { self.value = value }
    @usableFromInline package static var unit: String { "Mbit" }
}

/// A data rate.
@frozen @usableFromInline package struct MegabitsPerSecond: Quantity {
    @usableFromInline package var value: Double
    @inlinable package init(_ value: Double) { self.value = value }
    @usableFromInline package static var unit: String { "Mbit/s" }
}

/// An amount of computing.
@frozen @usableFromInline package struct Gigacycles: Quantity {
    @usableFromInline package var value: Double
    @inlinable package init(_ value: Double) { self.value = value }
    @usableFromInline package static var unit: String { "Gcycles" }
}

/// A computing speed: Gcycles per second.
@frozen @usableFromInline package struct Gigahertz: Quantity {
    @usableFromInline package var value: Double
    @inlinable package init(_ value: Double) { self.value = value }
    @usableFromInline package static var unit: String { "GHz" }
}

extension Megabits {
    /// The time to send this much data at the given rate.
    package static func / (size: Self, rate: MegabitsPerSecond) -> VirtualDuration {
        .seconds(size.value / rate.value)
    }
}

extension Gigacycles {
    /// The time to compute this much work at the given capacity.
    package static func / (work: Self, capacity: Gigahertz) -> VirtualDuration {
        .seconds(work.value / capacity.value)
    }
}
