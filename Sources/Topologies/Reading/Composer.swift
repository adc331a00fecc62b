import Yams

/// Builds the tree of a text that passed the `LexicalPass`, through Yams.
///
/// The only place that knows Yams. Scalars stay text: what they mean is decided by the key that
/// they belong to, never by YAML's own rules for numbers and booleans.
struct Composer {
    private let text: SourceText
    private let log: DiagnosticLog
    /// Keys that were hidden from Yams, by the place of the key.
    private var hidden: [HiddenKey] = []

    /// Each repeated key costs one more reading of the file: limits on those, and on the bytes
    /// given to Yams in all.
    private static let attemptLimit = 8
    private static let effortLimit = 2 << 20

    private struct HiddenKey {
        var line: Int
        var column: Int
        /// Where the replaced scalar stands: after the quote, if there is one.
        var offset: Int
        var name: String
    }

    init(_ text: SourceText, log: DiagnosticLog) {
        self.text = text
        self.log = log
    }

    /// The root, nil for an empty file and after reporting errors.
    mutating func compose() -> SourceNode? {
        // Of mappings with a repeated key Yams tells only the first place. That key's first
        // letter is replaced, in the copy that Yams reads, by one that no other key has, until
        // Yams is content; the walk over the tree then finds every repetition with its place.
        let attempts = max(1, Self.effortLimit / max(1, text.bytes.count))
        for _ in 0..<min(attempts, Self.attemptLimit) {
            do {
                guard let root = try Yams.compose(yaml: masked(), .basic, .default, .utf8) else {
                    return nil
                }
                return convert(root)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let name = names.first ?? ""
                guard hide(name, at: context.mark) else {
                    report(
                        repeated: name, line: context.mark.line, column: context.mark.column)
                    return nil
                }
            } catch {
                guard hidden.isEmpty else {
                    // The replacement itself may have broken the text.
                    reportHidden()
                    return nil
                }
                report(error)
                return nil
            }
        }
        reportHidden()
        return nil
    }

    // MARK: Repeated keys

    private mutating func hide(_ name: String, at mark: Mark) -> Bool {
        guard !name.isEmpty, (1...text.lineCount).contains(mark.line) else { return false }
        var offset = text.offset(ofColumn: mark.column, inLine: mark.line)
        let end = text.range(ofLine: mark.line).upperBound
        if offset < end,
            text.bytes[offset] == UInt8(ascii: "'")
                || text.bytes[offset] == UInt8(ascii: "\"")
        {
            offset += 1
        }
        guard offset < end else { return false }
        hidden.append(HiddenKey(line: mark.line, column: mark.column, offset: offset, name: name))
        return true
    }

