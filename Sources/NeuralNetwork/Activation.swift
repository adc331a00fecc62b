/// What a layer does to each of its sums.
package enum Activation: UInt8, Hashable, Sendable, CaseIterable {
    case identity, relu, mish, tanh, silu

    /// Replaces each value x by f(x).
    ///
    /// The loops have no branches, so they become vector instructions, and each element has the
    /// bits of the scalar function whatever its neighbours are.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package func apply<Scalar: NetworkScalar>(_ values: UnsafeMutablePointer<Scalar>, count: Int) {
        switch self {
        case .identity: break
        case .relu: for i in 0..<count { values[i] = Self.relu(values[i]).value }
        case .mish: Scalar.mish(values, slopes: nil, count: count)
        case .tanh: Scalar.tanh(values, slopes: nil, count: count)
        case .silu: for i in 0..<count { values[i] = Self.silu(values[i]).value }
        }
    }

    /// Replaces each value x by f(x) and writes f'(x), which share most of their work.
    ///
    /// - Parameters:
    ///   - values: `[count]`, in: the sums; out: the activations.
    ///   - slopes: `[count]`, out; must not overlap `values`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package func apply<Scalar: NetworkScalar>(
        _ values: UnsafeMutablePointer<Scalar>, slopes: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        switch self {
        case .identity: for i in 0..<count { slopes[i] = 1 }
        case .relu:
            for i in 0..<count { (values[i], slopes[i]) = Self.relu(values[i]) }
        case .mish: Scalar.mish(values, slopes: slopes, count: count)
        case .tanh: Scalar.tanh(values, slopes: slopes, count: count)
        case .silu:
            for i in 0..<count { (values[i], slopes[i]) = Self.silu(values[i]) }
        }
    }

    @inline(__always)
    private static func relu<Scalar: NetworkScalar>(_ x: Scalar) -> (value: Scalar, slope: Scalar) {
        (x > 0 ? x : 0, x > 0 ? 1 : 0)
    }

    @inline(__always)
    private static func silu<Scalar: NetworkScalar>(_ x: Scalar) -> (value: Scalar, slope: Scalar) {
        let gate = Scalar.logistic(x)
        return (x * gate, gate * (1 + x * (1 - gate)))
    }
}
