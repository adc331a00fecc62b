import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `An activation` {
    /// One value alone, by the functions of the simulation kernel.
    static func scalar(_ activation: Activation, _ x: Float) -> (value: Float, slope: Float) {
        switch activation {
        case .identity: return (x, 1)
        case .relu: return x > 0 ? (x, 1) : (0, 0)
        case .mish: return Mathematics.mishWithDerivative(x)
        case .tanh:
            let value = Mathematics.tanh(x)
            return (value, 1 - value * value)
        case .silu:
            let gate = Mathematics.logistic(x)
            return (x * gate, gate * (1 + x * (1 - gate)))
        }
    }

    @Test(arguments: Activation.allCases)
    func `of an array has the bits of the scalar functions`(activation: Activation) {
        var stream = Seed(1).stream
        let special: [Float] = [0, -0.0, 1e-38, -1e-30, 30, -30, 88, -88, 1e20, -1e20]
        for count in 1...67 {
            let sums = (0..<count).map {
                $0 % 9 == 0 ? special[$0 / 9] : Float(4 * stream.normal())
            }
            var (values, slopes, alone) = (sums, sums, sums)
            activation.apply(&values, slopes: &slopes, count: count)
            activation.apply(&alone, count: count)
            for index in 0..<count {
                let (value, slope) = Self.scalar(activation, sums[index])
                #expect(values[index].bitPattern == value.bitPattern, "f(\(sums[index]))")
                #expect(slopes[index].bitPattern == slope.bitPattern, "f'(\(sums[index]))")
                #expect(alone[index].bitPattern == value.bitPattern, "f(\(sums[index])) alone")
            }
        }
    }

    @Test(arguments: Activation.allCases)
    func `has the slope that finite differences show`(activation: Activation) {
        for x in stride(from: -6.05, through: 6, by: 0.1) {
            var (values, slopes) = ([x, x + 1e-6, x - 1e-6], [0.0, 0, 0])
            activation.apply(&values, slopes: &slopes, count: 3)
            let slope = (values[1] - values[2]) / 2e-6
            #expect((slope - slopes[0]).magnitude < 1e-8, "at \(x)")
        }
    }
}
