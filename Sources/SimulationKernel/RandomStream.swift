/// A named source of chance.
///
/// Streams are keyed by (seed, episode, entity, purpose), so the draws of one entity do not depend
/// on which others exist, in which process they run, or which policy is used.
@frozen
@usableFromInline package struct RandomStream: Hashable, Sendable, Codable {
    @usableFromInline package var generator: SeededGenerator

    /// - Parameters:
    ///   - seed: the run's seed.
    ///   - episode: the episode's number, from 0; streams that outlive episodes use 0.
    ///   - entity: the name of who draws, such as `bs3` or `bs3>bs5`.
    ///   - purpose: what is drawn, such as `arrivals` or `policy`.
    package init(seed: UInt64, episode: Int = 0, entity: String, purpose: String) {
        var key = SplitMix.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        key = SplitMix.mix(key ^ UInt64(bitPattern: Int64(episode)))
        key = SplitMix.mix(key ^ Self.fingerprint(of: entity))
        key = SplitMix.mix(key &+ Self.fingerprint(of: purpose))
        generator = SeededGenerator(seed: key)
    }

    package init(generator: SeededGenerator) { self.generator = generator }

    /// FNV-1a over the UTF-8 bytes.
    private static func fingerprint(of text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// Uniform in [0, 1) with 53 random bits.
    @inlinable package mutating func uniform() -> Double {
        Double(generator.next() &>> 11) * 0x1p-53
    }

    @inlinable package mutating func uniform(in range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Uniform in 0 ..< bound, without bias (Lemire's multiplication, with rejection).
    @inlinable package mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "integer(below:) needs a positive bound, got \(bound)")
        let width = UInt64(bound)
        var product = generator.next().multipliedFullWidth(by: width)
        if product.low < width {
            let threshold = (0 &- width) % width
            while product.low < threshold {
                product = generator.next().multipliedFullWidth(by: width)
            }
        }
        return Int(product.high)
    }

    /// True with the given probability.
    @inlinable package mutating func bernoulli(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// Exponential with mean 1, by inversion.
    @inlinable package mutating func exponential() -> Double {
        -Mathematics.log(1 - uniform())
    }

    /// Standard normal, by the Box-Muller transform; the second value of a pair is not kept, so
    /// that a stream has no state besides its generator.
    @inlinable package mutating func normal() -> Double {
        let radius = (-2 * Mathematics.log(1 - uniform())).squareRoot()
        return radius * Mathematics.cos(2 * Double.pi * uniform())
    }
}
