/// Elementary functions whose results can be seen in a run: bit for bit the same on every
/// processor and in every build, since they use only + - x / and bit operations, in a written
/// order and without fused operations.
///
/// The C library promises neither: its functions pick an implementation by processor. All
/// functions here have the same outline: bring the argument into a short interval around zero (in
/// two or three parts, so that nothing is lost), evaluate a Taylor polynomial there, and put the
/// exponent back by integer arithmetic on the bits. There is no branch, only selection, so that a
/// loop over an array turns into vector instructions.
///
/// Relative errors: below 1e-15 in Double and 1e-6 in Float, except beside the zeros of sine and
/// cosine other than the origin, where the absolute error is that small. Not-a-number goes
/// through; nothing traps.
@usableFromInline package enum Mathematics {
    /// Adding this to a number below 2^51 rounds it to a whole number, ties to even, and leaves
    /// that number in the low bits.
    @usableFromInline static var roundingShift: Double { 0x1.8p52 }
    @usableFromInline static var roundingShiftFloat: Float { 0x1.8p23 }
}
