/// Adam (Kingma and Ba 2015), without weight decay.
package struct Adam<Scalar: NetworkScalar>: Sendable {
    /// The learning rate; may be changed between steps.
    package var rate: Double
    package let firstDecay: Double
    package let secondDecay: Double
    package let epsilon: Double
    /// Steps taken.
    package private(set) var steps: UInt64 = 0
    /// Running means of the gradient and of its square, `[parameters]` each.
    package private(set) var first: [Scalar]
    package private(set) var second: [Scalar]
    private var firstPower = 1.0
    private var secondPower = 1.0

    package init(
        parameters count: Int, rate: Double, firstDecay: Double = 0.9, secondDecay: Double = 0.999,
        epsilon: Double = 1e-8
    ) {
        precondition(rate >= 0 && firstDecay < 1 && secondDecay < 1 && epsilon > 0)
        self.rate = rate
        self.firstDecay = firstDecay
        self.secondDecay = secondDecay
        self.epsilon = epsilon
        first = Array(repeating: 0, count: count)
        second = Array(repeating: 0, count: count)
    }

    /// Goes on from what was remembered after so many steps.
    package mutating func restore(steps: UInt64, first: [Scalar], second: [Scalar]) {
        precondition(first.count == self.first.count && second.count == self.second.count)
        self.steps = steps
        self.first = first
        self.second = second
        // Multiplied up as the steps did it, for the same bits, until both stay as they are.
        (firstPower, secondPower) = (1, 1)
        for _ in 0..<steps {
            let before = (firstPower, secondPower)
            firstPower *= firstDecay
            secondPower *= secondDecay
            if (firstPower, secondPower) == before { break }
        }
    }

    /// Moves the parameters against the gradient, times a scale.
    @_specialize(where Scalar == Float)
    package mutating func step(
        _ parameters: inout ParameterVector<Scalar>, gradient: ParameterVector<Scalar>,
        scale: Scalar = 1
    ) {
        let constants = advance(parameters, gradient, scale)
        step(&parameters, gradient, constants, average: nil, rate: 0)
    }

    /// The same, and moves an average of the parameters towards them by a rate in the same pass.
    @_specialize(where Scalar == Float)
    package mutating func step(
        _ parameters: inout ParameterVector<Scalar>, gradient: ParameterVector<Scalar>,
        scale: Scalar = 1, averaging average: inout ParameterVector<Scalar>, rate: Scalar
    ) {
        precondition(average.count == first.count, "\(average.count) averages")
        let constants = advance(parameters, gradient, scale)
        average.values.withUnsafeMutableBufferPointer { average in
            step(&parameters, gradient, constants, average: average.baseAddress, rate: rate)
        }
    }

    private mutating func step(
        _ parameters: inout ParameterVector<Scalar>, _ gradient: ParameterVector<Scalar>,
        _ constants: AdamConstants<Scalar>, average: UnsafeMutablePointer<Scalar>?, rate: Scalar
    ) {
        parameters.values.withUnsafeMutableBufferPointer { parameters in
            gradient.values.withUnsafeBufferPointer { gradient in
                first.withUnsafeMutableBufferPointer { first in
                    second.withUnsafeMutableBufferPointer { second in
                        guard let parameters = parameters.baseAddress,
                            let gradient = gradient.baseAddress,
                            let means = first.baseAddress, let squares = second.baseAddress
                        else { return }
                        Scalar.adam(
                            parameters, gradient: gradient, first: means, second: squares,
                            count: first.count, constants: constants, average: average, rate: rate)
                    }
                }
            }
        }
    }

    private mutating func advance(
        _ parameters: ParameterVector<Scalar>, _ gradient: ParameterVector<Scalar>, _ scale: Scalar
    ) -> AdamConstants<Scalar> {
        let count = first.count
        precondition(
            parameters.count == count && gradient.count == count,
            "\(parameters.count) parameters, \(gradient.count) slopes, \(count) expected")
        steps += 1
        firstPower *= firstDecay
        secondPower *= secondDecay
        return AdamConstants<Scalar>(
            scale: scale, firstDecay: Scalar(firstDecay), secondDecay: Scalar(secondDecay),
            rate: Scalar(rate / (1 - firstPower)),
            secondRoot: Scalar(1 / (1 - secondPower).squareRoot()), epsilon: Scalar(epsilon))
    }
}
