/// Bytes without their zeros, as the bodies of control frames are on the wire.
///
///     length 4 | for each 8 bytes: mask 1, those of them that are not zero
///
/// The first byte has the lowest bit of the mask; behind the last byte zeros fill up the eight.
/// Times, counts and indices of fixed width are half zeros, and what a frame costs where it is
/// encrypted, logged or carried between hosts follows from its length.
extension WireBuffer {
    package func append(packing bytes: RawSpan) {
        let count = bytes.byteCount
        append(UInt32(count))
        append(atMost: (count + 7) / 8 * 9) { target in
            var to = target
            for offset in stride(from: 0, to: count, by: 8) {
                let word = Self.word(of: bytes, at: offset)
                let mask = Self.places(of: word)
                to.storeBytes(of: mask, as: UInt8.self)
                to += 1
                var left = mask
                while left != 0 {
                    let byte = word &>> UInt64(truncatingIfNeeded: 8 &* left.trailingZeroBitCount)
                    to.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
                    to += 1
                    left &= left &- 1
                }
            }
            return to - target
        }
    }

    /// Appends what was packed; nothing if it is not what packing gives.
    ///
    /// - Throws: ``WireError`` if the bytes end early or go on, or the length is over its limit.
    package func append(unpacking bytes: RawSpan) throws(WireError) {
        var reader = WireReader(bytes)
        let count = Int(try reader.integer(bytes) as UInt32)
        guard count <= WireLimits.largestBody else { throw .tooLong }
        guard (count + 7) / 8 <= reader.remaining else { throw .truncated }
        let start = self.count
        try append(atMost: count + 7) { target throws(WireError) in
            for offset in stride(from: 0, to: count, by: 8) {
                let word = try reader.unpackedWord(bytes)
                let lacking = offset + 8 - count
                guard lacking <= 0 || word &>> UInt64(64 - 8 * lacking) == 0 else {
                    throw .invalidValue
                }
                target.storeBytes(
                    of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
            }
            return count
        }
        guard reader.remaining == 0 else {
            removeAll(from: start)
            throw .surplus
        }
    }

    /// The eight bytes from `offset` on, the first lowest; zeros behind the end.
    private static func word(of bytes: RawSpan, at offset: Int) -> UInt64 {
        if bytes.byteCount - offset >= 8 {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            return UInt64(littleEndian: word)
        }
        var word: UInt64 = 0
        for place in offset..<bytes.byteCount {
            let byte = bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
            word |= UInt64(byte) &<< UInt64(8 * (place - offset))
        }
        return word
    }

    /// One bit for each byte that is not zero.
    private static func places(of word: UInt64) -> UInt8 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        // The highest bit of each of these bytes; then the product brings them together on top.
        let isSet = (((word & low) &+ low) | word) & ~low
        let together = (isSet &>> 7) &* 0x0102_0408_1020_4080
        return UInt8(truncatingIfNeeded: together &>> 56)
    }
}

extension WireReader {
    fileprivate mutating func unpackedWord(_ bytes: RawSpan) throws(WireError) -> UInt64 {
        let mask: UInt8 = try integer(bytes)
        let start = offset
        try skip(mask.nonzeroBitCount)
        var word: UInt64 = 0
        var place = start
        var left = mask
        while left != 0 {
            let byte = bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
            // Every value has one form.
            guard byte != 0 else { throw .invalidValue }
            word |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* left.trailingZeroBitCount)
            place += 1
            left &= left &- 1
        }
        return word
    }
}
