/// Reads the JSON of a checkpoint's header; knows strings, whole numbers and their places.
struct HeaderScanner {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    func malformed(_ expected: String) -> CheckpointError {
        .malformedHeader(at: position - bytes.startIndex, expected: expected)
    }

    /// The next byte that is not white space, not taken.
    private mutating func peek() -> UInt8? {
        while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
            position += 1
        }
        return position < bytes.endIndex ? bytes[position] : nil
    }

    /// Takes one byte of punctuation if it comes next.
    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ mark: Unicode.Scalar) throws(CheckpointError) {
        guard take(mark) else { throw malformed("'\(mark)'") }
    }

    /// Reads the members of an object; the body reads one value for its key.
    mutating func object(
        _ body: (inout HeaderScanner, String) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try expect("{")
        guard !take("}") else { return }
        repeat {
            let key = try string()
            try expect(":")
            try body(&self, key)
        } while take(",")
        try expect("}")
    }

    /// Reads `[n, n, ...]`.
    mutating func integers() throws(CheckpointError) -> [Int] {
        var values: [Int] = []
        try expect("[")
        guard !take("]") else { return values }
        repeat { values.append(try integer()) } while take(",")
        try expect("]")
        return values
    }

    /// A whole number, not negative, without sign, fraction or exponent.
    private mutating func integer() throws(CheckpointError) -> Int {
        guard let first = peek(), (0x30...0x39).contains(first) else { throw malformed("a number") }
        var value = 0
        while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) {
            let shifted = value.multipliedReportingOverflow(by: 10)
            let sum = shifted.partialValue.addingReportingOverflow(Int(bytes[position] - 0x30))
            guard !shifted.overflow, !sum.overflow else { throw malformed("a smaller number") }
            value = sum.partialValue
            position += 1
        }
        return value
    }

    mutating func string() throws(CheckpointError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else {
                    throw malformed("a string in UTF-8")
                }
                return result
            case UInt8(ascii: "\\"):
                text += try escape()
            case 0..<0x20:
                throw malformed("no control character in a string")
            default:
                text.append(byte)
            }
        }
        throw malformed("the end of a string")
    }

    /// What follows a backslash, as UTF-8.
    private mutating func escape() throws(CheckpointError) -> [UInt8] {
        guard position < bytes.endIndex else { throw malformed("an escape") }
        let mark = bytes[position]
        position += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [mark]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = UInt32(try hexadecimal())
            if (0xD800..<0xDC00).contains(code) {
                guard position + 1 < bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw malformed("the second half of a pair") }
                position += 2
                let low = UInt32(try hexadecimal())
                guard (0xDC00..<0xE000).contains(low) else {
                    throw malformed("the second half of a pair")
                }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw malformed("a character") }
            return Array(String(scalar).utf8)
        default:
            throw malformed("an escape")
        }
    }

    private mutating func hexadecimal() throws(CheckpointError) -> UInt16 {
        guard position + 4 <= bytes.endIndex else { throw malformed("four hexadecimal digits") }
        var value: UInt16 = 0
        for byte in bytes[position..<(position + 4)] {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: throw malformed("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }

    /// Only spaces may follow the header's object.
    mutating func expectEnd() throws(CheckpointError) {
        guard peek() == nil else { throw malformed("the end of the header") }
    }
}
