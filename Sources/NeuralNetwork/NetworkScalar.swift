import SimulationKernel

/// A number that networks can be made of: Float to train, Double to be held against reference
/// values.
///
/// The functions are those of `Mathematics`, so results have the same bits everywhere.
package protocol NetworkScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// C += A B for `[rows, depth]` times `[depth, columns]`; see `MatrixProduct`.
    static func addProduct(
        _ shape: MatrixProduct, a: UnsafePointer<Self>, b: UnsafePointer<Self>,
        c: UnsafeMutablePointer<Self>)

    static func exp(_ x: Self) -> Self
    static func log(_ x: Self) -> Self
    static func tanh(_ x: Self) -> Self
    static func logistic(_ x: Self) -> Self
    static func mishWithDerivative(_ x: Self) -> (Self, Self)
}

extension Float: NetworkScalar {
    package static func addProduct(
        _ shape: MatrixProduct, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
        c: UnsafeMutablePointer<Float>
    ) {
        shape.addTiled(a: a, b: b, c: c)
    }

    @inline(__always)
    package static func exp(_ x: Float) -> Float { Mathematics.exp(x) }
    @inline(__always)
    package static func log(_ x: Float) -> Float { Mathematics.log(x) }
    @inline(__always)
    package static func tanh(_ x: Float) -> Float { Mathematics.tanh(x) }
    @inline(__always)
    package static func logistic(_ x: Float) -> Float { Mathematics.logistic(x) }
    @inline(__always)
    package static func mishWithDerivative(_ x: Float) -> (Float, Float) {
        Mathematics.mishWithDerivative(x)
    }
}

extension Double: NetworkScalar {
    package static func addProduct(
        _ shape: MatrixProduct, a: UnsafePointer<Double>, b: UnsafePointer<Double>,
        c: UnsafeMutablePointer<Double>
    ) {
        shape.addPlainly(a: a, b: b, c: c)
    }

    @inline(__always)
    package static func exp(_ x: Double) -> Double { Mathematics.exp(x) }
    @inline(__always)
    package static func log(_ x: Double) -> Double { Mathematics.log(x) }
    @inline(__always)
    package static func tanh(_ x: Double) -> Double { Mathematics.tanh(x) }
    @inline(__always)
    package static func logistic(_ x: Double) -> Double { Mathematics.logistic(x) }
    @inline(__always)
    package static func mishWithDerivative(_ x: Double) -> (Double, Double) {
        Mathematics.mishWithDerivative(x)
    }
}
