/// The text of a file: valid UTF-8 without control characters, and where its lines are.
struct SourceText {
    /// UTF-8 without a byte order mark.
    let bytes: [UInt8]
    /// Where each line starts in `bytes`; at least one.
    private let starts: [Int]
    /// Whether a column is a byte, which is nearly always so.
    private let isASCII: Bool

    /// Checks the characters; nil after reporting what is wrong with them.
    init?(bytes: [UInt8], log: DiagnosticLog, place: (Int, Int) -> Place = Place.file) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            log.error(
                .utf16, at: place(1, 1), "UTF-16 is not supported", hint: "save the file as UTF-8")
            return nil
        }
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.init(checked: bytes)
        guard let fault = Self.firstBadCharacter(in: bytes) else { return }
        let (line, column) = position(of: fault.offset)
        let (code, message) =
            fault.scalar.map {
                (DiagnosticCode.controlCharacter, "character \($0) is not allowed")
            } ?? (.invalidUTF8, "invalid UTF-8 byte 0x\(Self.hexadecimal(bytes[fault.offset], 2))")
        log.error(code, at: place(line, column), message, sourceLine: self.line(line))
        return nil
    }

    private init(checked bytes: [UInt8]) {
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
        self.bytes = bytes
        self.starts = starts
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    var lineCount: Int { starts.count }

    /// The bytes of a line, counted from 1, without its line break.
    func range(ofLine number: Int) -> Range<Int> {
        let start = starts[number - 1]
        var end = number < starts.count ? starts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }

    /// The text of a line, counted from 1; nil where there is none.
    func line(_ number: Int) -> String? {
        guard (1...lineCount).contains(number) else { return nil }
        return String(decoding: bytes[range(ofLine: number)], as: UTF8.self)
    }

    /// The column in Unicode scalars, from 1, of a byte in a line.
    func column(of offset: Int, inLine number: Int) -> Int {
        let line = bytes[range(ofLine: number).lowerBound..<offset]
        if isASCII { return 1 + line.count }
        return line.reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    /// The byte at which a column of a line starts, at most the line's end.
    func offset(ofColumn column: Int, inLine number: Int) -> Int {
        let range = range(ofLine: number)
        if isASCII { return min(range.lowerBound + column - 1, range.upperBound) }
        var offset = range.lowerBound
        var left = column - 1
        while offset < range.upperBound, left > 0 {
            offset += 1
            while offset < range.upperBound, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }

    /// A place that is certainly inside the file, from one that a library reports.
    func nearest(line: Int, column: Int) -> Place {
        let number = min(max(1, line), lineCount)
        let range = range(ofLine: number)
        let last = self.column(of: range.upperBound, inLine: number)
        return .file(line: number, column: number < line ? last : min(max(1, column), last))
    }

    private func position(of offset: Int) -> (line: Int, column: Int) {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, column(of: offset, inLine: low + 1))
    }

    /// The first byte that is not UTF-8, or starts a character that topologies may not hold:
    /// controls, and the line breaks that only some readers take for one.
    private static func firstBadCharacter(
        in bytes: [UInt8]
    ) -> (offset: Int, scalar: String?)? {
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09 {
                offset += 1
                continue
            }
            var rest = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
            var parser = Unicode.UTF8.ForwardParser()
            guard case .valid(let encoded) = parser.parseScalar(from: &rest) else {
                return (offset, nil)
            }
            let scalar = Unicode.UTF8.decode(encoded)
            let isLineBreak =
                byte == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x0A
            if !isLineBreak && !isAllowed(scalar) {
                return (offset, "U+\(hexadecimal(scalar.value, 4))")
            }
            offset += encoded.count
        }
        return nil
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    private static func hexadecimal<Number: BinaryInteger>(_ number: Number, _ digits: Int)
        -> String
    {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
