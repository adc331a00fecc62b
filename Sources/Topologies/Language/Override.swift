/// `KEY=VALUE` of `--set`: replaces or adds one value of the file before it is checked.
struct Override {
    /// Such as `scheduler.candidates` or `stations.bs1.capacity`.
    let key: String
    private let steps: [String]
    private let node: SourceNode

    /// Nil after reporting what is wrong with it.
    init?(_ argument: String, log: DiagnosticLog) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
            log.error(
                .override, at: .override(key: argument), "needs KEY=VALUE",
                hint: "for example --set scheduler.candidates=3")
            return nil
        }
        key = String(argument[..<equals])
        steps = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let place = Place.override(key: key)
        guard steps.allSatisfy({ !$0.isEmpty }), steps.count <= LexicalPass.nestingLimit else {
            log.error(.override, at: place, "a key is words with dots between them")
            return nil
        }
        let value = String(argument[argument.index(after: equals)...])
        guard let node = Self.read(value, at: place, log) else { return nil }
        self.node = node
    }

    /// The value is a piece of a topology file, read by the same rules.
    private static func read(_ value: String, at place: Place, _ log: DiagnosticLog) -> SourceNode?
    {
        let inner = DiagnosticLog(file: log.file)
        if let text = SourceText(bytes: Array(value.utf8), log: inner) {
            var pass = LexicalPass(text, log: inner)
            if pass.run() {
                var composer = Composer(text, log: inner)
                let node = composer.compose()
                if !inner.hasErrors {
                    return node?.moved(to: place)
                        ?? SourceNode(place: place, content: .scalar("", quoted: false))
                }
            }
        }
        for diagnostic in inner.finish() {
            log.error(diagnostic.code, at: place, diagnostic.message, hint: diagnostic.hint)
        }
        return nil
    }

    func apply(to root: inout SourceNode, log: DiagnosticLog) {
        replace(in: &root, steps[...], log)
    }

    private func replace(
        in tree: inout SourceNode, _ steps: ArraySlice<String>, _ log: DiagnosticLog
    ) {
        let place = Place.override(key: key)
        guard let step = steps.first else {
            tree = node
            return
        }
        switch tree.content {
        case .mapping(var entries):
            // A new key is checked, like all keys, when the tree is walked.
            let index = entries.firstIndex { $0.key == step } ?? entries.count
            if index == entries.count {
                entries.append(
                    SourceNode.Entry(
                        key: step, keyPlace: place,
                        value: SourceNode(place: place, content: .mapping([]))))
            }
            if steps.count == 1 { entries[index].keyPlace = place }
            replace(in: &entries[index].value, steps.dropFirst(), log)
            tree.content = .mapping(entries)
        case .list(var items):
            guard let index = Self.index(of: step, in: items) else {
                let names = items.compactMap(\.name)
                log.error(
                    .override, at: place,
                    "no entry '\(step)' in the list\(Suggestion.phrase(for: step, among: names))",
                    hint: "entries: \(names.prefix(12).joined(separator: ", "))")
                return
            }
            replace(in: &items[index], steps.dropFirst(), log)
            tree.content = .list(items)
        case .scalar:
            guard tree.isAbsent else {
                log.error(
                    .override, at: place,
                    "the file has a single value (\(tree.brief)) where '\(step)' would be")
                return
            }
            tree.content = .mapping([])
            replace(in: &tree, steps, log)
        }
    }

    /// By name, else by place from 1.
    private static func index(of step: String, in items: [SourceNode]) -> Int? {
        if let index = items.firstIndex(where: { $0.name == step }) { return index }
        return Int(step).flatMap { items.indices.contains($0 - 1) ? $0 - 1 : nil }
    }
}

extension SourceNode {
    /// The value of `name`, if this is a mapping that has one.
    fileprivate var name: String? {
        guard case .mapping(let entries) = content,
            case .scalar(let text, _) = entries.first(where: { $0.key == "name" })?.value.content
        else { return nil }
        return text
    }

    /// The same tree with one place for everything in it.
    fileprivate func moved(to place: Place) -> SourceNode {
        var copy = self
        copy.place = place
        switch content {
        case .scalar: break
        case .list(let items): copy.content = .list(items.map { $0.moved(to: place) })
        case .mapping(let entries):
            copy.content = .mapping(
                entries.map {
                    Entry(key: $0.key, keyPlace: place, value: $0.value.moved(to: place))
                })
        }
        return copy
    }
}
