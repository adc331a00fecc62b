import CKernels
import SimulationKernel

/// A number that networks can be made of: Float to train, Double to be held against reference
/// values, by the same code.
///
/// The functions are those of `Mathematics`, so results have the same bits everywhere. What Float
/// does to whole arrays is compiled for wide vectors (`VectorKernels`).
package protocol NetworkScalar:
    BinaryFloatingPoint, SIMDScalar, Codable, BitwiseCopyable, Sendable
{
    /// C = S + A B; see `MatrixProduct`.
    ///
    /// - Parameters:
    ///   - panels: B as `Panels`.
    ///   - start: S; may be C.
    static func product(
        _ shape: MatrixProduct, a: UnsafePointer<Self>, panels: UnsafePointer<Self>,
        start: UnsafePointer<Self>, c: UnsafeMutablePointer<Self>)

    /// Replaces each value x by f(x), and writes f'(x) where slopes are wanted.
    static func mish(
        _ values: UnsafeMutablePointer<Self>, slopes: UnsafeMutablePointer<Self>?, count: Int)
    static func tanh(
        _ values: UnsafeMutablePointer<Self>, slopes: UnsafeMutablePointer<Self>?, count: Int)

    /// Multiplies `[rows, columns]` by slopes, in place; the products are also arranged as `Panels`
    /// and each row is added to a total, if there is one.
    static func slopeDown(
        _ values: UnsafeMutablePointer<Self>, by slopes: UnsafePointer<Self>, rows: Int,
        columns: Int, panels: UnsafeMutablePointer<Self>, total: UnsafeMutablePointer<Self>?)

    /// One step of Adam; an average of the parameters moves towards them by a rate.
    static func adam(
        _ parameters: UnsafeMutablePointer<Self>, gradient: UnsafePointer<Self>,
        first: UnsafeMutablePointer<Self>, second: UnsafeMutablePointer<Self>, count: Int,
        constants: AdamConstants<Self>, average: UnsafeMutablePointer<Self>?, rate: Self)

    static func exp(_ x: Self) -> Self
    static func log(_ x: Self) -> Self
    static func logistic(_ x: Self) -> Self
}

extension Float: NetworkScalar {
    package static func product(
        _ shape: MatrixProduct, a: UnsafePointer<Float>, panels: UnsafePointer<Float>,
        start: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>
    ) {
        var shape = shape.kernelShape
        VectorKernels.product(&shape, a, panels, start, c)
    }

    package static func mish(
        _ values: UnsafeMutablePointer<Float>, slopes: UnsafeMutablePointer<Float>?, count: Int
    ) {
        VectorKernels.mish(values, slopes, count)
    }

    package static func tanh(
        _ values: UnsafeMutablePointer<Float>, slopes: UnsafeMutablePointer<Float>?, count: Int
    ) {
        VectorKernels.tanh(values, slopes, count)
    }

    package static func slopeDown(
        _ values: UnsafeMutablePointer<Float>, by slopes: UnsafePointer<Float>, rows: Int,
        columns: Int, panels: UnsafeMutablePointer<Float>, total: UnsafeMutablePointer<Float>?
    ) {
        VectorKernels.slopeDown(values, slopes, rows, columns, panels, total)
    }

    package static func adam(
        _ parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
        first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int,
        constants: AdamConstants<Float>, average: UnsafeMutablePointer<Float>?, rate: Float
    ) {
        var constants = edgeflock_adam(constants)
        VectorKernels.adam(parameters, gradient, first, second, count, &constants, average, rate)
    }

    @inline(__always)
    package static func exp(_ x: Float) -> Float { Mathematics.exp(x) }
    @inline(__always)
    package static func log(_ x: Float) -> Float { Mathematics.log(x) }
    @inline(__always)
    package static func logistic(_ x: Float) -> Float { Mathematics.logistic(x) }
}

extension Double: NetworkScalar {
    package static func product(
        _ shape: MatrixProduct, a: UnsafePointer<Double>, panels: UnsafePointer<Double>,
        start: UnsafePointer<Double>, c: UnsafeMutablePointer<Double>
    ) {
        shape.setByRows(a: a, panels: panels, start: start, c: c)
    }

    package static func mish(
        _ values: UnsafeMutablePointer<Double>, slopes: UnsafeMutablePointer<Double>?, count: Int
    ) {
        for i in 0..<count {
            let (value, slope) = Mathematics.mishWithDerivative(values[i])
            values[i] = value
            slopes?[i] = slope
        }
    }

    package static func tanh(
        _ values: UnsafeMutablePointer<Double>, slopes: UnsafeMutablePointer<Double>?, count: Int
    ) {
        for i in 0..<count {
            values[i] = Mathematics.tanh(values[i])
            slopes?[i] = 1 - values[i] * values[i]
        }
    }

    package static func slopeDown(
        _ values: UnsafeMutablePointer<Double>, by slopes: UnsafePointer<Double>, rows: Int,
        columns: Int, panels: UnsafeMutablePointer<Double>, total: UnsafeMutablePointer<Double>?
    ) {
        Kernels.multiply(values, by: slopes, count: rows * columns)
        Panels.pack(values, depth: rows, columns: columns, into: panels)
        if let total { Kernels.addRows(values, rows: rows, columns: columns, to: total) }
    }

    package static func adam(
        _ parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>,
        first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>, count: Int,
        constants: AdamConstants<Double>, average: UnsafeMutablePointer<Double>?, rate: Double
    ) {
        for i in 0..<count {
            constants.step(&parameters[i], gradient[i], &first[i], &second[i])
            guard let average else { continue }
            average[i] = (1 - rate) * average[i] + rate * parameters[i]
        }
    }

    @inline(__always)
    package static func exp(_ x: Double) -> Double { Mathematics.exp(x) }
    @inline(__always)
    package static func log(_ x: Double) -> Double { Mathematics.log(x) }
    @inline(__always)
    package static func logistic(_ x: Double) -> Double { Mathematics.logistic(x) }
}
