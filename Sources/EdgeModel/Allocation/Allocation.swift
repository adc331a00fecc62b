/// How one task is split over servers (docs/MODEL.md, sections 3 and 4).
///
/// Symbols: x_i the fraction on server i, w_i the time before it can start, c_i the time that the
/// whole task takes there; all times in seconds.
package enum Allocation {
    /// The fractions of a task and when its last part is done.
    package struct Split: Hashable, Sendable {
        /// One for each server, >= 0, sum 1.
        package var fractions: [Double]
        /// Seconds from now.
        package var makespan: Double

        package init(fractions: [Double], makespan: Double) {
            self.fractions = fractions
            self.makespan = makespan
        }
    }

    /// The split `cwa` as published: equal finishing times on the whole set, negative fractions
    /// set to 0, the rest rescaled; the make-span counts every server of the set, used or not.
    ///
    /// Kept to reproduce published numbers; `waterfill` is never worse.
    package static func cwa(waits: [Double], costs: [Double]) -> Split {
        precondition(waits.count == costs.count && !waits.isEmpty)
        var (inverses, ratios) = (0.0, 0.0)
        for (wait, cost) in zip(waits, costs) {
            inverses += 1 / cost
            ratios += wait / cost
        }
        let level = (1 + ratios) / inverses
        let solved = zip(waits, costs).map { max(0, (level - $0) / $1) }
        let sum = solved.reduce(0, +)
        return published(solved.map { $0 / sum }, waits, costs)
    }

    /// The split `hecwa` as published: fractions in proportion to 1 / c_i, waits ignored.
    package static func hecwa(waits: [Double], costs: [Double]) -> Split {
        precondition(waits.count == costs.count && !waits.isEmpty)
        let sum = costs.reduce(0) { $0 + 1 / $1 }
        return published(costs.map { 1 / $0 / sum }, waits, costs)
    }

    private static func published(
        _ fractions: [Double], _ waits: [Double], _ costs: [Double]
    ) -> Split {
        var makespan = 0.0
        for index in fractions.indices {
            makespan = max(makespan, waits[index] + costs[index] * fractions[index])
        }
        return Split(fractions: fractions, makespan: makespan)
    }

    /// The exact split for finish_i = w_i + c_i x_i, which minimises the latest finish among the
    /// servers with x_i > 0.
    ///
    /// - Complexity: O(m log m) for m servers.
    package static func waterfill(waits: [Double], costs: [Double]) -> Split {
        precondition(waits.count == costs.count)
        return waterfill(
            zip(waits, costs).map { CompletionEstimate(wait: $0, service: $1) })
    }
}
