package import SimulationKernel

/// By how much scheduled bursts change what the users of one station ask for, class by class.
///
/// A factor is made of copies: the usual requests, and more streams of the same law that count
/// only during the burst. So whoever would have asked anyway still asks, with the same request.
package struct DemandPlan: Hashable, Sendable {
    package struct Burst: Hashable, Sendable {
        package var span: TimeSpan
        package var factor: Double

        package init(span: TimeSpan, factor: Double) {
            self.span = span
            self.factor = factor
        }
    }

    /// By start; factors of bursts that overlap are multiplied.
    package let bursts: [Burst]

    package init(bursts: [Burst] = []) { self.bursts = bursts }

    package func factor(at instant: VirtualDuration) -> Double {
        bursts.reduce(1) { $1.span.contains(instant) ? $0 * $1.factor : $0 }
    }

    /// Streams besides the usual one. The factor changes where a burst begins or ends.
    package var extraCopies: Int {
        let highest = bursts.reduce(1) {
            max($0, factor(at: $1.span.start), factor(at: $1.span.end))
        }
        return Int(highest.rounded(.up)) - 1
    }

    /// The share of a copy's requests that count at an instant; copy 0 is the usual stream.
    package func share(ofCopy copy: Int, at instant: VirtualDuration) -> Double {
        guard !bursts.isEmpty else { return copy == 0 ? 1 : 0 }
        return min(1, max(0, factor(at: instant) - Double(copy)))
    }
}
