/// Holds the ratio of gradient samples to inserted transitions.
///
/// Update k (from 1) may happen once `minimum + (k - 1) batch / samplesPerInsert` transitions have
/// been inserted: the first at the minimum, without a burst to make up for what came before.
package struct RateLimiter: Hashable, Sendable {
    package let samplesPerInsert: Double
    /// Transitions before the first update.
    package let minimum: Int
    /// Transitions in one update.
    package let batch: Int

    package init(samplesPerInsert: Double, minimum: Int, batch: Int) {
        precondition(samplesPerInsert >= 0 && minimum > 0 && batch > 0)
        self.samplesPerInsert = samplesPerInsert
        self.minimum = minimum
        self.batch = batch
    }

    /// Updates that may have been done once this many transitions are inserted.
    package func updates(afterInserting inserted: UInt64) -> UInt64 {
        guard samplesPerInsert > 0, inserted >= UInt64(minimum) else { return 0 }
        let beyond = Double(inserted - UInt64(minimum))
        return UInt64(beyond * samplesPerInsert / Double(batch)) + 1
    }
}