    /// The text with hidden keys replaced; columns and lines stay.
    private func masked() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.bytes.count + 64)
        var from = 0
        for (index, key) in hidden.enumerated().sorted(by: { $0.element.offset < $1.element.offset }
        ) {
            bytes += text.bytes[from..<key.offset]
            // One private-use character for one character.
            bytes += "\(Unicode.Scalar(0xE000 + UInt16(index)) ?? "?")".utf8
            from = key.offset + 1
            while from < text.bytes.count, text.bytes[from] & 0xC0 == 0x80 { from += 1 }
        }
        bytes += text.bytes[from...]
        // Yams keeps a pointer into the string: it must not be a small one, held in registers.
        bytes += [UInt8](repeating: 0x0A, count: 32)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func reportHidden() {
        for key in hidden { report(repeated: key.name, line: key.line, column: key.column) }
    }

    private func report(repeated name: String, line: Int, column: Int) {
        log.error(
            .repeatedKey, at: text.nearest(line: line, column: column),
            "key '\(name)' is given more than once")
    }

    // MARK: From nodes of Yams to ours

    private func convert(_ node: Node) -> SourceNode {
        let place = place(of: node.mark)
        switch node {
        case .scalar(let scalar):
            let quoted = scalar.style != .plain && scalar.style != .any
            if !quoted { checkOneLine(scalar) }
            return SourceNode(place: place, content: .scalar(scalar.string, quoted: quoted))
        case .sequence(let sequence):
            return SourceNode(place: place, content: .list(sequence.map(convert)))
        case .mapping(let mapping):
            return SourceNode(place: place, content: .mapping(convert(mapping)))
        case .alias:
            preconditionFailure("an alias passed the lexical pass at \(place)")
        }
    }

    private func convert(_ mapping: Node.Mapping) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var first: [String: Place] = [:]
        for (key, value) in mapping {
            let place = place(of: key.mark)
            guard case .scalar(let scalar) = key else {
                log.error(.wrongKind, at: place, "a key must be a word, got \(convert(key).brief)")
                continue
            }
            let name = hiddenName(at: key.mark) ?? scalar.string
            if let earlier = first[name] {
                log.error(.repeatedKey, at: place, "key '\(name)' repeated; first at \(earlier)")
                continue
            }
            first[name] = place
            entries.append(SourceNode.Entry(key: name, keyPlace: place, value: convert(value)))
        }
        return entries
    }

    private func hiddenName(at mark: Mark?) -> String? {
        hidden.first { $0.line == mark?.line && $0.column == mark?.column }?.name
    }

    /// YAML joins a plain text that goes on in the next line; here that is most likely a slip.
    private func checkOneLine(_ scalar: Node.Scalar) {
        guard let mark = scalar.mark, (1...text.lineCount).contains(mark.line) else { return }
        let offset = text.offset(ofColumn: mark.column, inLine: mark.line)
        let rest = text.bytes[offset..<text.range(ofLine: mark.line).upperBound]
        if rest.starts(with: scalar.string.utf8) { return }
        if hiddenName(at: mark) != nil { return }
        log.error(
            .manyLines, at: text.nearest(line: mark.line, column: mark.column),
            "text goes on in the next line", hint: "check the indentation of the next line")
    }

    private func place(of mark: Mark?) -> Place {
        guard let mark else { return .whole }
        return text.nearest(line: mark.line, column: mark.column)
    }

    // MARK: Errors of Yams

    private func report(_ error: any Error) {
        guard let error = error as? YamlError else {
            return log.error(.structure, at: .file(line: 1, column: 1), "not readable as YAML")
        }
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            report(problem, context, mark)
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
            .representer(let problem):
            log.error(.structure, at: .file(line: 1, column: 1), "not readable: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
            log.error(.structure, at: .file(line: 1, column: 1), "not readable as YAML")
        }
    }

    private func report(_ problem: String, _ context: YamlError.Context?, _ mark: Mark) {
        let place = text.nearest(line: mark.line, column: mark.column)
        let start = context.map { text.nearest(line: $0.mark.line, column: $0.mark.column) }
        let since = start.map { " of what starts at \($0)" } ?? ""
        switch problem {
        case "did not find expected key", "did not find expected '-' indicator":
            log.error(
                .structure, at: place, "this line does not fit the indentation\(since)",
                hint: "align it with the lines that it belongs to")
        case "mapping values are not allowed in this context":
            log.error(
                .structure, at: place, "a ':' where no key can be",
                hint: "check the indentation; quote a text that contains ': '")
        case "could not find expected ':'":
            log.error(.structure, at: start ?? place, "a key without ':'")
        case "found character that cannot start any token":
            log.error(
                .structure, at: place, "this character cannot start a value", hint: "quote the text"
            )
        default:
            log.error(.structure, at: place, "\(problem)\(since)")
        }
    }
}

extension Place: CustomStringConvertible {
    /// As one message mentions the place of another.
    package var description: String {
        switch self {
        case .whole: "the file"
        case .file(let line, let column): "\(line):\(column)"
        case .other(let path, let line, let column): "\(path):\(line):\(column)"
        case .override(let key): "--set \(key)"
        }
    }
}
