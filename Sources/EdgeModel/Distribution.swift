package import SimulationKernel

/// A law that a quantity is drawn from; the unit is the quantity's own.
package enum Distribution: Hashable, Sendable, Codable {
    case constant(Double)
    /// Uniform in [low, high).
    case uniform(low: Double, high: Double)
    /// Uniform over the integers low ... high.
    case integers(low: Int, high: Int)
    case exponential(mean: Double)
    /// Normal, cut off at zero by drawing again.
    case normal(mean: Double, deviation: Double)
    /// The logarithm is normal with deviation `sigma`; `mean` is the mean of the value itself.
    case lognormal(mean: Double, sigma: Double)
    /// One of the values, with equal probability.
    case choice([Double])
}

extension Distribution {
    /// How often a normal value below zero is drawn again before it becomes zero.
    private static var normalAttempts: Int { 1000 }

    /// Draws one value.
    ///
    /// Words taken from the stream: none for a constant, one for uniform, integers, exponential
    /// and choice (with integers and choice now and then one more, so that they have no bias), two
    /// for a lognormal value and for each attempt at a normal one.
    package func sample(_ stream: inout RandomStream) -> Double {
        switch self {
        case .constant(let value):
            return value
        case .uniform(let low, let high):
            return low + (high - low) * stream.uniform()
        case .integers(let low, let high):
            return Double(low + stream.integer(below: high - low + 1))
        case .exponential(let mean):
            return mean * stream.exponential()
        case .normal(let mean, let deviation):
            for _ in 0..<Self.normalAttempts {
                let value = mean + deviation * stream.normal()
                if value >= 0 { return value }
            }
            return 0
        case .lognormal(let mean, let sigma):
            return mean * Mathematics.exp(sigma * stream.normal() - sigma * sigma / 2)
        case .choice(let values):
            return values[stream.integer(below: values.count)]
        }
    }

    /// The expected value; that of the cut-off law for `normal`.
    package var mean: Double {
        switch self {
        case .constant(let value): return value
        case .uniform(let low, let high): return (low + high) / 2
        case .integers(let low, let high): return Double(low + high) / 2
        case .exponential(let mean), .lognormal(let mean, _): return mean
        case .normal(let mean, let deviation):
            guard deviation > 0 else { return max(0, mean) }
            return mean + deviation * NormalTail.hazard(-mean / deviation)
        case .choice(let values): return values.reduce(0, +) / Double(values.count)
        }
    }
}

/// The standard normal law above a point, for the mean of a normal law that is cut off.
enum NormalTail {
    /// Density at `x` over the probability of more than `x`.
    ///
    /// Beyond 3 by the continued fraction 1 / (x + 1 / (x + 2 / (x + 3 / ...))) of the tail (60
    /// levels), before that by the series of the distribution function; relative error below 1e-12.
    static func hazard(_ x: Double) -> Double {
        if x > 3 {
            var fraction = x
            for level in stride(from: 60.0, to: 0, by: -1) { fraction = x + level / fraction }
            return fraction
        }
        guard x > -38 else { return 0 }
        let density = Mathematics.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        return density / (0.5 - density * oddSeries(x))
    }

    /// x + x^3/3 + x^5/(3 x 5) + ..., which times the density is P(0 < Z < x).
    private static func oddSeries(_ x: Double) -> Double {
        var term = x
        var sum = x
        var odd = 3.0
        while abs(term) > 1e-17 * abs(sum), odd < 20_000 {
            term *= x * x / odd
            sum += term
            odd += 2
        }
        return sum
    }
}
