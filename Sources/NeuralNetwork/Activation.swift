/// What a layer does to each of its sums.
package enum Activation: UInt8, Hashable, Sendable, CaseIterable {
    case identity, relu, mish, tanh, silu

    /// Replaces each value x by f(x) and writes f'(x), which share most of their work.
    ///
    /// - Parameters:
    ///   - values: `[count]`, in: the sums; out: the activations.
    ///   - slopes: `[count]`, out; must not overlap `values`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func apply<Scalar: NetworkScalar>(
        _ values: UnsafeMutablePointer<Scalar>, slopes: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        switch self {
        case .identity:
            for i in 0..<count { slopes[i] = 1 }
        case .relu:
            for i in 0..<count {
                let x = values[i]
                values[i] = x > 0 ? x : 0
                slopes[i] = x > 0 ? 1 : 0
            }
        case .mish:
            for i in 0..<count {
                let (value, slope) = Scalar.mishWithDerivative(values[i])
                values[i] = value
                slopes[i] = slope
            }
        case .tanh:
            for i in 0..<count {
                let value = Scalar.tanh(values[i])
                values[i] = value
                slopes[i] = 1 - value * value
            }
        case .silu:
            for i in 0..<count {
                let x = values[i]
                let gate = Scalar.logistic(x)
                values[i] = x * gate
                slopes[i] = gate * (1 + x * (1 - gate))
            }
        }
    }
}
