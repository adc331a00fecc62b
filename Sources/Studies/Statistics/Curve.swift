/// Values along an ascending axis, such as rewards after so many steps.
package struct Curve: Hashable, Sendable {
    package let x: [Double]
    package let y: [Double]

    /// - Precondition: as many x as y, at least two, x ascending.
    package init(x: [Double], y: [Double]) {
        precondition(
            x.count == y.count && x.count > 1 && zip(x, x.dropFirst()).allSatisfy { $0 < $1 },
            "a curve has ascending places and a value at each: \(x), \(y)")
        self.x = x
        self.y = y
    }

    /// The area below the straight lines between the points (trapezium rule).
    package var area: Double {
        x.indices.dropLast().reduce(0) { $0 + (x[$1 + 1] - x[$1]) * (y[$1] + y[$1 + 1]) / 2 }
    }

    /// The area over the length of the axis: in the unit of y.
    package var meanHeight: Double { area / (x[x.count - 1] - x[0]) }
}

/// Curves of several runs as one, with an interval at each place.
package struct CurveBand: Hashable, Sendable {
    package let x: [Double]
    /// As many as `x`.
    package let estimates: [Estimate]

    /// - Parameter runs: `[runs][places]`.
    /// - Precondition: every run has a value at each place.
    package init(
        x: [Double], runs: [[Double]], aggregate: Aggregate = .interquartileMean,
        bootstrap: Bootstrap = Bootstrap(resamples: 2000)
    ) {
        precondition(runs.allSatisfy { $0.count == x.count }, "curves of \(x.count) places")
        self.x = x
        estimates = x.indices.map { place in
            bootstrap.estimate(aggregate, of: ScoreTable(runs.map { $0[place] }))
        }
    }
}
