package import NeuralNetwork

/// Where a chain computes, for up to a number of rows; set aside once.
package struct DiffusionWorkspace<Scalar: NetworkScalar>: Sendable {
    /// What the workspace can do.
    package enum Purpose: Hashable, Sendable {
        /// Run the chain forward.
        case inference
        /// Go through one step forward and backward, a step of its own for each row.
        case regression
        /// Run the chain forward and back; keeps every step.
        case chain
    }

    package let rows: Int
    package let purpose: Purpose
    var network: ConditionedWorkspace<Scalar>
    var time: Workspace<Scalar>?
    /// `[T, timeWidth]`: sines and cosines of each step, and what stands for each step after the
    /// time network; see `DiffusionPolicy.embed`.
    let sinusoids: [Scalar]
    var embeddings: [Scalar]
    /// `[T + 1, rows, actions]`: x_i at place i; place 0 holds the logits.
    package var samples: [Scalar]
    /// `[rows, actions]`: the loss's derivative by the logits, and on its way back by x_i.
    package var gradient: [Scalar]

    package init(for policy: DiffusionPolicy, rows: Int, purpose: Purpose) {
        self.rows = rows
        self.purpose = purpose
        let steps = policy.schedule.count
        let isTrained = purpose != .inference
        network = ConditionedWorkspace(
            for: policy.network, rows: rows, steps: steps, copies: purpose == .chain ? steps : 1,
            isTrained: isTrained)
        time = policy.timeNetwork.map { Workspace(for: $0, rows: steps, isTrained: isTrained) }
        sinusoids = (0..<steps).flatMap {
            TimestepEmbedding.values(number: $0, width: policy.timeWidth).map { Scalar($0) }
        }
        embeddings = sinusoids
        samples = Array(repeating: 0, count: (steps + 1) * rows * policy.actions)
        gradient = Array(repeating: 0, count: rows * policy.actions)
    }
}

extension DiffusionWorkspace {
    /// Makes the samples at one place into those at another, by a pass that was kept as a copy.
    @_specialize(where Scalar == Float)
    mutating func advance(
        from source: Int, to target: Int, copy: Int, noise: [Scalar], at place: Int, count: Int,
        coefficients: StepCoefficients<Scalar>
    ) {
        precondition(source + count <= samples.count && target + count <= samples.count)
        precondition(place + count <= noise.count)
        let outputs = network.output(copy: copy)
        samples.withUnsafeMutableBufferPointer { samples in
            network.tail.values.withUnsafeBufferPointer { values in
                noise.withUnsafeBufferPointer { noise in
                    guard let samples = samples.baseAddress, let values = values.baseAddress,
                        let noise = noise.baseAddress
                    else { return }
                    ChainKernels.advance(
                        samples + source, output: values + outputs, noise: noise + place,
                        to: samples + target, count: count, coefficients: coefficients)
                }
            }
        }
    }

    /// Takes the `gradient` back to the samples at a place, and to the network's output.
    @_specialize(where Scalar == Float)
    mutating func retreat(
        to source: Int, copy: Int, count: Int, coefficients: StepCoefficients<Scalar>
    ) {
        precondition(source + count <= samples.count && count <= gradient.count)
        let (outputs, outputGradient) = (network.output(copy: copy), network.outputGradient)
        gradient.withUnsafeMutableBufferPointer { gradient in
            samples.withUnsafeBufferPointer { samples in
                network.tail.values.withUnsafeMutableBufferPointer { values in
                    guard let gradient = gradient.baseAddress, let samples = samples.baseAddress,
                        let values = values.baseAddress
                    else { return }
                    ChainKernels.retreat(
                        gradient, sample: samples + source, output: values + outputs,
                        outputGradient: values + outputGradient, count: count,
                        coefficients: coefficients)
                }
            }
        }
    }
}
