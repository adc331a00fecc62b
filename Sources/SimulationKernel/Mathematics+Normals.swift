/// Normal numbers in bulk, in Float: the Box-Muller transform of one random word into two normals.
///
/// Unlike the scalar functions nothing here goes through Double, and the angle is brought into an
/// eighth of a turn by integer arithmetic, so a loop over many words is short and turns into vector
/// instructions. Absolute errors are below 2e-6; the largest normal is 5.77, the largest that 24
/// random bits can stand for.
extension Mathematics {
    /// - Parameters:
    ///   - radiusBits: 24 random bits, for a uniform number in (0, 1].
    ///   - angleBits: 24 random bits, for a uniform part of a turn.
    @inlinable @inline(__always)
    package static func normals(radiusBits: Int32, angleBits: Int32) -> (Float, Float) {
        let uniform = (Float(radiusBits) + 1) * 0x1p-24
        let radius = (-2 * unitLogarithm(uniform)).squareRoot()
        // The angle is quarter turns and a rest of at most an eighth of a turn.
        let quarter = (angleBits &+ 0x20_0000) &>> 22
        let r = Float(angleBits &- (quarter &<< 22)) * 0x1.921fb6p-22
        let z = r * r

        var odd: Float = 1.0 / 362_880
        odd = odd * z - 1.0 / 5_040
        odd = odd * z + 1.0 / 120
        odd = odd * z - 1.0 / 6
        let sine = r + r * z * odd

        var even: Float = 1.0 / 40_320
        even = even * z - 1.0 / 720
        even = even * z + 1.0 / 24
        even = even * z - 0.5
        let cosine = 1 + z * even

        let isOdd = quarter & 1 != 0
        let across = isOdd ? sine : cosine
        let up = isOdd ? cosine : sine
        let x = (quarter &+ 1) & 2 == 0 ? across : -across
        let y = quarter & 2 == 0 ? up : -up
        return (radius * x, radius * y)
    }

    /// Natural logarithm of a normal number in (0, 1].
    @inlinable @inline(__always)
    static func unitLogarithm(_ x: Float) -> Float {
        // x = 2^power * mantissa, the mantissa between the square roots of 1/2 and 2.
        let rootOfHalf: Int32 = 0x3F35_04F3
        let bits = Int32(bitPattern: x.bitPattern)
        let power = (bits &- rootOfHalf) &>> 23
        let f = Float(bitPattern: UInt32(bitPattern: bits &- (power &<< 23))) - 1

        // log(1 + f) = 2 artanh(s) = f - s (f - 2 s^2/3 - 2 s^4/5 - ...).
        let s = f / (2 + f)
        let z = s * s
        var series: Float = 2.0 / 9
        series = series * z + 2.0 / 7
        series = series * z + 2.0 / 5
        series = series * z + 2.0 / 3
        let whole = Float(power)
        return whole * 0x1.62e4p-1 + (f - s * (f - series * z) + whole * 0x1.7f7d1cp-20)
    }
}
