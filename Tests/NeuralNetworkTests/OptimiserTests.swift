import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The optimiser Adam` {
    @Test func `moves as the paper's equations say`() {
        var parameters = ParameterVector<Double>([1, -2, 0.5])
        var adam = Adam<Double>(parameters: 3, rate: 0.01)
        let gradients: [[Double]] = [[0.1, -3, 0], [0.2, 4, 1e-9], [-0.5, 0.5, 0]]
        var (m, v, expected) = ([0.0, 0, 0], [0.0, 0, 0], parameters.values)
        for (index, gradient) in gradients.enumerated() {
            let t = Double(index + 1)
            for i in 0..<3 {
                m[i] = 0.9 * m[i] + 0.1 * gradient[i]
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
                let mean = m[i] / (1 - Self.power(0.9, t))
                let square = v[i] / (1 - Self.power(0.999, t))
                expected[i] -= 0.01 * mean / (square.squareRoot() + 1e-8)
            }
            adam.step(&parameters, gradient: ParameterVector(gradient))
            for i in 0..<3 { #expect((parameters.values[i] - expected[i]).magnitude < 1e-14) }
        }
        #expect(adam.steps == 3)
    }

    static func power(_ base: Double, _ exponent: Double) -> Double {
        (0..<Int(exponent)).reduce(1) { product, _ in product * base }
    }

    @Test func `makes a first step of the learning rate whatever the slope`() {
        for slope in [1e-4, 1, 1e4] as [Float] {
            var parameters = ParameterVector<Float>([0])
            var adam = Adam<Float>(parameters: 1, rate: 0.25)
            adam.step(&parameters, gradient: ParameterVector([slope]))
            #expect((parameters.values[0] + 0.25).magnitude < 1e-4)
        }
    }

    @Test func `averages the parameters in the same pass as it would in another`() {
        var stream = Seed(12).stream
        func random() -> ParameterVector<Float> {
            ParameterVector((0..<37).map { _ in Float(stream.normal()) })
        }
        var (apart, averageApart, gradient) = (random(), random(), random())
        var (together, averageTogether) = (apart, averageApart)
        var first = Adam<Float>(parameters: 37, rate: 0.1)
        var second = first
        for _ in 0..<3 {
            second.step(
                &together, gradient: gradient, scale: 0.5, averaging: &averageTogether, rate: 0.25)
            var half = gradient
            for index in 0..<37 { half.values[index] *= 0.5 }
            first.step(&apart, gradient: half)
            averageApart.blend(towards: apart, rate: 0.25)
            gradient = random()
        }
        #expect(together == apart)
        #expect(averageTogether == averageApart)
    }

    @Test func `finds the bottom of a bowl`() {
        var parameters = ParameterVector<Float>([3, -4])
        var adam = Adam<Float>(parameters: 2, rate: 0.1)
        for _ in 0..<500 {
            let gradient = [2 * (parameters.values[0] - 1), 20 * (parameters.values[1] - 2)]
            adam.step(&parameters, gradient: ParameterVector(gradient))
        }
        #expect((parameters.values[0] - 1).magnitude < 1e-2)
        #expect((parameters.values[1] - 2).magnitude < 1e-2)
    }
}

@Suite struct `A parameter vector` {
    @Test func `has the norm of its values`() {
        #expect(ParameterVector<Float>([3, 4]).norm == 5)
        let long = ParameterVector<Double>((1...100).map(Double.init))
        #expect((long.norm * long.norm - 338_350).magnitude < 1e-6)
        #expect(ParameterVector<Double>(count: 0).norm == 0)
    }

    @Test func `is shortened only beyond the limit`() {
        var vector = ParameterVector<Double>([3, 4])
        let before = vector.clip(toNorm: 10)
        #expect(before == 5)
        #expect(vector.values == [3, 4])
        vector.clip(toNorm: 1)
        #expect((vector.norm - 1).magnitude < 1e-12)
    }

    @Test func `moves towards another by the rate`() {
        var vector = ParameterVector<Double>([1, 10])
        vector.blend(towards: ParameterVector([2, 20]), rate: 0.25)
        #expect(vector.values == [1.25, 12.5])
    }

    @Test func `notices a value that is not a number`() {
        #expect(ParameterVector<Float>([1, 2]).isFinite)
        #expect(!ParameterVector<Float>([1, .nan]).isFinite)
        #expect(!ParameterVector<Float>([1, .infinity]).isFinite)
    }
}
