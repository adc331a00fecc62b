import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A distribution` {
    private static let laws: [(Distribution, deviation: Double)] = [
        (.constant(3), 0),
        (.uniform(low: 2, high: 5), 0.87),
        (.integers(low: 1, high: 14), 4.04),
        (.exponential(mean: 2), 2),
        (.normal(mean: 1, deviation: 2), 1.4),
        (.normal(mean: 10, deviation: 1), 1),
        (.normal(mean: -2, deviation: 2), 0.95),
        (.lognormal(mean: 1, sigma: 1), 1.31),
        (.choice([1, 2, 9]), 3.56),
    ]

    @Test(arguments: laws.indices)
    func `has the mean that its values have`(row: Int) {
        let (law, deviation) = Self.laws[row]
        let count = 20_000
        var stream = RandomStream(seed: 11, entity: "law \(row)", purpose: "mean")
        var sum = 0.0
        for _ in 0..<count {
            let value = law.sample(&stream)
            #expect(value >= 0)
            sum += value
        }
        let error = 4 * deviation / Double(count).squareRoot()
        #expect(abs(sum / Double(count) - law.mean) <= error + 1e-12)
    }

    @Test func `stays inside its bounds`() {
        var stream = RandomStream(seed: 1, entity: "bounds", purpose: "test")
        var seen = Set<Double>()
        for _ in 0..<1000 {
            #expect((2..<5).contains(Distribution.uniform(low: 2, high: 5).sample(&stream)))
            seen.insert(Distribution.integers(low: 1, high: 4).sample(&stream))
        }
        #expect(seen == [1, 2, 3, 4])
    }

    @Test func `draws as many words as its documentation says`() {
        let laws: [(Distribution, Int)] = [
            (.constant(1), 0), (.uniform(low: 0, high: 1), 1), (.exponential(mean: 1), 1),
            (.lognormal(mean: 1, sigma: 1), 2), (.normal(mean: 100, deviation: 1), 2),
        ]
        for (law, words) in laws {
            var stream = RandomStream(seed: 5, entity: "words", purpose: "test")
            var generator = stream.generator
            _ = law.sample(&stream)
            for _ in 0..<words { _ = generator.next() }
            #expect(stream.generator == generator)
        }
    }

    /// Mean of a standard normal above a point: density over tail, from tables.
    @Test(arguments: [
        (0.0, 0.7978845608), (1, 1.5251352762), (2, 2.3732155328), (3.5, 3.7513912649),
        (-1, 0.2875999709),
    ])
    func `knows the mean of a normal law cut off at zero`(cut: Double, expected: Double) {
        let mean = Distribution.normal(mean: -cut, deviation: 1).mean + cut
        #expect(abs(mean - expected) < 1e-6)
    }
}
