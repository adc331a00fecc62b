import SimulationKernel

/// y = factor x^exponent, fitted by least squares of the logarithms: how a cost grows.
package struct GrowthFit: Hashable, Sendable {
    package let exponent: Double
    package let factor: Double
    /// The standard error of the exponent; 0 with two points.
    package let standardError: Double
    /// The share of the variance of log y that the fit explains.
    package let determination: Double

    /// - Precondition: two places at least that differ; all values positive and finite.
    package init(x: [Double], y: [Double]) {
        precondition(
            x.count == y.count && Set(x).count > 1
                && (x + y).allSatisfy { $0 > 0 && $0.isFinite },
            "growth is fitted to positive values at two places or more: \(x), \(y)")
        let u = x.map(Mathematics.log)
        let v = y.map(Mathematics.log)
        let meanU = Aggregate.mean(u)
        let meanV = Aggregate.mean(v)
        let spread = u.reduce(0) { $0 + ($1 - meanU) * ($1 - meanU) }
        let total = v.reduce(0) { $0 + ($1 - meanV) * ($1 - meanV) }
        let shared = zip(u, v).reduce(0) { $0 + ($1.0 - meanU) * ($1.1 - meanV) }
        let slope = shared / spread
        let rest = zip(u, v).reduce(0) { sum, pair in
            let error = pair.1 - meanV - slope * (pair.0 - meanU)
            return sum + error * error
        }
        exponent = slope
        factor = Mathematics.exp(meanV - slope * meanU)
        standardError =
            x.count > 2 ? (rest / Double(x.count - 2) / spread).squareRoot() : 0
        determination = total > 0 ? 1 - rest / total : 1
    }

    package func value(at x: Double) -> Double {
        factor * Mathematics.exp(exponent * Mathematics.log(x))
    }
}
