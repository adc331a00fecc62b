/// A small, fast, seedable generator (xoshiro256++ by Blackman and Vigna, 2019).
///
/// The bits are the same on every machine. Conversion to numbers is in `RandomStream`, since the
/// standard library may change its own from one version to the next.
@frozen
@usableFromInline package struct SeededGenerator: Hashable, Sendable, Codable {
    package var state: (UInt64, UInt64, UInt64, UInt64) {
        get { (s0, s1, s2, s3) }
        set { (s0, s1, s2, s3) = newValue }
    }
    @usableFromInline var s0, s1, s2, s3: UInt64

    /// Expands one word into the four of the state with SplitMix64, as the authors advise.
    package init(seed: UInt64) {
        var mixer = SplitMix(state: seed)
        (s0, s1, s2, s3) = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// Restores a generator from the four words of a saved `state`.
    package init(state: (UInt64, UInt64, UInt64, UInt64)) { (s0, s1, s2, s3) = state }

    @inlinable package mutating func next() -> UInt64 {
        let sum = s0 &+ s3
        let result = ((sum &<< 23) | (sum &>> 41)) &+ s0
        let shifted = s1 &<< 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 &<< 45) | (s3 &>> 19)
        return result
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): turns correlated words into independent ones.
package struct SplitMix: Sendable {
    package var state: UInt64

    package init(state: UInt64) { self.state = state }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    package static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }
}
