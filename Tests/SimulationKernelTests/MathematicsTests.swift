#if canImport(Glibc)
    import Glibc
#endif
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The kernel's mathematics` {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let range: ClosedRange<Double>
        let ours: @Sendable (Double) -> Double
        let reference: @Sendable (Double) -> Double
        var tolerance = 1e-15
        var testDescription: String { "\(name) on \(range)" }
    }

    static func referenceMish(_ x: Double) -> Double {
        x * tanh(log1p(exp(x)))
    }

    static func referenceMishSlope(_ x: Double) -> Double {
        let gate = tanh(log1p(exp(x)))
        return gate + x * (1 - gate * gate) / (1 + exp(-x))
    }

    static let inDouble: [Case] = [
        Case(name: "exp", range: -1...1, ours: { Mathematics.exp($0) }, reference: { exp($0) }),
        Case(name: "exp", range: -700...709, ours: { Mathematics.exp($0) }, reference: { exp($0) }),
        Case(name: "log", range: 1e-9...4, ours: { Mathematics.log($0) }, reference: { log($0) }),
        Case(
            name: "log", range: 1...1e300, ours: { Mathematics.log($0) }, reference: { log($0) }),
        Case(
            name: "log", range: 0x1p-1040...0x1p-1022, ours: { Mathematics.log($0) },
            reference: { log($0) }),
        Case(
            name: "tanh", range: -1e-3...1e-3, ours: { Mathematics.tanh($0) },
            reference: { tanh($0) }),
        Case(
            name: "tanh", range: -25...25, ours: { Mathematics.tanh($0) }, reference: { tanh($0) }),
        Case(
            name: "mish", range: -40...40, ours: { Mathematics.mish($0) },
            reference: { referenceMish($0) }, tolerance: 2e-15),
        Case(
            name: "logistic", range: -40...40, ours: { Mathematics.logistic($0) },
            reference: { 1 / (1 + exp(-$0)) }),
    ]

    @Test(arguments: inDouble)
    func `agrees with the C library in Double`(item: Case) {
        var random = Seed(1).stream
        for _ in 0..<20_000 {
            let x = random.uniform(in: item.range.lowerBound..<item.range.upperBound)
            let expected = item.reference(x)
            let error = (item.ours(x) - expected).magnitude
            #expect(error <= item.tolerance * expected.magnitude, "at \(x)")
        }
    }

    /// Sine, cosine and the slope of Mish have zeros, so their errors are absolute.
    static let withZeros: [Case] = [
        Case(name: "sin", range: -9...9, ours: { Mathematics.sin($0) }, reference: { sin($0) }),
        Case(name: "sin", range: -1e6...1e6, ours: { Mathematics.sin($0) }, reference: { sin($0) }),
        Case(name: "cos", range: -9...9, ours: { Mathematics.cos($0) }, reference: { cos($0) }),
        Case(name: "cos", range: -1e6...1e6, ours: { Mathematics.cos($0) }, reference: { cos($0) }),
        Case(
            name: "slope of mish", range: -40...40,
            ours: { Mathematics.mishWithDerivative($0).1 },
            reference: { referenceMishSlope($0) }, tolerance: 4e-15),
    ]

    @Test(arguments: withZeros)
    func `agrees with the C library where a function has zeros`(item: Case) {
        var random = Seed(2).stream
        for _ in 0..<20_000 {
            let x = random.uniform(in: item.range.lowerBound..<item.range.upperBound)
            #expect((item.ours(x) - item.reference(x)).magnitude <= item.tolerance, "at \(x)")
        }
    }

    static let inFloat: [Case] = [
        Case(
            name: "exp", range: -87...88.7, ours: { Double(Mathematics.exp(Float($0))) },
            reference: { exp($0) }),
        Case(
            name: "log", range: 1e-6...9, ours: { Double(Mathematics.log(Float($0))) },
            reference: { log($0) }),
        Case(
            name: "tanh", range: -12...12, ours: { Double(Mathematics.tanh(Float($0))) },
            reference: { tanh($0) }),
        Case(
            name: "tanh", range: -1e-2...1e-2, ours: { Double(Mathematics.tanh(Float($0))) },
            reference: { tanh($0) }),
        Case(
            name: "mish", range: -80...40, ours: { Double(Mathematics.mish(Float($0))) },
            reference: { referenceMish($0) }),
        Case(
            name: "sin", range: 0.01...3, ours: { Double(Mathematics.sin(Float($0))) },
            reference: { sin($0) }),
        Case(
            name: "cos", range: 0.01...1.5, ours: { Double(Mathematics.cos(Float($0))) },
            reference: { cos($0) }),
    ]

    @Test(arguments: inFloat)
    func `agrees with the C library in Float`(item: Case) {
        var random = Seed(3).stream
        for _ in 0..<20_000 {
            let x = Double(
                Float(random.uniform(in: item.range.lowerBound..<item.range.upperBound)))
            let expected = item.reference(x)
            #expect((item.ours(x) - expected).magnitude <= 1e-6 * expected.magnitude, "at \(x)")
        }
    }

    @Test func `gives Mish the slope of Mish in Float`() {
        for step in -400...400 {
            let x = Double(step) / 10
            let (value, slope) = Mathematics.mishWithDerivative(Float(x))
            let exact = Self.referenceMishSlope(Double(Float(x)))
            #expect((Double(slope) - exact).magnitude < 3e-7, "at \(x)")
            #expect((value - Mathematics.mish(Float(x))).magnitude <= 4 * value.ulp, "at \(x)")
        }
    }

    @Test func `takes the ends of the number line without a trap`() {
        #expect(Mathematics.exp(Double.infinity) == .infinity)
        #expect(Mathematics.exp(-Double.infinity) == 0)
        #expect(Mathematics.exp(-Float.infinity) == 0)
        #expect(Mathematics.exp(Float(89)) == .infinity)
        #expect(Mathematics.exp(Double.nan).isNaN)
        #expect(Mathematics.log(0.0) == -.infinity)
        #expect(Mathematics.log(-1.0).isNaN)
        #expect(Mathematics.log(Double.infinity) == .infinity)
        #expect(Mathematics.log(Double.nan).isNaN)
        #expect(Mathematics.tanh(Double.infinity) == 1)
        #expect(Mathematics.tanh(-Float.infinity) == -1)
        #expect(Mathematics.tanh(-0.0).sign == .minus)
        #expect(Mathematics.cos(Double.infinity).isNaN)
        #expect(Mathematics.mish(Float(1e30)) == 1e30)
        #expect(Mathematics.mish(Float(-1e30)) == 0)
        #expect(Mathematics.mish(Double.nan).isNaN)
    }
}
