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

    /// Each row of `[rows, columns]` becomes the sum of a row of the source and one addend.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func setRows<Scalar: NetworkScalar>(
        _ target: UnsafeMutablePointer<Scalar>, to source: UnsafePointer<Scalar>,
        plus addend: UnsafePointer<Scalar>, rows: Int, columns: Int
    ) {
        for row in 0..<rows {
            let (to, from) = (target + row * columns, source + row * columns)
            for column in 0..<columns { to[column] = from[column] + addend[column] }
        }
    }

    /// target = target + source, element by element.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func add<Scalar: NetworkScalar>(
        _ source: UnsafePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        for i in 0..<count { target[i] += source[i] }
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

    /// target = min(target, source), element by element.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func lower<Scalar: NetworkScalar>(
        _ target: UnsafeMutablePointer<Scalar>, to source: UnsafePointer<Scalar>, count: Int
    ) {
        for i in 0..<count { target[i] = source[i] < target[i] ? source[i] : target[i] }
    }

    /// e to the power of each value, times a scale, less what is the greatest.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package static func exponentials<Scalar: NetworkScalar>(
        of values: UnsafePointer<Scalar>, times scale: Scalar, minus greatest: Scalar,
        into target: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        for i in 0..<count { target[i] = Scalar.exp(values[i] * scale - greatest) }
    }

    /// The natural logarithm of each value and a floor together.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package static func logarithms<Scalar: NetworkScalar>(
        of values: UnsafePointer<Scalar>, plus floor: Scalar,
        into target: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        for i in 0..<count { target[i] = Scalar.log(values[i] + floor) }
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
}

extension Array where Element: NetworkScalar {
    /// Puts numbers of another array, from one place on, at a place of this one.
    package mutating func write(
        _ source: [Element], from first: Int = 0, at place: Int = 0, count: Int
    ) {
        precondition(first >= 0 && place >= 0 && count >= 0)
        precondition(first + count <= source.count && place + count <= self.count)
        withUnsafeMutableBufferPointer { target in
            source.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress
                else { return }
                (target + place).update(from: source + first, count: count)
            }
        }
    }

    /// Each number becomes the lesser of it and one of another array, from one place on.
    package mutating func lower(to source: [Element], from first: Int) {
        precondition(first >= 0 && first + count <= source.count)
        let count = self.count
        withUnsafeMutableBufferPointer { target in
            source.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress
                else { return }
                Kernels.lower(target, to: source + first, count: count)
            }
        }
    }
}

/// The numbers of one step of Adam (Kingma and Ba 2015).
package struct AdamConstants<Scalar: NetworkScalar> {
    /// What each slope is multiplied by first.
    package var scale: Scalar
    package var firstDecay: Scalar
    package var secondDecay: Scalar
    /// The learning rate over 1 - firstDecay^t.
    package var rate: Scalar
    /// 1 / sqrt(1 - secondDecay^t).
    package var secondRoot: Scalar
    package var epsilon: Scalar

    package init(
        scale: Scalar, firstDecay: Scalar, secondDecay: Scalar, rate: Scalar, secondRoot: Scalar,
        epsilon: Scalar
    ) {
        self.scale = scale
        self.firstDecay = firstDecay
        self.secondDecay = secondDecay
        self.rate = rate
        self.secondRoot = secondRoot
        self.epsilon = epsilon
    }

    @inline(__always)
    package func step(
        _ parameter: inout Scalar, _ gradient: Scalar, _ first: inout Scalar,
        _ second: inout Scalar
    ) {
        let slope = gradient * scale
        let mean = firstDecay * first + (1 - firstDecay) * slope
        let square = secondDecay * second + (1 - secondDecay) * slope * slope
        first = mean
        second = square
        parameter -= rate * mean / (square.squareRoot() * secondRoot + epsilon)
    }
}
