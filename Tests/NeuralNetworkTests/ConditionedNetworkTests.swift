import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A conditioned network` {
    static let (rows, steps) = (5, 3)

    struct Fixture {
        let network: ConditionedNetwork
        var parameters: ParameterVector<Double>
        var workspace: ConditionedWorkspace<Double>
        var samples: [Double]
        var stepRows: [Double]
        var states: [Double]

        init(seed: UInt64) {
            var stream = Seed(seed).stream
            network = ConditionedNetwork(
                MultilayerPerceptron(
                    inputs: 9, hidden: [7, 6], outputs: 4, activation: .mish,
                    outputActivation: .tanh, at: 2), sample: 2, step: 4, state: 3)
            parameters = ParameterVector(count: network.network.parameters.upperBound)
            network.network.initialize(&parameters, from: &stream)
            workspace = ConditionedWorkspace(
                for: network, rows: rows, steps: steps, copies: 2, isTrained: true)
            samples = (0..<(rows * 2)).map { _ in stream.normal() }
            stepRows = (0..<(steps * 4)).map { _ in stream.normal() }
            states = (0..<(rows * 3)).map { _ in stream.normal() }
        }

        mutating func condition() {
            network.prepare(parameters, steps: stepRows, &workspace)
            network.condition(parameters, rows: rows, states: states, &workspace)
        }

        func outputs(copy: Int) -> ArraySlice<Double> {
            let start = workspace.output(copy: copy)
            return workspace.tail.values[start..<(start + rows * 4)]
        }

        /// Two passes, one with step 1 and one with a step for each row: the weighted sum of outputs.
        mutating func loss() -> Double {
            condition()
            network.forward(
                parameters, rows: rows, samples: samples, at: 0, steps: [0, 2, 2, 1, 0], &workspace)
            network.forward(
                parameters, rows: rows, samples: samples, at: 0, step: 1, copy: 1,
                keepsSlopes: true, &workspace)
            return (0..<2).reduce(0) { sum, copy in
                outputs(copy: copy).enumerated().reduce(sum) { $0 + weight($1.offset) * $1.element }
            }
        }
    }

    static func weight(_ index: Int) -> Double { Double(index % 7) / 3 - 1.1 }

    @Test func `computes what the whole network computes of rows put together`() {
        var fixture = Fixture(seed: 1)
        _ = fixture.loss()
        let whole = fixture.network.network
        var workspace = Workspace<Double>(for: whole, rows: Self.rows)
        for row in 0..<Self.rows {
            let input =
                fixture.samples[(row * 2)..<(row * 2 + 2)] + fixture.stepRows[4..<8]
                + fixture.states[(row * 3)..<(row * 3 + 3)]
            for (index, value) in input.enumerated() {
                workspace.values[workspace.input + row * 9 + index] = value
            }
        }
        whole.forward(fixture.parameters, rows: Self.rows, &workspace)
        for (index, value) in fixture.outputs(copy: 1).enumerated() {
            #expect((value - workspace.values[workspace.output + index]).magnitude < 1e-14)
        }
    }

    @Test func `has the gradient that finite differences show, by every part of its input`() {
        var fixture = Fixture(seed: 2)
        _ = fixture.loss()
        var gradient = ParameterVector<Double>(count: fixture.parameters.count)
        var bySamples = [Double](repeating: 0, count: Self.rows * 2)
        fixture.network.beginBackward(fixture.parameters, &fixture.workspace)
        for copy in 0..<2 {
            for index in 0..<(Self.rows * 4) {
                let place = fixture.workspace.outputGradient + index
                fixture.workspace.tail.values[place] = Self.weight(index)
            }
            fixture.network.backward(
                rows: Self.rows, samples: fixture.samples, at: 0,
                steps: copy == 0 ? .own([0, 2, 2, 1, 0]) : .same(1), copy: copy,
                gradient: &gradient, sampleGradient: &bySamples, &fixture.workspace)
        }
        fixture.network.finishBackward(rows: Self.rows, gradient: &gradient, &fixture.workspace)
        let bySteps = (0..<12).map { fixture.workspace.gradientByStep(at: $0) }

        func slope(_ path: WritableKeyPath<Fixture, Double>) -> Double {
            var (above, below) = (fixture, fixture)
            above[keyPath: path] += 1e-6
            below[keyPath: path] -= 1e-6
            return (above.loss() - below.loss()) / 2e-6
        }
        #expect(gradient.values[0..<2] == [0, 0], "the part of another network")
        for index in 2..<fixture.parameters.count {
            let error = slope(\.parameters.values[index]) - gradient.values[index]
            #expect(error.magnitude < 1e-8, "parameter \(index)")
        }
        for index in 0..<10 {
            #expect((slope(\.samples[index]) - bySamples[index]).magnitude < 1e-8)
        }
        for index in 0..<12 {
            #expect((slope(\.stepRows[index]) - bySteps[index]).magnitude < 1e-8)
        }
    }

    @Test(arguments: [1, 2, 7, 13])
    func `gives a row the same bits alone and in a batch`(rows: Int) {
        var stream = Seed(9).stream
        let network = ConditionedNetwork(
            MultilayerPerceptron(inputs: 30, hidden: [37, 20], outputs: 9, activation: .mish),
            sample: 9, step: 4, state: 17)
        var parameters = ParameterVector<Float>(count: network.network.parameters.upperBound)
        network.network.initialize(&parameters, from: &stream)
        let steps = [Float](repeating: 0.25, count: 8)
        let samples = (0..<(rows * 9)).map { _ in Float(stream.normal()) }
        let states = (0..<(rows * 17)).map { _ in Float(stream.normal()) }
        var batch = ConditionedWorkspace<Float>(
            for: network, rows: rows, steps: 2, copies: 1, isTrained: true)
        var single = ConditionedWorkspace<Float>(
            for: network, rows: 1, steps: 2, copies: 1, isTrained: false)
        network.prepare(parameters, steps: steps, &batch)
        network.prepare(parameters, steps: steps, &single)
        network.condition(parameters, rows: rows, states: states, &batch)
        network.forward(
            parameters, rows: rows, samples: samples, at: 0, step: 1, copy: 0, keepsSlopes: true,
            &batch)
        for row in 0..<rows {
            network.condition(
                parameters, rows: 1, states: Array(states[(row * 17)...]), &single)
            network.forward(
                parameters, rows: 1, samples: samples, at: row * 9, step: 1, copy: 0,
                keepsSlopes: false, &single)
            for index in 0..<9 {
                let together = batch.tail.values[batch.output(copy: 0) + row * 9 + index]
                let alone = single.tail.values[single.output(copy: 0) + index]
                #expect(together.bitPattern == alone.bitPattern, "row \(row), output \(index)")
            }
        }
    }
}
