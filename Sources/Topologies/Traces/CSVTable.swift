/// A comma-separated file with a header line.
struct CSVTable {
    let path: String
    /// As written, without blanks around them.
    let header: [String]
    private let text: SourceText
    private let log: DiagnosticLog

    /// Nil after reporting what is wrong with the characters or the header.
    init?(bytes: [UInt8], path: String, log: DiagnosticLog) {
        let place = { (line: Int, column: Int) in
            Place.other(path: path, line: line, column: column)
        }
        guard let text = SourceText(bytes: bytes, log: log, place: place) else { return nil }
        guard let fields = Self.fields(text.bytes[text.range(ofLine: 1)]),
            fields.contains(where: { !$0.isEmpty })
        else {
            log.error(.dataFile, at: place(1, 1), "no header line")
            return nil
        }
        self.path = path
        self.text = text
        self.log = log
        header = fields
    }

    /// The index of a column; reports it when it is missing.
    func column(_ name: String, required: Bool) -> Int? {
        if let index = header.firstIndex(of: name) { return index }
        if required {
            log.error(
                .dataFile, at: place(line: 1),
                "no column '\(name)'"
                    + Suggestion.phrase(for: name, among: header),
                hint: "columns: \(header.joined(separator: ", "))")
        }
        return nil
    }

    /// What comes after a row.
    enum Next {
        case more
        /// The rest is not needed.
        case enough
        /// The row was reported as wrong.
        case failure
    }

    /// Calls the body with each row that is not empty; false after a failure. Reports a row with
    /// another number of fields than the header.
    func forEachRow(_ body: (_ line: Int, _ fields: [String]) -> Next) -> Bool {
        guard text.lineCount > 1 else { return true }
        for line in 2...text.lineCount {
            let range = text.range(ofLine: line)
            if range.isEmpty { continue }
            guard let fields = Self.fields(text.bytes[range]), fields.count == header.count else {
                report(line, "the row does not have the header's \(header.count) fields")
                return false
            }
            switch body(line, fields) {
            case .more: break
            case .enough: return true
            case .failure: return false
            }
        }
        return true
    }

    func report(_ line: Int, _ message: String) {
        log.error(.dataFile, at: place(line: line), message, sourceLine: text.line(line))
    }

    private func place(line: Int) -> Place { .other(path: path, line: line, column: 1) }

    /// The fields of a line; nil when a quote is not closed.
    private static func fields(_ line: ArraySlice<UInt8>) -> [String]? {
        if !line.contains(UInt8(ascii: "\"")) {
            return line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { trimmed($0) }
        }
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        for byte in line {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ","), !isQuoted {
                fields.append(trimmed(field[...]))
                field = []
            } else {
                field.append(byte)
            }
        }
        fields.append(trimmed(field[...]))
        return isQuoted ? nil : fields
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while bytes.first == 0x20 || bytes.first == 0x09 { bytes.removeFirst() }
        while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
