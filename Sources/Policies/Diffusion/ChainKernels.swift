import NeuralNetwork

/// The loops of the chain, each compiled for Float and for Double.
enum ChainKernels {
    /// Writes the rows [x, embedding, s] of the denoiser's input.
    ///
    /// - Parameter places: the step of each row, or a single one for all rows.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func fill<Scalar: NetworkScalar>(
        _ workspace: inout Workspace<Scalar>, rows: Int,
        widths: (actions: Int, time: Int, features: Int), samples: [Scalar], at sample: Int,
        embeddings: [Scalar], places: [Int], features: [Scalar]
    ) {
        let width = widths.actions + widths.time + widths.features
        let input = workspace.input
        workspace.values.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows {
                var place = input + row * width
                for index in 0..<widths.actions {
                    values[place + index] = samples[sample + row * widths.actions + index]
                }
                place += widths.actions
                let embedding = widths.time * places[places.count == 1 ? 0 : row]
                for index in 0..<widths.time {
                    values[place + index] = embeddings[embedding + index]
                }
                place += widths.time
                for index in 0..<widths.features {
                    values[place + index] = features[row * widths.features + index]
                }
            }
        }
    }

    /// Goes one step towards the clean sample, see `StepCoefficients`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func advance<Scalar: NetworkScalar>(
        _ samples: inout [Scalar], from source: Int, to target: Int, output: Workspace<Scalar>,
        noise: [Scalar], at noiseStart: Int, count: Int, coefficients k: StepCoefficients<Scalar>
    ) {
        for index in 0..<count {
            let x = samples[source + index]
            let raw =
                k.cleanFromSample * x + k.cleanFromOutput * output.values[output.output + index]
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
        _ gradient: inout [Scalar], _ workspace: inout Workspace<Scalar>, samples: [Scalar],
        at source: Int, count: Int, coefficients k: StepCoefficients<Scalar>
    ) {
        for index in 0..<count {
            let output = workspace.values[workspace.output + index]
            let raw = k.cleanFromSample * samples[source + index] + k.cleanFromOutput * output
            let isFree = raw <= k.cleanLimit && raw >= -k.cleanLimit
            let byClean = isFree ? gradient[index] * k.meanFromClean : 0
            workspace.values[workspace.outputGradient + index] = byClean * k.cleanFromOutput
            gradient[index] = gradient[index] * k.meanFromSample + byClean * k.cleanFromSample
        }
    }

    /// Adds the derivative by the network's input rows to those by the sample and the embedding.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func collect<Scalar: NetworkScalar>(
        _ workspace: Workspace<Scalar>, rows: Int, widths: (actions: Int, time: Int, features: Int),
        gradient: inout [Scalar], embeddingGradient: inout [Scalar], at embedding: Int
    ) {
        let width = widths.actions + widths.time + widths.features
        for row in 0..<rows {
            let place = workspace.inputGradient + row * width
            for index in 0..<widths.actions {
                gradient[row * widths.actions + index] += workspace.values[place + index]
            }
            for index in 0..<widths.time {
                embeddingGradient[embedding + index] +=
                    workspace.values[place + widths.actions + index]
            }
        }
    }

    /// Adds the derivative by each row's embedding to that of its step.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func scatter<Scalar: NetworkScalar>(
        _ workspace: Workspace<Scalar>, rows: Int, widths: (actions: Int, time: Int, features: Int),
        embeddingGradient: inout [Scalar], places: [Int]
    ) {
        let width = widths.actions + widths.time + widths.features
        for row in 0..<rows {
            let place = workspace.inputGradient + row * width + widths.actions
            let embedding = places[row] * widths.time
            for index in 0..<widths.time {
                embeddingGradient[embedding + index] += workspace.values[place + index]
            }
        }
    }
}
