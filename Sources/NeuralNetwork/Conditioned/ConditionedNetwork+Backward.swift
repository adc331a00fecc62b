/// Backward passes: begun once, then one for each forward pass that was kept, in any order, then
/// finished once.
extension ConditionedNetwork {
    @_specialize(where Scalar == Float)
    package func beginBackward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        tail.packTransposed(parameters, &workspace.tail, from: 0)
        let places = workspace.places
        let (steps, rows) = (workspace.steps, workspace.tail.maximumRows)
        parameters.values.withUnsafeBufferPointer { parameters in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let parameters = parameters.baseAddress, let values = values.baseAddress
                else { return }
                sampleBlock.packTransposed(parameters, into: values + places.sampleTransposed)
                stepBlock.packTransposed(parameters, into: values + places.stepTransposed)
                setToZero(values + places.stepSumGradient, count: steps * width)
                setToZero(values + places.stateSumGradient, count: rows * width)
            }
        }
    }

    /// Takes the loss's derivative by the output of a pass, which stands in the workspace's `tail`,
    /// back through it.
    ///
    /// - Parameters:
    ///   - samples: what the pass was given.
    ///   - steps: the step of all rows, or that of each.
    ///   - gradient: the derivative by the parameters is added here, as far as it is not left to
    ///     `finishBackward`.
    ///   - sampleGradient: `[rows, sampleWidth]`: the derivative by the samples is added here.
    @_specialize(where Scalar == Float)
    package func backward<Scalar: NetworkScalar>(
        rows: Int, samples: [Scalar], at sample: Int, steps: Steps, copy: Int,
        gradient: inout ParameterVector<Scalar>, sampleGradient: inout [Scalar],
        _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        precondition(sample >= 0 && sample + rows * sampleWidth <= samples.count)
        precondition(sampleGradient.count >= rows * sampleWidth)
        tail.backwardPacked(
            rows: rows, &workspace.tail, copy: copy, gradient: &gradient, wantsInputGradient: true)
        let below = workspace.tail.inputGradient
        let places = workspace.places
        workspace.values.withUnsafeMutableBufferPointer { values in
            workspace.tail.values.withUnsafeMutableBufferPointer { tail in
                guard let values = values.baseAddress, let tail = tail.baseAddress else { return }
                let sums = tail + below
                let bySteps = values + places.stepSumGradient
                let total: UnsafeMutablePointer<Scalar>? =
                    if case .same(let step) = steps { bySteps + step * width } else { nil }
                Scalar.slopeDown(
                    sums, by: values + places.slopes + copy * places.copy, rows: rows,
                    columns: width, panels: values + places.sums, total: total)
                if case .own(let steps) = steps {
                    for row in 0..<rows {
                        Kernels.add(
                            sums + row * width, to: bySteps + steps[row] * width, count: width)
                    }
                }
                Kernels.add(sums, to: values + places.stateSumGradient, count: rows * width)
                samples.withUnsafeBufferPointer { samples in
                    guard let samples = samples.baseAddress else { return }
                    gradient.values.withUnsafeMutableBufferPointer { gradient in
                        guard let gradient = gradient.baseAddress else { return }
                        sampleBlock.addGradient(
                            rows: rows, x: samples + sample, sums: values + places.sums,
                            to: gradient)
                    }
                }
                sampleGradient.withUnsafeMutableBufferPointer { sampleGradient in
                    guard let target = sampleGradient.baseAddress else { return }
                    sampleBlock.addBackward(
                        values + places.sampleTransposed, rows: rows, sums: sums, to: target)
                }
            }
        }
    }

    /// The steps of a pass.
    package enum Steps {
        case same(Int)
        case own([Int])
    }

    /// Adds the derivative by the parameters of steps and states, and leaves the one by the steps
    /// in the workspace.
    @_specialize(where Scalar == Float)
    package func finishBackward<Scalar: NetworkScalar>(
        rows: Int, gradient: inout ParameterVector<Scalar>,
        _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        check(rows, workspace)
        let places = workspace.places
        let count = workspace.steps
        workspace.values.withUnsafeMutableBufferPointer { values in
            gradient.values.withUnsafeMutableBufferPointer { gradient in
                guard let values = values.baseAddress, let gradient = gradient.baseAddress
                else { return }
                let panels = values + places.sums
                let bySteps = values + places.stepSumGradient
                Kernels.addRows(
                    bySteps, rows: count, columns: width, to: gradient + first.biases.lowerBound
                )
                Panels.pack(bySteps, depth: count, columns: width, into: panels)
                stepBlock.addGradient(
                    rows: count, x: values + places.steps, sums: panels, to: gradient)
                let stepGradient = values + places.stepGradient
                setToZero(stepGradient, count: count * stepWidth)
                stepBlock.addBackward(
                    values + places.stepTransposed, rows: count, sums: bySteps,
                    to: stepGradient)
                Panels.pack(
                    values + places.stateSumGradient, depth: rows, columns: width, into: panels)
                stateBlock.addGradient(
                    rows: rows, x: values + places.states, sums: panels, to: gradient)
            }
        }
    }

    private func setToZero<Scalar: NetworkScalar>(
        _ target: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        Kernels.setToZero(UnsafeMutableBufferPointer(start: target, count: count))
    }
}
