extension Mathematics {
    /// Sine of an angle in radians, for magnitudes up to a million; the absolute error grows
    /// beyond that.
    @inlinable package static func sin(_ x: Double) -> Double { wave(x, quarterTurns: 0) }

    /// Cosine of an angle in radians, for magnitudes up to a million; the absolute error grows
    /// beyond that.
    @inlinable package static func cos(_ x: Double) -> Double { wave(x, quarterTurns: 1) }

    /// Sine, rounded from Double.
    @inlinable @inline(__always)
    package static func sin(_ x: Float) -> Float { Float(sin(Double(x))) }

    /// Cosine, rounded from Double.
    @inlinable @inline(__always)
    package static func cos(_ x: Float) -> Float { Float(cos(Double(x))) }

    /// sin(x + quarterTurns pi/2).
    @inlinable static func wave(_ x: Double, quarterTurns: Int64) -> Double {
        let shifted = x * 0x1.45f306dc9c883p-1 + roundingShift
        let n = shifted - roundingShift
        // pi/2 in three parts; the first two have 33 bits, so that n times them is exact.
        let r = ((x - n * 0x1.921fb544p+0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69
        let quarter = Int64(bitPattern: shifted.bitPattern) &+ quarterTurns
        let z = r * r

        var odd: Double = 1.0 / 355_687_428_096_000
        odd = odd * z - 1.0 / 1_307_674_368_000
        odd = odd * z + 1.0 / 6_227_020_800
        odd = odd * z - 1.0 / 39_916_800
        odd = odd * z + 1.0 / 362_880
        odd = odd * z - 1.0 / 5_040
        odd = odd * z + 1.0 / 120
        odd = odd * z - 1.0 / 6
        let sine = r + r * z * odd

        var even: Double = 1.0 / 20_922_789_888_000
        even = even * z - 1.0 / 87_178_291_200
        even = even * z + 1.0 / 479_001_600
        even = even * z - 1.0 / 3_628_800
        even = even * z + 1.0 / 40_320
        even = even * z - 1.0 / 720
        even = even * z + 1.0 / 24
        let half = 0.5 * z
        let rough = 1 - half
        let cosine = rough + (((1 - rough) - half) + z * z * even)

        let chosen = quarter & 1 == 0 ? sine : cosine
        return quarter & 2 == 0 ? chosen : -chosen
    }
}
