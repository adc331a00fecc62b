extension Allocation {
    /// The exact split for completion estimates, which minimises the latest finish among the
    /// servers with x_i > 0.
    ///
    /// A server's finish is the larger of two rising lines of x, so the fraction that it can have
    /// done by a level L,
    ///
    ///     g(L) = max(0, min((L - a) / alpha, (L - b) / beta)),
    ///
    /// with a = ready + delay, alpha = transfer + service + result for the line that the input
    /// decides, and b = wait + delay, beta = service + result for the one that the backlog
    /// decides, is piecewise linear: it begins to rise where L reaches max(a, b), and bends where
    /// the input takes over. The sum of all g is 1 at the optimal level. The breakpoints, at most
    /// two for each server, are sorted and walked through with the sums of 1 / slope and of
    /// intercept / slope of the lines in force.
    ///
    /// - Complexity: O(m log m) for m servers.
    package static func waterfill(_ servers: [CompletionEstimate]) -> Split {
        precondition(!servers.isEmpty, "a split needs a server")
        let lines = servers.map { Lines($0) }
        var breakpoints: [Breakpoint] = []
        breakpoints.reserveCapacity(2 * lines.count)
        for line in lines { line.addBreakpoints(to: &breakpoints) }
        breakpoints.sort { $0.level < $1.level }

        let level = Self.level(of: breakpoints)
        var fractions = lines.map { $0.fraction(at: level) }
        let sum = fractions.reduce(0, +)
        for index in fractions.indices { fractions[index] /= sum }
        var makespan = 0.0
        for (server, fraction) in zip(servers, fractions) where fraction > 0 {
            makespan = max(makespan, server.finish(fraction))
        }
        return Split(fractions: fractions, makespan: makespan)
    }

    /// Where the sum of all fractions reaches 1: the first (1 + V) / P that the next breakpoint
    /// does not undercut.
    private static func level(of breakpoints: [Breakpoint]) -> Double {
        var (inverses, ratios) = (0.0, 0.0)
        for (place, breakpoint) in breakpoints.enumerated() {
            inverses += breakpoint.inverse
            ratios += breakpoint.ratio
            let level = (1 + ratios) / inverses
            let next = place + 1
            if next == breakpoints.count || level <= breakpoints[next].level { return level }
        }
        preconditionFailure("no level in \(breakpoints)")
    }

    /// What changes in the sums P = sum 1 / slope and V = sum intercept / slope at a level.
    private struct Breakpoint {
        var level: Double
        var inverse: Double
        var ratio: Double
    }

    /// The two lines of one server.
    private struct Lines {
        /// A nanosecond, the resolution of time: keeps work of no size from dividing by zero.
        static var leastSlope: Double { 1e-9 }

        let input: (intercept: Double, slope: Double)
        let backlog: (intercept: Double, slope: Double)

        init(_ server: CompletionEstimate) {
            let slope = server.service + server.resultTransfer
            input = (
                server.ready + server.resultDelay, max(slope + server.transfer, Self.leastSlope)
            )
            backlog = (server.wait + server.resultDelay, max(slope, Self.leastSlope))
        }

        /// Where the input's line crosses that of the backlog, if it does so at all.
        var crossing: Double? {
            guard backlog.intercept > input.intercept, input.slope > backlog.slope else {
                return nil
            }
            let fraction =
                (backlog.intercept - input.intercept) / (input.slope - backlog.slope)
            return backlog.intercept + backlog.slope * fraction
        }

        func addBreakpoints(to breakpoints: inout [Breakpoint]) {
            let first = backlog.intercept > input.intercept ? backlog : input
            let (inverse, ratio) = (1 / first.slope, first.intercept / first.slope)
            breakpoints.append(Breakpoint(level: first.intercept, inverse: inverse, ratio: ratio))
            if let crossing {
                breakpoints.append(
                    Breakpoint(
                        level: crossing, inverse: 1 / input.slope - inverse,
                        ratio: input.intercept / input.slope - ratio))
            }
        }

        func fraction(at level: Double) -> Double {
            let reach = min(
                (level - input.intercept) / input.slope,
                (level - backlog.intercept) / backlog.slope)
            return max(0, reach)
        }
    }
}
