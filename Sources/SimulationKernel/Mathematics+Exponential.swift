extension Mathematics {
    /// e to the power x; results below 2^-1022 lose digits gradually, as they must.
    @inlinable package static func exp(_ x: Double) -> Double {
        let low: Double = -746
        let high: Double = 710
        let clamped = x < low ? low : (x > high ? high : x)
        let (fraction, power) = exponentialParts(clamped)
        return (1 + fraction) * powerOfTwo(power &>> 1) * powerOfTwo(power &- (power &>> 1))
    }

    /// e to the power x; results below 2^-126 are zero.
    @inlinable @inline(__always)
    package static func exp(_ x: Float) -> Float {
        let low: Float = -87.336
        let high: Float = 89
        let clamped = x < low ? low : (x > high ? high : x)
        let (fraction, power) = exponentialParts(clamped)
        let half = power &>> 1
        let result = (1 + fraction) * powerOfTwo(half) * powerOfTwo(power &- half)
        return x < low ? 0 : result
    }

    /// Natural logarithm; minus infinity at zero, not a number below.
    @inlinable @inline(__always)
    package static func log(_ x: Double) -> Double {
        let isTiny = x < 0x1p-1022
        let scaled = isTiny ? x * 0x1p54 : x
        // x = 2^power * mantissa, the mantissa between the square roots of 1/2 and 2.
        let rootOfHalf: UInt64 = 0x3FE6_A09E_667F_3BCD
        let offset = Int64(bitPattern: scaled.bitPattern &- rootOfHalf) &>> 52
        let bits = scaled.bitPattern &- UInt64(bitPattern: offset &<< 52)
        let f = Double(bitPattern: bits) - 1
        let power = small(offset) - (isTiny ? 54 : 0)

        // log(1 + f) = 2 artanh(s) = f - f^2/2 + s (f^2/2 + 2 s^2/3 + 2 s^4/5 + ...).
        let s = f / (2 + f)
        let z = s * s
        var series: Double = 2.0 / 23
        series = series * z + 2.0 / 21
        series = series * z + 2.0 / 19
        series = series * z + 2.0 / 17
        series = series * z + 2.0 / 15
        series = series * z + 2.0 / 13
        series = series * z + 2.0 / 11
        series = series * z + 2.0 / 9
        series = series * z + 2.0 / 7
        series = series * z + 2.0 / 5
        series = series * z + 2.0 / 3
        let halfSquare = 0.5 * f * f
        let rest = s * (halfSquare + series * z) + power * logOfTwoLow
        let result = power * logOfTwoHigh - ((halfSquare - rest) - f)

        let upper = x < .infinity ? result : x
        let lower = x == 0 ? -Double.infinity : Double.nan
        return x > 0 ? upper : lower
    }

    /// Natural logarithm, rounded from Double.
    @inlinable @inline(__always)
    package static func log(_ x: Float) -> Float { Float(log(Double(x))) }

    /// Hyperbolic tangent.
    @inlinable package static func tanh(_ x: Double) -> Double {
        let magnitude = x.magnitude > 22 ? 22 : x.magnitude
        let (fraction, power) = exponentialParts(2 * magnitude)
        let scale = powerOfTwo(power)
        // exp(2x) - 1, without cancellation near zero since the power is then zero.
        let grown = fraction * scale + (scale - 1)
        let result = grown / (grown + 2)
        return x < 0 ? -result : (x == 0 ? x : result)
    }

    /// Hyperbolic tangent.
    @inlinable @inline(__always)
    package static func tanh(_ x: Float) -> Float {
        let magnitude = x.magnitude > 10 ? 10 : x.magnitude
        let (fraction, power) = exponentialParts(2 * magnitude)
        let scale = powerOfTwo(power)
        let grown = fraction * scale + (scale - 1)
        let result = grown / (grown + 2)
        return x < 0 ? -result : (x == 0 ? x : result)
    }
}

extension Mathematics {
    @usableFromInline static var logOfTwoHigh: Double { 0x1.62e42feep-1 }
    @usableFromInline static var logOfTwoLow: Double { 0x1.a39ef35793c76p-33 }

    /// exp(x) = (1 + fraction) 2^power, for |x| below 2^20.
    @inlinable @inline(__always)
    static func exponentialParts(_ x: Double) -> (fraction: Double, power: Int64) {
        let shifted = x * 0x1.71547652b82fep+0 + roundingShift
        let n = shifted - roundingShift
        let r = (x - n * logOfTwoHigh) - n * logOfTwoLow
        var series: Double = 1.0 / 6_227_020_800
        series = series * r + 1.0 / 479_001_600
        series = series * r + 1.0 / 39_916_800
        series = series * r + 1.0 / 3_628_800
        series = series * r + 1.0 / 362_880
        series = series * r + 1.0 / 40_320
        series = series * r + 1.0 / 5_040
        series = series * r + 1.0 / 720
        series = series * r + 1.0 / 120
        series = series * r + 1.0 / 24
        series = series * r + 1.0 / 6
        series = series * r + 0.5
        let power = Int64(bitPattern: shifted.bitPattern &- roundingShift.bitPattern)
        return (r + r * r * series, power)
    }

    /// exp(x) = (1 + fraction) 2^power, for |x| below 2^10.
    @inlinable @inline(__always)
    static func exponentialParts(_ x: Float) -> (fraction: Float, power: Int32) {
        let shifted = x * 0x1.715476p+0 + roundingShiftFloat
        let n = shifted - roundingShiftFloat
        let r = (x - n * 0x1.63p-1) - n * -0x1.bd0106p-13
        var series: Float = 1.0 / 5_040
        series = series * r + 1.0 / 720
        series = series * r + 1.0 / 120
        series = series * r + 1.0 / 24
        series = series * r + 1.0 / 6
        series = series * r + 0.5
        let power = Int32(bitPattern: shifted.bitPattern &- roundingShiftFloat.bitPattern)
        return (r + r * r * series, power)
    }

    /// 2^n for n in -1022 ... 1023.
    @inlinable @inline(__always)
    static func powerOfTwo(_ n: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: n &+ 1023) &<< 52)
    }

    /// 2^n for n in -126 ... 127.
    @inlinable @inline(__always)
    static func powerOfTwo(_ n: Int32) -> Float {
        Float(bitPattern: UInt32(bitPattern: n &+ 127) &<< 23)
    }

    /// A whole number of magnitude below 2^51 as Double, without a conversion instruction (which
    /// has no vector form on many processors).
    @inlinable @inline(__always)
    static func small(_ n: Int64) -> Double {
        let shift = roundingShift
        return Double(bitPattern: shift.bitPattern &+ UInt64(bitPattern: n)) - shift
    }
}
