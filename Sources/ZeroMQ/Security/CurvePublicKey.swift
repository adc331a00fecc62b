/// The public half of a key pair: who holds the other half is this peer.
package struct CurvePublicKey: Hashable, Sendable, CustomStringConvertible {
    /// 32 of them, as a handshake carries them.
    let bytes: [UInt8]

    package static let byteCount = 32

    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads 40 characters in Z85.
    package init(z85 text: some Collection<UInt8>) throws(Z85.Fault) {
        bytes = try Z85.decode(text, count: Self.byteCount)
    }

    package init(z85 text: String) throws(Z85.Fault) { try self.init(z85: text.utf8) }

    /// In Z85.
    package var description: String { String(decoding: Z85.encode(bytes), as: UTF8.self) }
}

/// Keys as text: five characters for four bytes (ZeroMQ RFC 32).
package enum Z85 {
    package enum Fault: Error, Hashable {
        case length(found: Int, expected: Int)
        /// The place counts from 1.
        case character(at: Int)
    }

    private static let alphabet = Array(
        ("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
            + ".-:+=^!/*?&<>()[]{}@%$#").utf8)

    /// The digit of each byte; 255 where it is none.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: 255, count: 256)
        for (digit, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(digit) }
        return digits
    }()

    /// - Parameter count: the bytes that are expected, a multiple of 4.
    static func decode(
        _ text: some Collection<UInt8>, count: Int
    ) throws(Fault) -> [UInt8] {
        let length = text.count
        guard length == count / 4 * 5 else {
            throw .length(found: length, expected: count / 4 * 5)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var group: UInt64 = 0
        for (place, character) in text.enumerated() {
            let digit = digits[Int(character)]
            guard digit < 85 else { throw .character(at: place + 1) }
            group = group * 85 + UInt64(digit)
            guard place % 5 == 4 else { continue }
            // Five characters can say more than four bytes hold.
            guard let word = UInt32(exactly: group) else { throw .character(at: place + 1) }
            for shift in [24, 16, 8, 0] as [UInt32] {
                bytes.append(UInt8(truncatingIfNeeded: word &>> shift))
            }
            group = 0
        }
        return bytes
    }

    /// - Precondition: a multiple of four bytes.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count % 4 == 0, "\(bytes.count) bytes as Z85")
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var word = bytes[start..<start + 4].reduce(UInt32(0)) { $0 &<< 8 | UInt32($1) }
            var group = [UInt8](repeating: 0, count: 5)
            for place in (0..<5).reversed() {
                group[place] = alphabet[Int(word % 85)]
                word /= 85
            }
            text += group
        }
        return text
    }
}
