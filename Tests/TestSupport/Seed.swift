#if canImport(Glibc)
    import Glibc
#endif
package import SimulationKernel

/// A seed as a test argument, so that a failure prints which one failed.
///
/// `EDGEFLOCK_TEST_SEED=137` narrows every property to that seed.
package struct Seed: Hashable, Sendable, CustomStringConvertible {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func first(_ count: Int) -> [Seed] {
        if let text = getenv("EDGEFLOCK_TEST_SEED"), let only = UInt64(String(cString: text)) {
            return [Seed(only)]
        }
        return (0..<UInt64(count)).map(Seed.init)
    }

    /// A stream of chance for this seed.
    package var stream: RandomStream {
        RandomStream(seed: value, entity: "test", purpose: "property")
    }

    package var description: String { "seed \(value)" }
}
