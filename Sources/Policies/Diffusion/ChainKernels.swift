import NeuralNetwork

/// The loops of the chain, each compiled for Float and for Double.
enum ChainKernels {
    /// Goes one step towards the clean sample, see `StepCoefficients`.
    ///
    /// - Parameters:
    ///   - output: what the network makes of the sample.
    ///   - noise: is not looked at where the step adds none.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func advance<Scalar: NetworkScalar>(
        _ sample: UnsafePointer<Scalar>, output: UnsafePointer<Scalar>,
        noise: UnsafePointer<Scalar>, to next: UnsafeMutablePointer<Scalar>, count: Int,
        coefficients k: StepCoefficients<Scalar>
    ) {
        for i in 0..<count {
            let raw = k.cleanFromSample * sample[i] + k.cleanFromOutput * output[i]
            let clean =
                raw > k.cleanLimit ? k.cleanLimit : (raw < -k.cleanLimit ? -k.cleanLimit : raw)
            next[i] = k.meanFromClean * clean + k.meanFromSample * sample[i]
        }
        guard k.deviation > 0 else { return }
        for i in 0..<count { next[i] += k.deviation * noise[i] }
    }

    /// Takes the derivative by the next sample back to the network's output and, as far as it does
    /// not pass through the network, to this sample.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func retreat<Scalar: NetworkScalar>(
        _ gradient: UnsafeMutablePointer<Scalar>, sample: UnsafePointer<Scalar>,
        output: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>, count: Int,
        coefficients k: StepCoefficients<Scalar>
    ) {
        for i in 0..<count {
            let raw = k.cleanFromSample * sample[i] + k.cleanFromOutput * output[i]
            let isFree = raw <= k.cleanLimit && raw >= -k.cleanLimit
            let byClean = isFree ? gradient[i] * k.meanFromClean : 0
            outputGradient[i] = byClean * k.cleanFromOutput
            gradient[i] = gradient[i] * k.meanFromSample + byClean * k.cleanFromSample
        }
    }
}
