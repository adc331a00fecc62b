import EdgeModel
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `An observation encoder` {
    @Test func `scales, limits and pads`() {
        var scales = FeatureScales()
        scales.size = 2
        scales.workload = 16
        scales.wait = 0.05
        scales.transfer = 0.1
        scales.age = 0.25
        let encoder = ObservationEncoder(slots: 3, scales: scales)
        var features = [Float](repeating: -1, count: encoder.featureCount)
        var mask = [Bool](repeating: false, count: 3)
        let observation = ObservationFixture.observation(
            [(server: 0, wait: 0.025, capacity: 40), (server: 1, wait: 9, capacity: 20)],
            egressWait: 0.5, result: 2)
        encoder.encode(observation, features: &features, mask: &mask)
        let expected: [Float] = [
            0.5, 0.125, 1, 0.125, 0.125, 0, 0.05, 0, 1, 0.2, 0.1, 0.5, 0, 0, 0, 0,
        ]
        #expect(mask == [true, true, false])
        for (a, b) in zip(features, expected) { #expect((a - b).magnitude < 1e-6, "\(features)") }
    }
}

@Suite struct `A softmax head` {
    @Test func `leaves masked actions out of everything`() {
        let logits: [Double] = [1, 5000, 2, 3]
        let mask = [true, false, true, true]
        var p = [Double](repeating: 9, count: 4)
        let normaliser = SoftmaxHead.probabilities(
            logits, mask: mask, actions: 4, scale: 2, into: &p)
        let weights = [2.0, 4, 6].map { Mathematics.exp($0) }
        let sum = weights.reduce(0, +)
        #expect((normaliser - Mathematics.log(sum)).magnitude < 1e-12)
        #expect(p[1] == 0)
        for (a, b) in zip([p[0], p[2], p[3]], weights) {
            #expect((a - b / sum).magnitude < 1e-12)
        }
        let entropy = SoftmaxHead.entropy(p, actions: 4, floor: 0)
        let expected = -p.filter { $0 > 0 }.reduce(0) { $0 + $1 * Mathematics.log($1) }
        #expect((entropy - expected).magnitude < 1e-12)
    }

    @Test func `does not overflow`() {
        var p = [Float](repeating: 0, count: 3)
        SoftmaxHead.probabilities(
            [1e30, -1e30, 1e30], mask: [true, true, true], actions: 3, into: &p)
        #expect(p == [0.5, 0, 0.5])
    }

    /// One action has all but a hundred-thousandth; the slopes are near each other.
    @Test func `keeps the digits of the logits' slopes where a policy is almost one-hot`() {
        let probabilities = [6e-6, 0.99999, 0, 4e-6]
        let slopes = [1.625, 1.5, 1e6, 1.25]
        var (double, single) = (slopes, slopes.map { Float($0) })
        SoftmaxHead.backward(probabilities, actions: 4, slopes: &double)
        SoftmaxHead.backward(probabilities.map { Float($0) }, actions: 4, slopes: &single)
        let mean = zip(probabilities, slopes).reduce(0) { $0 + $1.0 * $1.1 }
        for (action, p) in probabilities.enumerated() {
            let expected = p * (slopes[action] - mean)
            #expect((double[action] - expected).magnitude <= 1e-15, "action \(action)")
            let error = (Double(single[action]) - expected).magnitude
            #expect(error <= 1e-5 * expected.magnitude, "action \(action)")
        }
    }

    @Test func `samples by the probabilities and never beyond them`() {
        #expect(SoftmaxHead.sample([0.25, 0.75, 0], uniform: 0.2) == 0)
        #expect(SoftmaxHead.sample([0.25, 0.75, 0], uniform: 0.3) == 1)
        #expect(SoftmaxHead.sample([0.25, 0.7, 0], uniform: 0.9999) == 1)
        #expect(SoftmaxHead.sample([0, 0, 1], uniform: 0) == 2)
        #expect(SoftmaxHead.mostProbable([0.2, 0.4, 0.4]) == 1)
    }
}
