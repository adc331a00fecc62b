/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), as TensorBoard's files have it.
enum CyclicChecksum {
    /// The remainder of each byte, with the polynomial 0x1EDC6F41 reflected.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in
            rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1
        }
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = table
        return ~bytes.reduce(~0) { sum, byte in
            table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ sum >> 8
        }
    }

    /// Rotated and shifted, because the checksum of bytes that hold their own checksum says little.
    static func masked(of bytes: some Sequence<UInt8>) -> UInt32 {
        let sum = of(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
}
