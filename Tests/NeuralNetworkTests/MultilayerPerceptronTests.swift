import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A multilayer perceptron` {
    /// A network, its parameters and a batch of inputs drawn from a seed.
    struct Fixture<Scalar: NetworkScalar> {
        var network: MultilayerPerceptron
        var parameters: ParameterVector<Scalar>
        var workspace: Workspace<Scalar>
        var inputs: [Scalar]
        let rows: Int

        init(
            _ network: MultilayerPerceptron, rows: Int, stream: inout RandomStream
        ) {
            self.network = network
            self.rows = rows
            parameters = ParameterVector(count: network.parameters.upperBound)
            network.initialize(&parameters, from: &stream)
            workspace = Workspace(for: network, rows: rows)
            inputs = (0..<(rows * network.inputs)).map { _ in Scalar(stream.normal()) }
        }

        mutating func outputs() -> [Scalar] {
            workspace.values.replaceSubrange(
                workspace.input..<(workspace.input + inputs.count), with: inputs)
            network.forward(parameters, rows: rows, &workspace)
            let start = workspace.output
            return Array(workspace.values[start..<(start + rows * network.outputs)])
        }

        /// A loss with a slope that differs everywhere: sum of weights times outputs.
        static func weight(_ index: Int) -> Double { Double(index % 7) / 3 - 1.1 }

        mutating func loss() -> Double {
            outputs().enumerated().reduce(0) { $0 + Self.weight($1.offset) * Double($1.element) }
        }
    }

    @Test(arguments: Activation.allCases)
    func `has the gradient that finite differences show`(activation: Activation) {
        var stream = Seed(5).stream
        let network = MultilayerPerceptron(
            inputs: 5, hidden: [7, 6], outputs: 3, activation: activation,
            outputActivation: activation == .tanh ? .mish : .tanh, at: 4)
        var fixture = Fixture<Double>(network, rows: 4, stream: &stream)
        _ = fixture.outputs()
        for index in 0..<12 {
            let place = fixture.workspace.outputGradient + index
            fixture.workspace.values[place] = Fixture<Double>.weight(index)
        }
        var gradient = ParameterVector<Double>(count: fixture.parameters.count)
        network.backward(
            fixture.parameters, rows: 4, &fixture.workspace, gradient: &gradient,
            wantsInputGradient: true)
        let start = fixture.workspace.inputGradient
        let inputGradient = Array(fixture.workspace.values[start..<(start + 20)])

        let step = 1e-6
        #expect(gradient.values[0..<4] == [0, 0, 0, 0], "the part of another network")
        for index in network.parameters {
            let kept = fixture.parameters.values[index]
            fixture.parameters.values[index] = kept + step
            let above = fixture.loss()
            fixture.parameters.values[index] = kept - step
            let below = fixture.loss()
            fixture.parameters.values[index] = kept
            let slope = (above - below) / (2 * step)
            #expect((slope - gradient.values[index]).magnitude < 1e-8, "parameter \(index)")
        }
        for index in 0..<20 {
            let kept = fixture.inputs[index]
            fixture.inputs[index] = kept + step
            let above = fixture.loss()
            fixture.inputs[index] = kept - step
            let below = fixture.loss()
            fixture.inputs[index] = kept
            let slope = (above - below) / (2 * step)
            #expect((slope - inputGradient[index]).magnitude < 1e-8, "input \(index)")
        }
    }

    @Test func `adds to the gradient that is there`() {
        var stream = Seed(6).stream
        let network = MultilayerPerceptron(inputs: 2, hidden: [3], outputs: 2, activation: .silu)
        var fixture = Fixture<Double>(network, rows: 2, stream: &stream)
        var once = ParameterVector<Double>(count: fixture.parameters.count)
        var twice = once
        for target in [1, 2] {
            for _ in 0..<target {
                _ = fixture.outputs()
                for index in 0..<4 {
                    fixture.workspace.values[fixture.workspace.outputGradient + index] = 0.5
                }
                if target == 1 {
                    network.backward(
                        fixture.parameters, rows: 2, &fixture.workspace, gradient: &once)
                } else {
                    network.backward(
                        fixture.parameters, rows: 2, &fixture.workspace, gradient: &twice)
                }
            }
        }
        for (a, b) in zip(once.values, twice.values) { #expect((2 * a - b).magnitude < 1e-12) }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 16, 33])
    func `gives a row the same bits alone and in a batch`(rows: Int) {
        var stream = Seed(UInt64(rows)).stream
        let network = MultilayerPerceptron(
            inputs: 13, hidden: [37, 24], outputs: 6, activation: .mish)
        var batch = Fixture<Float>(network, rows: rows, stream: &stream)
        let together = batch.outputs()
        for row in 0..<rows {
            var alone = batch.workspace
            for column in 0..<13 {
                alone.values[alone.input + column] = batch.inputs[row * 13 + column]
            }
            network.forward(batch.parameters, rows: 1, &alone)
            for column in 0..<6 {
                let expected = together[row * 6 + column].bitPattern
                #expect(alone.values[alone.output + column].bitPattern == expected)
            }
        }
    }

    @Test func `starts within one over the root of its inputs`() {
        var stream = Seed(8).stream
        let network = MultilayerPerceptron(inputs: 25, hidden: [100], outputs: 4, activation: .mish)
        var parameters = ParameterVector<Float>(count: network.parameters.count)
        network.initialize(&parameters, from: &stream)
        let first = parameters.values[0..<2600]
        #expect(first.allSatisfy { $0.magnitude <= 0.2 })
        #expect(first.contains { $0.magnitude > 0.199 })
        #expect((first.reduce(0, +) / 2600).magnitude < 0.01)
        #expect(parameters.values[2600...].allSatisfy { $0.magnitude <= 0.1 })
    }

    @Test func `refuses more rows than its workspace has`() async {
        await #expect(processExitsWith: .failure) {
            let network = MultilayerPerceptron(inputs: 1, hidden: [], outputs: 1, activation: .relu)
            var workspace = Workspace<Float>(for: network, rows: 2)
            network.forward(ParameterVector(count: 2), rows: 3, &workspace)
        }
    }
}
