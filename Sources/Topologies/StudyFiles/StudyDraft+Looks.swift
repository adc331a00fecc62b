/// What of the results is looked at.
extension StudyDraft {
    func metrics() -> [Located<String>] {
        guard top.has("metrics"), let node = top.value("metrics") else {
            return [Located("delay", at: top.place)]
        }
        guard case .list(let items) = node.content, !items.isEmpty else {
            log.error(
                .wrongKind, at: node.place, "'metrics' must be a list (got \(node.brief))")
            return []
        }
        return items.compactMap { item in
            top.scalar("metrics", item).map { Located($0.text, at: item.place) }
        }
    }

    func curves() -> [StudyFile.Curve] {
        guard top.has("curves"), let node = top.value("curves") else { return [] }
        guard case .list(let items) = node.content, !items.isEmpty else {
            log.error(
                .wrongKind, at: node.place,
                "'curves' must be a list (got \(node.brief), expected such as [episodes])")
            return []
        }
        let curves = items.compactMap { top.word("curves", $0, as: StudyFile.Curve.self) }
        var seen: Set<StudyFile.Curve> = []
        for curve in curves where !seen.insert(curve.value).inserted {
            log.error(
                .nameInUse, at: curve.place, "'curves' has '\(curve.value.rawValue)' twice")
        }
        return curves.map(\.value)
    }

    func axis(_ key: String, among axes: [StudyFile.Axis]) -> Int? {
        guard top.has(key), let word = top.text(key) else { return nil }
        if let index = axes.firstIndex(where: { $0.name == word.value }) { return index }
        let names = axes.map(\.name)
        log.error(
            .unknownWord, at: word.place,
            "'\(key)' names no axis (got '\(word.value)')"
                + Suggestion.phrase(for: word.value, among: names),
            hint: "axes: \(names.joined(separator: ", "))")
        return nil
    }

    func against(_ axis: StudyFile.Axis) -> [String] {
        let names = axis.values.map(\.name)
        guard top.has("against"), let node = top.value("against") else {
            return Array(names.prefix(1))
        }
        guard case .list(let items) = node.content else {
            log.error(
                .wrongKind, at: node.place, "'against' must be a list (got \(node.brief))")
            return []
        }
        return items.compactMap { item in
            guard let (text, _) = top.scalar("against", item) else { return nil }
            if names.contains(text) { return text }
            log.error(
                .unknownWord, at: item.place,
                "'against' names no value of '\(axis.name)' (got '\(text)')"
                    + Suggestion.phrase(for: text, among: names),
                hint: "values: \(names.joined(separator: ", "))")
            return nil
        }
    }
}
