/// Which of the numbers 0, 1, 2 ... have been seen: one bit each.
struct NumberCoverage: Hashable, Sendable {
    private var words: [UInt64] = []
    /// How many different numbers have been seen.
    private(set) var count: UInt64 = 0

    /// - Returns: whether the number is new.
    mutating func insert(_ number: UInt32) -> Bool {
        let word = Int(number >> 6)
        let bit: UInt64 = 1 << UInt64(number & 63)
        if word >= words.count {
            words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
        }
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        count += 1
        return true
    }

    /// The least number that has not been seen.
    var firstGap: UInt32 {
        for (index, word) in words.enumerated() where word != .max {
            return UInt32(index * 64 + (~word).trailingZeroBitCount)
        }
        return UInt32(words.count * 64)
    }
}
