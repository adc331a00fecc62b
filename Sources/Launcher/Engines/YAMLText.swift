/// A value that is written as YAML, always the same way: keys in the order given, two blanks for
/// each level, text quoted wherever a reader could take it for something else.
indirect enum YAMLText: Hashable, Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([YAMLText])
    case mapping([Pair])

    struct Pair: Hashable, Sendable {
        var key: String
        var value: YAMLText
    }

    /// The whole file, below lines of comment.
    func file(comment: [String]) -> String {
        let head = comment.map { $0.isEmpty ? "#" : "# " + $0 }
        return (head + lines).joined(separator: "\n") + "\n"
    }

    private var lines: [String] {
        switch self {
        case .mapping(let pairs) where !pairs.isEmpty:
            pairs.flatMap { pair in pair.value.behind(Self.scalar(pair.key) + ":") }
        case .list(let items) where !items.isEmpty:
            items.flatMap { item in
                item.lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
            }
        default: [inline]
        }
    }

    /// The lines of a value that stands behind its key.
    private func behind(_ key: String) -> [String] {
        switch self {
        case .text(let text) where Self.isBlock(text):
            // Two blanks say how far the text is moved in, whatever it begins with.
            [key + (text.hasSuffix("\n") ? " |2" : " |2-")] + Self.block(text)
        case .mapping(let pairs) where !pairs.isEmpty: [key] + lines.map { "  " + $0 }
        case .list(let items) where !items.isEmpty: [key] + lines.map { "  " + $0 }
        default: [key + " " + inline]
        }
    }

    private var inline: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .number(let number): "\(number)"
        case .flag(let flag): flag ? "true" : "false"
        case .list: "[]"
        case .mapping: "{}"
        }
    }

    /// Whether a text can stand as it is, on lines of its own: files are easier to review so.
    private static func isBlock(_ text: String) -> Bool {
        guard text.contains("\n"), !text.hasSuffix("\n\n"), text != "\n" else { return false }
        return text.unicodeScalars.allSatisfy { $0 == "\n" || isPlain($0) }
    }

    private static func block(_ text: String) -> [String] {
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return body.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "  " + $0 }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(scalar.value)
            || (0xA0...0xD7FF).contains(scalar.value)
                && scalar.value != 0x2028 && scalar.value != 0x2029
    }

    /// A word that YAML reads as this text and nothing else, else the text in quotes.
    private static func scalar(_ text: String) -> String {
        let letters = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "-_./".utf8.contains($0)
        }
        let first = text.utf8.first ?? 0
        let begins = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
        let isWord = letters && begins && !reserved.contains(text.lowercased())
        return isWord ? text : quoted(text)
    }

    private static let reserved: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null",
    ]

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where isPlain(scalar): result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return result + "\""
    }
}

extension YAMLText: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: YAMLText...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, YAMLText)...) {
        self = .mapping(elements.map { Pair(key: $0.0, value: $0.1) })
    }

    /// A mapping with more pairs behind it.
    static func + (left: YAMLText, right: YAMLText) -> YAMLText {
        guard case .mapping(let first) = left, case .mapping(let second) = right else {
            preconditionFailure("only mappings are joined")
        }
        return .mapping(first + second)
    }
}
