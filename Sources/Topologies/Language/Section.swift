/// A mapping of the file, read through the table of keys.
///
/// Each method reads one key: it checks kind, unit and range as the table says, reports what is
/// wrong, and answers nil then. A key that is absent and has a default is read from the default.
struct Section {
    /// Such as `links.pairs[]`; empty for the top level.
    let path: String
    let place: Place
    let log: DiagnosticLog
    private let entries: [String: SourceNode.Entry]
    /// Keys that the language does not have here; they are reported.
    let unknown: [SourceNode.Entry]

    /// Reports unknown keys, and a node that is no mapping.
    init?(_ node: SourceNode, path: String, log: DiagnosticLog) {
        guard case .mapping(let list) = node.content else {
            let keys = KeyTable.keys(in: path).prefix(3).map { "'\($0.name)'" }
            log.error(
                node.isAbsent ? .emptyValue : .wrongKind, at: node.place,
                "\(Self.subject(path)) must be a mapping (got \(node.brief), expected keys such as "
                    + "\(keys.joined(separator: ", ")))")
            return nil
        }
        self.path = path
        self.place = node.place
        self.log = log
        entries = Dictionary(list.map { ($0.key, $0) }) { first, _ in first }
        let known = KeyTable.keys(in: path).map(\.name)
        unknown = list.filter { !known.contains($0.key) }
        for entry in unknown where !log.isFull {
            let inside = path.isEmpty ? "" : " in '\(path)'"
            log.error(
                .unknownKey, at: entry.keyPlace,
                "unknown key '\(Self.shortened(entry.key))'\(inside)"
                    + Suggestion.phrase(for: entry.key, among: known),
                hint: "keys here: \(known.joined(separator: ", "))")
        }
    }

    func has(_ name: String) -> Bool { entries[name] != nil }

    func keyPlace(_ name: String) -> Place { entries[name]?.keyPlace ?? place }

    func node(_ name: String) -> SourceNode? { entries[name]?.value }

    func key(_ name: String) -> Key { KeyTable.key(path.isEmpty ? name : "\(path).\(name)") }

    /// The node of a key; a required key that is absent is reported, one with a default is made.
    func value(_ name: String) -> SourceNode? {
        if let entry = entries[name] {
            if entry.value.isAbsent {
                log.error(.emptyValue, at: entry.value.place, "'\(name)' has no value")
                return nil
            }
            return entry.value
        }
        switch key(name).standard {
        case .required:
            let of = path.isEmpty ? "" : " of \(Self.subject(path))"
            log.error(.missingKey, at: place, "missing key '\(name)'\(of)")
            return nil
        case .value(let text):
            return SourceNode(place: place, content: .scalar(text, quoted: false))
        case .otherwise:
            return nil
        }
    }

    func section(_ name: String) -> Section? {
        value(name).flatMap { Section($0, path: key(name).path, log: log) }
    }

    /// The mappings of a list.
    func sections(_ name: String) -> [Section] {
        guard let node = value(name) else { return [] }
        guard case .list(let items) = node.content else {
            log.error(
                .wrongKind, at: node.place,
                "'\(name)' must be a list (got \(node.brief), expected '- ' before each entry)")
            return []
        }
        let path = key(name).path + "[]"
        return items.compactMap { Section($0, path: path, log: log) }
    }

    /// Of keys that exclude each other the one that is given; reports none and more than one.
    func exactlyOne(of names: [String], required: Bool = true) -> String? {
        let given = names.filter(has)
        if given.count > 1 {
            log.error(
                .conflict, at: max(keyPlace(given[0]), keyPlace(given[1])),
                "'\(given[0])' and '\(given[1])' exclude each other; give one of them")
            return nil
        }
        if given.isEmpty, required {
            let words = names.map { "'\($0)'" }.joined(separator: ", ")
            log.error(.missingKey, at: place, "\(Self.subject(path)) needs one of \(words)")
        }
        return given.first
    }

    private static func subject(_ path: String) -> String {
        path.isEmpty ? "the topology" : "'\(path)'"
    }

    private static func shortened(_ key: String) -> String {
        let scalars = key.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }
        let text = String(String.UnicodeScalarView(scalars.prefix(40)))
        return scalars.count > 40 ? text + "…" : text
    }
}
