/// Why bytes could not be understood. Never a reason to stop: count them and go on.
package enum WireError: Error, Hashable {
    /// They end too early, or a length in them says so.
    case truncated
    /// Something follows where nothing should.
    case surplus
    case wrongMagic
    case wrongVersion(UInt8)
    case unknownKind(UInt8)
    case wrongChecksum
    /// A count or length is over its limit.
    case tooLong
    /// A value that its type does not have.
    case invalidValue
}

/// A place in bytes that came from elsewhere; every step is checked, none can trap.
///
/// The bytes themselves are passed to each call, since a value cannot keep a span.
package struct WireReader {
    @usableFromInline package private(set) var offset: Int
    @usableFromInline package let end: Int

    /// Reads everything from `offset` on.
    package init(_ bytes: RawSpan, from offset: Int = 0) {
        self.offset = min(max(0, offset), bytes.byteCount)
        end = bytes.byteCount
    }

    /// Reads a part that has been found in these bytes.
    package init(_ bytes: RawSpan, in place: Range<Int>) {
        offset = min(max(0, place.lowerBound), bytes.byteCount)
        end = min(max(offset, place.upperBound), bytes.byteCount)
    }

    package var remaining: Int { end - offset }

    package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan
    ) throws(WireError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size, end <= bytes.byteCount else { throw .truncated }
        let value = bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)
        offset += size
        return Value(littleEndian: value)
    }

    package mutating func double(_ bytes: RawSpan) throws(WireError) -> Double {
        Double(bitPattern: try integer(bytes))
    }

    package mutating func float(_ bytes: RawSpan) throws(WireError) -> Float {
        Float(bitPattern: try integer(bytes))
    }

    /// - Parameter count: checked against what is left before anything is allocated.
    package mutating func floats(_ count: Int, _ bytes: RawSpan) throws(WireError) -> [Float] {
        guard count >= 0, count <= remaining / 4 else { throw .truncated }
        let start = offset
        offset += 4 * count
        return [Float](unsafeUninitializedCapacity: count) { target, initialized in
            for index in 0..<count {
                let bits = bytes.unsafeLoadUnaligned(
                    fromByteOffset: start + 4 * index, as: UInt32.self)
                target.initializeElement(
                    at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
            }
            initialized = count
        }
    }

    package mutating func flags(_ count: Int, _ bytes: RawSpan) throws(WireError) -> [Bool] {
        guard count >= 0, (count + 7) / 8 <= remaining else { throw .truncated }
        var flags: [Bool] = []
        flags.reserveCapacity(count)
        var byte: UInt8 = 0
        for index in 0..<count {
            if index & 7 == 0 { byte = try integer(bytes) }
            flags.append(byte & (1 &<< UInt8(index & 7)) != 0)
        }
        // Unused bits are zero, so that every value has one encoding.
        if count & 7 != 0, byte &>> UInt8(count & 7) != 0 { throw .invalidValue }
        return flags
    }

    package mutating func text(_ bytes: RawSpan) throws(WireError) -> String {
        let length = Int(try integer(bytes) as UInt8)
        guard length <= remaining else { throw .truncated }
        var utf8: [UInt8] = []
        utf8.reserveCapacity(length)
        for _ in 0..<length { utf8.append(try integer(bytes)) }
        guard let text = String(validating: utf8, as: UTF8.self) else { throw .invalidValue }
        return text
    }

    package mutating func skip(_ count: Int) throws(WireError) {
        guard count >= 0, count <= remaining else { throw .truncated }
        offset += count
    }

    package func finish() throws(WireError) {
        guard remaining == 0 else { throw .surplus }
    }
}
