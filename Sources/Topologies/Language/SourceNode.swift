/// A node of the file with its place: what is left of YAML after reading.
struct SourceNode: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case scalar(String, quoted: Bool)
        case list([SourceNode])
        case mapping([Entry])
    }

    /// One `key: value` of a mapping.
    struct Entry: Hashable, Sendable {
        var key: String
        var keyPlace: Place
        var value: SourceNode
    }

    var place: Place
    var content: Content

    /// Where a key of this mapping stands; nil without it.
    func place(of key: String) -> Place? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.keyPlace
    }

    /// Nothing after the colon.
    var isAbsent: Bool { content == .scalar("", quoted: false) }

    /// As a message names what it got.
    var brief: String {
        switch content {
        case .scalar(let text, let quoted):
            if text.isEmpty { return quoted ? "''" : "nothing" }
            let shown = text.unicodeScalars.prefix(40).map { $0.value < 0x20 ? " " : $0 }
            let cut = text.unicodeScalars.count > 40 ? "…" : ""
            return "'\(String(String.UnicodeScalarView(shown)))\(cut)'"
        case .list: return "a list"
        case .mapping: return "a mapping"
        }
    }
}
