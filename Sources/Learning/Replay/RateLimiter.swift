/// Holds the ratio of gradient samples to inserted transitions, from both sides.
///
/// Samples: update k (from 1) may happen once `minimum + (k - 1) batch / samplesPerInsert`
/// transitions have been inserted: the first at the minimum, without a burst to make up for what
/// came before. Insertions: where updates take time and fall further behind than `lagLimit`
/// transitions, new ones are dropped and counted, since stations never wait for training.
package struct RateLimiter: Hashable, Sendable {
    package let samplesPerInsert: Double
    /// Transitions before the first update.
    package let minimum: Int
    /// Transitions in one update.
    package let batch: Int
    /// Transitions that updates may be behind.
    package let lagLimit: Int
    /// Transitions that came in and were dropped, and updates done.
    package private(set) var inserted: UInt64 = 0
    package private(set) var dropped: UInt64 = 0
    package private(set) var updates: UInt64 = 0

    package init(samplesPerInsert: Double, minimum: Int, batch: Int, lagLimit: Int = 10_000) {
        precondition(samplesPerInsert >= 0 && minimum > 0 && batch > 0 && lagLimit > 0)
        self.samplesPerInsert = samplesPerInsert
        self.minimum = minimum
        self.batch = batch
        self.lagLimit = lagLimit
    }

    /// Updates that may have been done once this many transitions are inserted.
    package func updates(afterInserting inserted: UInt64) -> UInt64 {
        guard samplesPerInsert > 0, inserted >= UInt64(minimum) else { return 0 }
        let beyond = Double(inserted - UInt64(minimum))
        return UInt64(beyond * samplesPerInsert / Double(batch)) + 1
    }

    /// Updates that may be done now.
    package var pending: UInt64 {
        let allowed = updates(afterInserting: inserted)
        return allowed - min(allowed, updates)
    }

    /// Samples taken for each transition beyond the minimum so far; 0 before the first update.
    package var ratio: Double {
        guard updates > 0 else { return 0 }
        return Double(updates) * Double(batch)
            / max(1, Double(inserted) - Double(minimum) + Double(batch) / samplesPerInsert)
    }

    /// Counts a transition that is to be inserted; false when it must be dropped instead.
    package mutating func admit() -> Bool {
        guard Double(pending) * Double(batch) <= Double(lagLimit) * samplesPerInsert else {
            dropped += 1
            return false
        }
        inserted += 1
        return true
    }

    package mutating func noteUpdate() { updates += 1 }

    /// Goes on from counters that were kept.
    package mutating func restore(inserted: UInt64, dropped: UInt64, updates: UInt64) {
        (self.inserted, self.dropped, self.updates) = (inserted, dropped, updates)
    }
}
