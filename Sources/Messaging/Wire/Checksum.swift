/// CRC-32C (Castagnoli), eight bytes at a time.
///
/// It finds what our own queues and memory may do to a frame; an attacker is kept out by other
/// means. Every change of up to 3 bits within 256 MiB is found, and all but one in 4 billion
/// others.
package enum Checksum {
    package static func crc32c(_ bytes: RawSpan) -> UInt32 {
        var crc = Running()
        crc.add(bytes)
        return crc.value
    }

    /// A checksum over several pieces, one after another.
    package struct Running {
        private var state: UInt32 = .max

        package init() {}

        package var value: UInt32 { ~state }

        package mutating func add(_ bytes: RawSpan) {
            state = Checksum.tables.withUnsafeBufferPointer { tables in
                Checksum.advance(state, bytes, tables)
            }
        }
    }

    /// Eight tables of 256 entries: what a byte adds when 0...7 bytes follow it in its word.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = tables[Int(before & 255)] ^ before >> 8
        }
        return tables
    }()

    private static func advance(
        _ start: UInt32, _ bytes: RawSpan, _ tables: UnsafeBufferPointer<UInt32>
    ) -> UInt32 {
        var crc = start
        var offset = 0
        let count = bytes.byteCount
        while count - offset >= 8 {
            let word = UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let mixed = word ^ UInt64(crc)
            crc = 0
            for place in 0..<8 {
                let byte = Int(truncatingIfNeeded: mixed &>> UInt64(8 * place)) & 255
                crc ^= tables[(7 - place) * 256 + byte]
            }
            offset += 8
        }
        while offset < count {
            let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            crc = tables[Int(truncatingIfNeeded: crc & 255) ^ Int(byte)] ^ crc >> 8
            offset += 1
        }
        return crc
    }
}
