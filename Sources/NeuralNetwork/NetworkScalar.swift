import SimulationKernel

/// A number that networks can be made of: Float to train, Double to be held against reference
/// values, by the same code.
///
/// The functions are those of `Mathematics`, so results have the same bits everywhere.
package protocol NetworkScalar:
    BinaryFloatingPoint, SIMDScalar, Codable, BitwiseCopyable, Sendable
{
    /// C += A B for `[rows, depth]` times `[depth, columns]`; see `MatrixProduct`.
    ///
    /// - Parameters:
    ///   - panels: B as `Panels`.
    ///   - scratch: room for `MatrixProduct.scratchCount` numbers.
    static func addProduct(
        _ shape: MatrixProduct, a: UnsafePointer<Self>, panels: UnsafePointer<Self>,
        c: UnsafeMutablePointer<Self>, scratch: UnsafeMutablePointer<Self>)

    static func exp(_ x: Self) -> Self
    static func log(_ x: Self) -> Self
    static func tanh(_ x: Self) -> Self
    static func logistic(_ x: Self) -> Self
    static func mishWithDerivative(_ x: Self) -> (Self, Self)
}

extension Float: NetworkScalar {
    package static func addProduct(
        _ shape: MatrixProduct, a: UnsafePointer<Float>, panels: UnsafePointer<Float>,
        c: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        shape.addTiled(a: a, panels: panels, c: c, scratch: scratch)
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
        _ shape: MatrixProduct, a: UnsafePointer<Double>, panels: UnsafePointer<Double>,
        c: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
    ) {
        shape.addTiled(a: a, panels: panels, c: c, scratch: scratch)
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
