/// Refuses, before anything is built from the text, what a topology never needs and what could
/// make a YAML reader slow or surprising: anchors, aliases, tags, directives, text over several
/// lines, tabs as indentation, deep nesting, further documents.
///
/// The pass knows just enough YAML to tell structure from quotes and comments. Quotes must close
/// on their line, so a mistake about one line cannot hide what is on the next.
struct LexicalPass {
    static let nestingLimit = 32
    /// Words, brackets and list items; a topology of 10,000 single stations with positions has
    /// 120,000. Bounds the memory that a hostile file can cost.
    static let tokenLimit = 130_000

    /// Bytes in a line; keeps the cost of counting columns bounded.
    static let lineLimit = 4096

    private let text: SourceText
    private let log: DiagnosticLog
    /// The columns (byte offsets in the line) of the open block collections.
    private var blocks: [Int] = []
    private var brackets: [(byte: UInt8, line: Int, offset: Int)] = []
    private var tokens = 0
    private var hasMarker = false
    private var hasContent = false
    private var hasEnded = false
    private var isAborted = false

    private var line = 0
    private var end = 0

    init(_ text: SourceText, log: DiagnosticLog) {
        self.text = text
        self.log = log
    }

    /// True when the text may be given to the YAML reader.
    mutating func run() -> Bool {
        for number in 1...text.lineCount where !isAborted {
            line = number
            let range = text.range(ofLine: number)
            end = range.upperBound
            if range.count > Self.lineLimit {
                error(
                    .fileTooLarge, range.lowerBound,
                    "line of \(range.count) bytes, limit \(Self.lineLimit)",
                    hint: "a list in brackets may go over several lines")
                return false
            }
            scanLine(from: range.lowerBound)
        }
        if !isAborted, let open = brackets.last {
            line = open.line
            error(
                .neverClosed, open.offset,
                "bracket '\(character(open.byte))' opened here is never closed")
        }
        return !log.hasErrors
    }

    private mutating func scanLine(from start: Int) {
        var offset = start
        if brackets.isEmpty {
            if isMarker("...", at: start) {
                hasEnded = hasContent || hasMarker
                return
            }
            if isMarker("---", at: start) {
                if hasMarker || hasContent || hasEnded { return secondDocument(start) }
                hasMarker = true
                offset += 3
            } else if byte(start) == UInt8(ascii: "%") {
                return error(.tag, start, "directives ('%') are not allowed")
            }
        }
        var hasTab = false
        while let byte = byte(offset), isBlank(byte) {
            hasTab = hasTab || byte == 0x09
            offset += 1
        }
        guard let first = byte(offset), first != UInt8(ascii: "#") else { return }
        if hasEnded { return secondDocument(offset) }
        hasContent = true
        if hasTab {
            let tab = text.bytes[start..<offset].firstIndex(of: 0x09) ?? start
            return error(.tab, tab, "tab used for indentation", hint: "use spaces")
        }
        if brackets.isEmpty { openBlock(column: offset - start, at: offset) }
        scanTokens(from: offset, lineStart: start)
    }

    private mutating func secondDocument(_ offset: Int) {
        error(.secondDocument, offset, "second document; one topology per file")
        isAborted = true
    }

    /// Closes the block collections that stand further right, and opens one at this column.
    private mutating func openBlock(column: Int, at offset: Int) {
        while let last = blocks.last, last > column { blocks.removeLast() }
        if blocks.last.map({ $0 < column }) ?? true { blocks.append(column) }
        checkDepth(offset)
    }

    private mutating func checkDepth(_ offset: Int) {
        if blocks.count + brackets.count > Self.nestingLimit, !isAborted {
            error(.nesting, offset, "nesting deeper than \(Self.nestingLimit)")
            isAborted = true
        }
    }

    /// Goes through the tokens of a line; a token may start at `offset`.
    private mutating func scanTokens(from start: Int, lineStart: Int) {
        var offset = start
        while !isAborted, let byte = byte(offset) {
            if isBlank(byte) {
                offset += 1
                continue
            }
            if byte == UInt8(ascii: "#") { return }
            if !"]},:".utf8.contains(byte), countToken(offset) { return }
            guard let next = scanToken(byte, at: offset, lineStart: lineStart) else { return }
            offset = next
        }
    }

    /// True when there are too many.
    private mutating func countToken(_ offset: Int) -> Bool {
        tokens += 1
        guard tokens > Self.tokenLimit else { return false }
        error(.fileTooLarge, offset, "more than \(Self.tokenLimit) words in one file")
        isAborted = true
        return true
    }

