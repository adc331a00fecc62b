/// What a study leaves out, what others have published, and what optimum it looks for.
extension StudyDraft {
    // MARK: Combinations that are left out

    func exceptions(_ axes: [StudyFile.Axis]) -> [StudyFile.Exception] {
        guard top.has("except"), let node = top.value("except") else { return [] }
        guard case .list(let items) = node.content else {
            log.error(
                .wrongKind, at: node.place,
                "'except' must be a list (got \(node.brief), expected mappings of AXIS: value)")
            return []
        }
        return items.compactMap { exception($0, axes) }
    }

    private func exception(
        _ node: SourceNode, _ axes: [StudyFile.Axis]
    ) -> StudyFile.Exception? {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            log.error(
                .wrongKind, at: node.place,
                "'except' has mappings of AXIS: value (got \(node.brief))")
            return nil
        }
        var result: StudyFile.Exception = [:]
        for entry in entries {
            guard let axis = axes.firstIndex(where: { $0.name == entry.key }) else {
                let names = axes.map(\.name)
                log.error(
                    .unknownWord, at: entry.keyPlace,
                    "'except' names no axis (got '\(entry.key)')"
                        + Suggestion.phrase(for: entry.key, among: names),
                    hint: "axes: \(names.joined(separator: ", "))")
                continue
            }
            var values: [SourceNode] = [entry.value]
            if case .list(let items) = entry.value.content { values = items }
            result[axis] = Set(values.compactMap { place(of: $0, on: axes[axis], "except") })
        }
        return result
    }

    /// The place of a value of an axis; reports one that it does not have.
    private func place(
        of node: SourceNode, on axis: StudyFile.Axis, _ key: String
    ) -> Int? {
        let names = axis.values.map(\.name)
        guard let written = node.flowText else { return nil }
        // Quotes belong to a value of a key, and not to the name of a variant.
        var text = written
        if case .scalar(let plain, _) = node.content { text = plain }
        if let place = names.firstIndex(of: written) ?? names.firstIndex(of: text) { return place }
        log.error(
            .unknownWord, at: node.place,
            "'\(key)' names no value of '\(axis.name)' (got '\(text)')"
                + Suggestion.phrase(for: text, among: names),
            hint: "values: \(names.joined(separator: ", "))")
        return nil
    }

    // MARK: Published figures

    func published(_ axes: [StudyFile.Axis], compared: Int) -> [StudyFile.Published] {
        guard top.has("published") else { return [] }
        return top.sections("published").compactMap { section in
            func name(_ key: String) -> String? {
                guard section.text(key) != nil, let node = section.node(key),
                    let place = place(of: node, on: axes[compared], key)
                else { return nil }
                return axes[compared].values[place].name
            }
            let (row, against) = (name("row"), name("against"))
            let percent = section.quantity("percent")?.value
            let metric = section.has("metric") ? section.text("metric")?.value : nil
            let source = section.text("source")?.value
            guard let row, let against, let percent, let source else { return nil }
            return StudyFile.Published(
                row: row, against: against, percent: percent, metric: metric, source: source)
        }
    }

    /// The metrics that published figures name.
    var publishedMetrics: [Located<String>] {
        guard case .list(let items) = top.node("published")?.content else { return [] }
        return items.compactMap { item in
            guard case .mapping(let entries) = item.content,
                let node = entries.first(where: { $0.key == "metric" })?.value,
                case .scalar(let text, _) = node.content, !text.isEmpty
            else { return nil }
            return Located(text, at: node.place)
        }
    }

    // MARK: Small slots

    func optimum() -> StudyFile.Optimum? {
        guard top.has("optimum"), let section = top.section("optimum") else { return nil }
        guard let slots = section.count("slots"), let tasks = section.count("tasks") else {
            return nil
        }
        return StudyFile.Optimum(slots: slots.value, tasks: tasks.value)
    }
}
