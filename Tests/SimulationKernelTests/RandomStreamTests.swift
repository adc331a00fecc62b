import SimulationKernel
import TestSupport
import Testing

@Suite struct `A random stream` {
    @Test func `stands on the published generators`() {
        var xoshiro = SeededGenerator(state: (1, 2, 3, 4))
        let first = (0..<4).map { _ in xoshiro.next() }
        #expect(first == [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386])
        var splitMix = SplitMix(state: 1_234_567)
        let mixed = [splitMix.next(), splitMix.next()]
        #expect(mixed == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }

    @Test func `draws the same values in every build`() {
        var stream = RandomStream(seed: 1, entity: "bs3", purpose: "arrivals")
        let bits = stream.generator.next()
        #expect(bits == 0x9126_951D_8247_FDF0)
        stream = RandomStream(seed: 1, entity: "bs3", purpose: "arrivals")
        let uniform = stream.uniform()
        let integer = stream.integer(below: 10)
        let exponential = stream.exponential()
        let normal = stream.normal()
        #expect(uniform == 0.5669949719470252)
        #expect(integer == 4)
        #expect(exponential == 0.42582080840171677)
        #expect(normal == -1.3362716345536159)
    }

    /// Mean and variance of n draws, within 5 standard errors of what the law says.
    @Test(arguments: [
        ("uniform", 0.5, 1.0 / 12, 1.0 / 180), ("normal", 0.0, 1.0, 2.0),
        ("exponential", 1.0, 1.0, 8.0),
    ])
    func `has the moments of its law`(
        law: String, mean: Double, variance: Double, varianceOfSquare: Double
    ) {
        var stream = Seed(11).stream
        let count = 100_000
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<count {
            let value =
                switch law {
                case "uniform": stream.uniform()
                case "normal": stream.normal()
                default: stream.exponential()
                }
            sum += value
            squares += (value - mean) * (value - mean)
        }
        let n = Double(count)
        #expect((sum / n - mean).magnitude < 5 * (variance / n).squareRoot())
        #expect((squares / n - variance).magnitude < 5 * (varianceOfSquare / n).squareRoot())
    }

    @Test func `depends on each part of its key`() {
        func first(
            seed: UInt64 = 1, episode: Int = 0, entity: String = "bs1", purpose: String = "x"
        ) -> UInt64 {
            var stream = RandomStream(
                seed: seed, episode: episode, entity: entity, purpose: purpose)
            return stream.generator.next()
        }
        let values = [
            first(), first(seed: 2), first(episode: 1), first(entity: "bs2"),
            first(purpose: "y"), first(entity: "x", purpose: "bs1"), first(entity: "bs1x"),
        ]
        #expect(Set(values).count == values.count)
        #expect(first() == values[0])
    }

    @Test func `does not correlate with the stream of another name`() {
        for other in ["bs2", "bs10", "bs1 "] {
            var a = RandomStream(seed: 7, entity: "bs1", purpose: "arrivals")
            var b = RandomStream(seed: 7, entity: other, purpose: "arrivals")
            let count = 20_000
            var product = 0.0
            for _ in 0..<count { product += (a.uniform() - 0.5) * (b.uniform() - 0.5) }
            let correlation = product * 12 / Double(count)
            #expect(correlation.magnitude < 5 / Double(count).squareRoot(), "with \(other)")
        }
    }

    @Test func `draws every integer below the bound alike`() {
        var stream = Seed(3).stream
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
        for count in counts { #expect((count - 10_000).magnitude < 500) }
    }

    @Test func `is true as often as asked`() {
        var stream = Seed(4).stream
        let hits = (0..<50_000).reduce(0) { sum, _ in sum + (stream.bernoulli(0.3) ? 1 : 0) }
        #expect((hits - 15_000).magnitude < 520)
        let never = stream.bernoulli(0)
        #expect(!never)
    }
}
