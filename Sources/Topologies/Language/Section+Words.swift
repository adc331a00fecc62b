extension Section {
    /// A scalar without its quotes; reports a list or mapping, and nothing at all.
    func scalar(_ name: String, _ node: SourceNode) -> (text: String, quoted: Bool)? {
        guard case .scalar(let text, let quoted) = node.content else {
            log.error(
                .wrongKind, at: node.place, "'\(name)' must be a single value (got \(node.brief))")
            return nil
        }
        if text.isEmpty {
            log.error(.emptyValue, at: node.place, "'\(name)' is empty")
            return nil
        }
        return (text, quoted)
    }

    /// One of the cases of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, as type: Word.Type)
        -> Located<Word>?
    where Word.RawValue == String {
        value(name).flatMap { word(name, $0, as: type) }
    }

    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ node: SourceNode, as type: Word.Type
    ) -> Located<Word>? where Word.RawValue == String {
        guard let (text, _) = scalar(name, node) else { return nil }
        if let word = Word(rawValue: text) { return Located(word, at: node.place) }
        let words = Word.allCases.map(\.rawValue)
        log.error(
            .unknownWord, at: node.place,
            "'\(name)' does not know \(node.brief)\(Suggestion.phrase(for: text, among: words))",
            hint: "one of: \(words.joined(separator: ", "))")
        return nil
    }

    func flag(_ name: String) -> Located<Bool>? {
        guard let node = value(name), let (text, quoted) = scalar(name, node) else { return nil }
        switch text {
        case "yes" where !quoted, "true" where !quoted: return Located(true, at: node.place)
        case "no" where !quoted, "false" where !quoted: return Located(false, at: node.place)
        default:
            log.error(
                .unknownWord, at: node.place,
                "'\(name)' must be yes or no (got \(node.brief))")
            return nil
        }
    }

    /// A path or other text.
    func text(_ name: String) -> Located<String>? {
        guard let node = value(name), let (text, _) = scalar(name, node) else { return nil }
        return Located(text, at: node.place)
    }

    /// A name of this file's things.
    func name(_ name: String) -> Located<String>? {
        value(name).flatMap { self.name(name, $0) }
    }

    func name(_ key: String, _ node: SourceNode) -> Located<String>? {
        guard let (text, quoted) = scalar(key, node) else { return nil }
        if !quoted, Self.ambiguous.contains(text.lowercased()) {
            log.error(
                .ambiguousWord, at: node.place,
                "'\(key)': plain word '\(text)' reads as a boolean or as nothing in YAML",
                hint: "use another name, or quote it if it is meant")
            return nil
        }
        guard Self.isName(text) else {
            log.error(
                .badName, at: node.place,
                "'\(key)' is no name (got \(node.brief), expected 1 to \(Self.nameLimit) of a-z, "
                    + "0-9 and '-', starting with a letter)")
            return nil
        }
        return Located(text, at: node.place)
    }

    /// One name or a list of names; nil for `all`, and where the key is absent.
    func names(_ name: String) -> [Located<String>]? {
        guard let node = value(name) else { return nil }
        if case .scalar("all", _) = node.content { return nil }
        return names(name, node)
    }

    func names(_ key: String, _ node: SourceNode) -> [Located<String>] {
        switch node.content {
        case .scalar: return [name(key, node)].compactMap { $0 }
        case .list(let items):
            if items.isEmpty {
                log.error(.emptyValue, at: node.place, "'\(key)' names nothing")
            }
            return items.compactMap { name(key, $0) }
        case .mapping:
            log.error(
                .wrongKind, at: node.place,
                "'\(key)' must be 'all', a name or a list of names (got a mapping)")
            return []
        }
    }

    static let nameLimit = 32

    static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= nameLimit else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return letters.contains(first)
            && bytes.allSatisfy {
                letters.contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    private static let ambiguous: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~",
    ]
}