    /// The offset after the token, or nil when the rest of the line is not to be looked at.
    private mutating func scanToken(
        _ byte: UInt8, at offset: Int, lineStart: Int
    ) -> Int? {
        let stands = isBreak(offset + 1)
        switch byte {
        case UInt8(ascii: "-") where stands && brackets.isEmpty:
            if let next = firstNonBlank(offset + 1) {
                openBlock(column: next - lineStart, at: next)
            }
            return offset + 1
        case UInt8(ascii: "?") where stands || !brackets.isEmpty:
            error(
                .structure, offset, "keys marked with '?' are not used here",
                hint: "write 'key: value'")
            return nil
        case UInt8(ascii: "&"), UInt8(ascii: "*"):
            error(.anchor, offset, "anchors and aliases ('\(word(offset))') are not allowed")
            return endOfWord(offset)
        case UInt8(ascii: "!"):
            error(.tag, offset, "tags ('\(word(offset))') are not allowed")
            return endOfWord(offset)
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            error(.manyLines, offset, "text over several lines is not used in a topology")
            isAborted = true
            return nil
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return endOfQuote(byte, from: offset)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            brackets.append((byte, line, offset))
            checkDepth(offset)
            return offset + 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            return closeBracket(byte, at: offset) ? offset + 1 : nil
        case UInt8(ascii: ","):
            return offset + 1
        case UInt8(ascii: ":") where stands || !brackets.isEmpty:
            return offset + 1
        default:
            return endOfPlain(from: offset)
        }
    }

    private mutating func endOfQuote(_ quote: UInt8, from start: Int) -> Int? {
        var offset = start + 1
        while let byte = byte(offset) {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                offset += 2
                continue
            }
            if byte == quote {
                guard quote == UInt8(ascii: "'"), self.byte(offset + 1) == quote else {
                    return offset + 1
                }
                offset += 1
            }
            offset += 1
        }
        error(
            .neverClosed, start, "quote opened here is not closed on its line",
            hint: "text is written on one line")
        isAborted = true
        return nil
    }

    private mutating func closeBracket(_ byte: UInt8, at offset: Int) -> Bool {
        let opening = byte == UInt8(ascii: "]") ? UInt8(ascii: "[") : UInt8(ascii: "{")
        guard let open = brackets.popLast() else {
            error(.structure, offset, "'\(character(byte))' closes nothing")
            isAborted = true
            return false
        }
        guard open.byte == opening else {
            let closing = text.column(of: offset, inLine: line)
            let place = "\(line):\(closing)"
            line = open.line
            error(
                .neverClosed, open.offset,
                "bracket '\(character(open.byte))' opened here meets "
                    + "'\(character(byte))' at \(place)"
            )
            isAborted = true
            return false
        }
        return true
    }

    /// A plain word ends at a comment, at `: `, and in brackets at any punctuation of theirs.
    private mutating func endOfPlain(from start: Int) -> Int? {
        var offset = start
        while let byte = byte(offset) {
            switch byte {
            case UInt8(ascii: ":"):
                if isBreak(offset + 1) || !brackets.isEmpty && isFlow(offset + 1) {
                    return offset
                }
            case UInt8(ascii: "#"):
                if isBlank(text.bytes[offset - 1]) { return offset }
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
                UInt8(ascii: "}"):
                if !brackets.isEmpty { return offset }
            case UInt8(ascii: "&"), UInt8(ascii: "*"):
                // YAML would allow it inside a word; there is no use for it here.
                if offset > start, isBlank(text.bytes[offset - 1]), !isBreak(offset + 1) {
                    return offset
                }
            default: break
            }
            offset += 1
        }
        return offset
    }

    // MARK: Bytes of the current line

    private func byte(_ offset: Int) -> UInt8? { offset < end ? text.bytes[offset] : nil }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private func isBreak(_ offset: Int) -> Bool { byte(offset).map(isBlank) ?? true }

    private func isFlow(_ offset: Int) -> Bool {
        byte(offset).map { ",[]{}".utf8.contains($0) } ?? false
    }

    private func firstNonBlank(_ start: Int) -> Int? {
        (start..<end).first { !isBlank(text.bytes[$0]) }
    }

    private func isMarker(_ marker: String, at offset: Int) -> Bool {
        text.bytes[offset..<end].starts(with: marker.utf8) && isBreak(offset + 3)
    }

    /// The bytes of a mark such as `&name`, for a message.
    private func word(_ offset: Int) -> String {
        String(decoding: text.bytes[offset..<min(endOfWord(offset), offset + 24)], as: UTF8.self)
    }

    /// Where a mark such as `&name` ends.
    private func endOfWord(_ offset: Int) -> Int {
        (offset + 1..<max(end, offset + 1)).first { isBlank(text.bytes[$0]) || isFlow($0) } ?? end
    }

    private func character(_ byte: UInt8) -> Character { Character(Unicode.Scalar(byte)) }

    private func error(
        _ code: DiagnosticCode, _ offset: Int, _ message: String, hint: String? = nil
    ) {
        let column = text.column(of: offset, inLine: line)
        log.error(code, at: .file(line: line, column: column), message, hint: hint)
    }
}
