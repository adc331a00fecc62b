extension ConditionedNetwork {
    /// Takes over parameters and steps; to be called when either changes.
    ///
    /// - Parameter steps: `[steps, stepWidth]`
    @_specialize(where Scalar == Float)
    package func prepare<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, steps: [Scalar],
        _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        precondition(steps.count == workspace.steps * stepWidth, "\(steps.count) step numbers")
        tail.pack(parameters, &workspace.tail)
        let places = workspace.places
        let count = workspace.steps
        parameters.values.withUnsafeBufferPointer { parameters in
            workspace.values.withUnsafeMutableBufferPointer { values in
                guard let parameters = parameters.baseAddress, let values = values.baseAddress
                else { return }
                sampleBlock.pack(parameters, into: values + places.sampleWeights)
                stepBlock.pack(parameters, into: values + places.stepWeights)
                stateBlock.pack(parameters, into: values + places.stateWeights)
                for index in steps.indices { values[places.steps + index] = steps[index] }
                let sums = values + places.stepSums
                Kernels.setToZero(UnsafeMutableBufferPointer(start: sums, count: count * width))
                stepBlock.addForward(
                    values + places.stepWeights, rows: count, x: values + places.steps, to: sums)
            }
        }
    }

    /// Takes over the states of the rows; to be called when they or the parameters change.
    ///
    /// - Parameter states: `[rows, stateWidth]`
    @_specialize(where Scalar == Float)
    package func condition<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, states: [Scalar],
        _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        check(rows, workspace)
        precondition(states.count >= rows * stateWidth, "\(states.count) state numbers")
        let places = workspace.places
        parameters.values.withUnsafeBufferPointer { parameters in
            states.withUnsafeBufferPointer { states in
                workspace.values.withUnsafeMutableBufferPointer { values in
                    guard let parameters = parameters.baseAddress, let states = states.baseAddress,
                        let values = values.baseAddress
                    else { return }
                    let sums = values + places.stateSums
                    let kept = values + places.states
                    kept.update(from: states, count: rows * stateWidth)
                    stateBlock.addForward(
                        values + places.stateWeights, rows: rows, x: kept,
                        start: parameters + first.biases.lowerBound, to: sums)
                }
            }
        }
    }

    /// One pass; the output is then in the workspace's `tail`.
    ///
    /// - Parameters:
    ///   - samples: holds `[rows, sampleWidth]` from the place `sample` on.
    ///   - step: the step of all rows.
    ///   - copy: where to keep what a backward pass needs.
    ///   - keepsSlopes: false saves that work where no backward pass follows.
    @_specialize(where Scalar == Float)
    package func forward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, samples: [Scalar], at sample: Int,
        step: Int, copy: Int, keepsSlopes: Bool, _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        check(rows, workspace)
        let width = self.width
        let places = workspace.places
        let input = workspace.tail.input(copy: copy)
        workspace.values.withUnsafeMutableBufferPointer { values in
            workspace.tail.values.withUnsafeMutableBufferPointer { tail in
                guard let values = values.baseAddress, let tail = tail.baseAddress else { return }
                Kernels.setRows(
                    tail + input, to: values + places.stateSums,
                    plus: values + places.stepSums + step * width, rows: rows, columns: width)
            }
        }
        finishFirstLayer(
            rows: rows, samples: samples, at: sample, copy: copy, keepsSlopes: keepsSlopes,
            &workspace)
        tail.forwardPacked(
            parameters, rows: rows, &workspace.tail, copy: copy, keepsSlopes: keepsSlopes)
    }

    /// One pass with a step of its own for each row, kept as copy 0.
    @_specialize(where Scalar == Float)
    package func forward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, samples: [Scalar], at sample: Int,
        steps: [Int], _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        check(rows, workspace)
        precondition(steps.count >= rows, "\(steps.count) steps")
        let width = self.width
        let places = workspace.places
        let input = workspace.tail.input(copy: 0)
        workspace.values.withUnsafeMutableBufferPointer { values in
            workspace.tail.values.withUnsafeMutableBufferPointer { tail in
                guard let values = values.baseAddress, let tail = tail.baseAddress else { return }
                for row in 0..<rows {
                    Kernels.setRows(
                        tail + input + row * width, to: values + places.stateSums + row * width,
                        plus: values + places.stepSums + steps[row] * width, rows: 1,
                        columns: width)
                }
            }
        }
        finishFirstLayer(
            rows: rows, samples: samples, at: sample, copy: 0, keepsSlopes: true, &workspace)
        tail.forwardPacked(parameters, rows: rows, &workspace.tail, keepsSlopes: true)
    }

    /// Adds the sample's part to the first layer's sums and activates them.
    @_specialize(where Scalar == Float)
    private func finishFirstLayer<Scalar: NetworkScalar>(
        rows: Int, samples: [Scalar], at sample: Int, copy: Int, keepsSlopes: Bool,
        _ workspace: inout ConditionedWorkspace<Scalar>
    ) {
        precondition(sample >= 0 && sample + rows * sampleWidth <= samples.count)
        let places = workspace.places
        let input = workspace.tail.input(copy: copy)
        let keepsSlopes = keepsSlopes && workspace.tail.isTrained
        samples.withUnsafeBufferPointer { samples in
            workspace.values.withUnsafeMutableBufferPointer { values in
                workspace.tail.values.withUnsafeMutableBufferPointer { tail in
                    guard let samples = samples.baseAddress, let values = values.baseAddress,
                        let tail = tail.baseAddress
                    else { return }
                    sampleBlock.addForward(
                        values + places.sampleWeights, rows: rows, x: samples + sample,
                        to: tail + input)
                    first.activate(
                        tail + input,
                        slopes: keepsSlopes ? values + places.slopes + copy * places.copy : nil,
                        count: rows * width)
                }
            }
        }
    }

    func check<Scalar: NetworkScalar>(_ rows: Int, _ workspace: ConditionedWorkspace<Scalar>) {
        precondition(
            rows >= 0 && rows <= workspace.tail.maximumRows,
            "\(rows) rows in a workspace for \(workspace.tail.maximumRows)")
    }
}
