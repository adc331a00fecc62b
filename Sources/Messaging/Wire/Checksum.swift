/// A 64-bit checksum of a frame: multiply and rotate, eight bytes at a time.
///
/// Each step is one-to-one both in what came before and in the eight bytes, so a change within one
/// group of eight bytes is always found; others are missed once in 2^64. It finds what our own
/// queues and memory may do to a frame; an attacker is kept out by other means. A table, as CRCs
/// need for speed, would have to come back into the processor's cache for every short frame.
package struct Checksum {
    private var state: UInt64 = 0x243F_6A88_85A3_08D3

    package init() {}

    /// One of its own for each number.
    package init(beginningWith number: UInt64) { state ^= number }

    package static func of(_ bytes: RawSpan) -> UInt64 {
        var checksum = Checksum()
        checksum.add(bytes)
        return checksum.value
    }

    /// Enough for what is read again from a file.
    package static func lowHalf(of bytes: RawSpan) -> UInt32 {
        UInt32(truncatingIfNeeded: of(bytes))
    }

    package var value: UInt64 {
        // The high bits are the best mixed: let the low ones have their share.
        let mixed = (state ^ state &>> 32) &* 0xD6E8_FEB8_6659_FD93
        return mixed ^ mixed &>> 32
    }

    /// Adds a piece; the same bytes cut into other pieces have another checksum.
    package mutating func add(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while bytes.count - offset >= 8 {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                add(UInt64(littleEndian: word))
                offset += 8
            }
            var rest: UInt64 = 0
            for place in offset..<bytes.count {
                rest |= UInt64(bytes[place]) &<< UInt64(8 * (place - offset))
            }
            if offset < bytes.count { add(rest) }
        }
        add(UInt64(bytes.byteCount))
    }

    private mutating func add(_ word: UInt64) {
        let product = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
        state = product &<< 29 | product &>> 35
    }
}
