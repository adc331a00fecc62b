/// A law that a quantity is drawn from; the unit is the quantity's own.
package indirect enum Distribution: Hashable, Sendable {
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
