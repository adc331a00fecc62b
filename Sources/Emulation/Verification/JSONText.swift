import FoundationEssentials

/// JSON text that knows where its values stand, and where it stops being JSON. The decoder, which
/// makes values of it, says neither.
struct JSONText {
    /// What is wrong with the text itself, such as a comma that is missing.
    struct Fault: Error {
        /// Of the byte at which the text could not be read on.
        var offset: Int
        /// Of the value that is being read, such as `slots[0].tasks[3]`.
        var place: String
        var problem: String
    }

    /// Without the mark that some editors write before a text.
    let bytes: [UInt8]

    init(_ data: Data) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        bytes = Array(data.starts(with: mark) ? data.dropFirst(mark.count) : data)
    }

    /// Holds the whole text to the grammar of RFC 8259; every number must be finite in Float64, and
    /// no object may have a key twice.
    func check() throws(Fault) {
        try checkEncoding()
        var scanner = JSONScanner(bytes)
        try scanner.scan()
    }

    /// The line and column, from 1, of the value at a place such as `[0].betas[3]`, or of the
    /// innermost value around it if there is none; columns count characters.
    func position(of place: String) -> (line: Int, column: Int) {
        var scanner = JSONScanner(bytes, wanted: Self.steps(of: place))
        try? scanner.scan()
        return position(at: scanner.found ?? 0)
    }

    func position(at offset: Int) -> (line: Int, column: Int) {
        let before = bytes[..<min(offset, bytes.count)]
        let lines = before.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Bytes that continue a character begin with the bits 10.
        let column = before[start...].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return (lines + 1, column + 1)
    }

    private func checkEncoding() throws(Fault) {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .emptyInput: return
            case .error:
                throw Fault(offset: offset, place: "", problem: "the text is not UTF-8")
            }
        }
    }

    /// `[0].betas[3]` as 0, betas, 3.
    private static func steps(of place: String) -> [JSONScanner.Step] {
        place.split { ".[]".contains($0) }.map { part in
            Int(part).map { .item($0) } ?? .key(Array(part.utf8))
        }
    }
}
