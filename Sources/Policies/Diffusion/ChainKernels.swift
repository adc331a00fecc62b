import NeuralNetwork

/// The loops of the chain, each compiled for Float and for Double.
enum ChainKernels {
    /// Goes one step towards the clean sample, see `StepCoefficients`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func advance<Scalar: NetworkScalar>(
        _ samples: inout [Scalar], from source: Int, to target: Int, outputs: [Scalar],
        at output: Int, noise: [Scalar], at noiseStart: Int, count: Int,
        coefficients k: StepCoefficients<Scalar>
    ) {
        for index in 0..<count {
            let x = samples[source + index]
            let raw = k.cleanFromSample * x + k.cleanFromOutput * outputs[output + index]
            let clean =
                raw > k.cleanLimit ? k.cleanLimit : (raw < -k.cleanLimit ? -k.cleanLimit : raw)
            var next = k.meanFromClean * clean + k.meanFromSample * x
            if k.deviation > 0 { next += k.deviation * noise[noiseStart + index] }
            samples[target + index] = next
        }
    }

    /// Takes the derivative by the next sample back to the network's output and, as far as it does
    /// not pass through the network, to this sample.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func retreat<Scalar: NetworkScalar>(
        _ gradient: inout [Scalar], _ values: inout [Scalar], outputs: Int, outputGradient: Int,
        samples: [Scalar], at source: Int, count: Int, coefficients k: StepCoefficients<Scalar>
    ) {
        for index in 0..<count {
            let output = values[outputs + index]
            let raw = k.cleanFromSample * samples[source + index] + k.cleanFromOutput * output
            let isFree = raw <= k.cleanLimit && raw >= -k.cleanLimit
            let byClean = isFree ? gradient[index] * k.meanFromClean : 0
            values[outputGradient + index] = byClean * k.cleanFromOutput
            gradient[index] = gradient[index] * k.meanFromSample + byClean * k.cleanFromSample
        }
    }
}
