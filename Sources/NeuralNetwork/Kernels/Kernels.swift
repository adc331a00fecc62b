/// Loops over contiguous numbers, each compiled for Float and for Double.
package enum Kernels {
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func setToZero<Scalar: NetworkScalar>(_ target: UnsafeMutableBufferPointer<Scalar>) {
        for i in 0..<target.count { target[i] = 0 }
    }

    /// Adds each row of `[rows, columns]` to `target`, in order.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func addRows<Scalar: NetworkScalar>(
        _ source: UnsafePointer<Scalar>, rows: Int, columns: Int,
        to target: UnsafeMutablePointer<Scalar>
    ) {
        for row in 0..<rows {
            let values = source + row * columns
            for column in 0..<columns { target[column] += values[column] }
        }
    }

    /// `[rows, columns]` into `[columns, rows]`, by blocks that fit the cache.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func transpose<Scalar: NetworkScalar>(
        _ source: UnsafePointer<Scalar>, rows: Int, columns: Int,
        into target: UnsafeMutablePointer<Scalar>
    ) {
        let block = 16
        for top in stride(from: 0, to: rows, by: block) {
            for left in stride(from: 0, to: columns, by: block) {
                for column in left..<min(left + block, columns) {
                    for row in top..<min(top + block, rows) {
                        target[column * rows + row] = source[row * columns + column]
                    }
                }
            }
        }
    }

    /// target = target * factors, element by element.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func multiply<Scalar: NetworkScalar>(
        _ target: UnsafeMutablePointer<Scalar>, by factors: UnsafePointer<Scalar>, count: Int
    ) {
        for i in 0..<count { target[i] *= factors[i] }
    }

    /// target = target + rate (source - target): the Polyak average.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func blend<Scalar: NetworkScalar>(
        _ target: UnsafeMutablePointer<Scalar>, towards source: UnsafePointer<Scalar>,
        rate: Scalar, count: Int
    ) {
        let kept = 1 - rate
        for i in 0..<count { target[i] = kept * target[i] + rate * source[i] }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func scale<Scalar: NetworkScalar>(
        _ target: UnsafeMutablePointer<Scalar>, by factor: Scalar, count: Int
    ) {
        for i in 0..<count { target[i] *= factor }
    }

    /// The sum of squares: eight partial sums, added in order at the end.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func sumOfSquares<Scalar: NetworkScalar>(
        _ values: UnsafePointer<Scalar>, count: Int
    ) -> Double {
        var partial = SIMD8<Double>(repeating: 0)
        let whole = count & ~7
        for start in stride(from: 0, to: whole, by: 8) {
            for lane in 0..<8 {
                let value = Double(values[start + lane])
                partial[lane] += value * value
            }
        }
        for i in whole..<count { partial[i - whole] += Double(values[i]) * Double(values[i]) }
        return (0..<8).reduce(0) { $0 + partial[$1] }
    }

    /// One step of Adam (Kingma and Ba 2015); the corrections are 1 - beta^t.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func adam<Scalar: NetworkScalar>(
        _ parameters: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>,
        first: UnsafeMutablePointer<Scalar>, second: UnsafeMutablePointer<Scalar>, count: Int,
        constants: AdamConstants<Scalar>
    ) {
        let (keep1, keep2) = (constants.firstDecay, constants.secondDecay)
        let (rest1, rest2) = (1 - keep1, 1 - keep2)
        let (rate, root, epsilon) = (constants.rate, constants.secondRoot, constants.epsilon)
        for i in 0..<count {
            let slope = gradient[i]
            let mean = keep1 * first[i] + rest1 * slope
            let square = keep2 * second[i] + rest2 * slope * slope
            first[i] = mean
            second[i] = square
            parameters[i] -= rate * mean / (square.squareRoot() * root + epsilon)
        }
    }
}

/// The numbers of one step of Adam.
struct AdamConstants<Scalar: NetworkScalar> {
    var firstDecay: Scalar
    var secondDecay: Scalar
    /// The learning rate over 1 - firstDecay^t.
    var rate: Scalar
    /// 1 / sqrt(1 - secondDecay^t).
    var secondRoot: Scalar
    var epsilon: Scalar
}
