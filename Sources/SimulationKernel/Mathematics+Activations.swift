/// Mish (Misra 2019), x tanh(log(1 + e^x)), and the logistic function, with derivatives.
///
/// With e = exp(x) and n = e (e + 2), tanh(log(1 + e)) is n / (n + 2): one exponential, one
/// quotient, and no cancellation. The derivative is n / (n + 2) + 4 x e (e + 1) / (n + 2)^2.
extension Mathematics {
    @inlinable package static func mish(_ x: Double) -> Double {
        let e = exp(x > 20 ? 20 : x)
        let n = e * (e + 2)
        return x * (n / (n + 2))
    }

    @inlinable @inline(__always)
    package static func mish(_ x: Float) -> Float {
        let e = exp(x > 12 ? 12 : x)
        let n = e * (e + 2)
        return x * (n / (n + 2))
    }

    /// Mish and its derivative, which share the exponential.
    @inlinable @inline(__always)
    package static func mishWithDerivative(_ x: Double) -> (Double, Double) {
        let clamped = x > 20 ? 20 : x
        let e = exp(clamped)
        let n = e * (e + 2)
        let inverse = 1 / (n + 2)
        let gate = n * inverse
        return (x * gate, gate + 4 * clamped * e * (e + 1) * inverse * inverse)
    }

    /// Mish and its derivative, which share the exponential.
    @inlinable @inline(__always)
    package static func mishWithDerivative(_ x: Float) -> (Float, Float) {
        let clamped = x > 12 ? 12 : x
        let e = exp(clamped)
        let n = e * (e + 2)
        let inverse = 1 / (n + 2)
        let gate = n * inverse
        return (x * gate, gate + 4 * clamped * e * (e + 1) * inverse * inverse)
    }

    /// 1 / (1 + e^-x).
    @inlinable package static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// 1 / (1 + e^-x).
    @inlinable @inline(__always)
    package static func logistic(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
