/// Reads the tree of a study file.
struct StudyDraft {
    let top: Section
    let folder: String
    let log: DiagnosticLog
    let collector = OriginCollector()

    init?(_ root: SourceNode, folder: String, log: DiagnosticLog) {
        guard let top = Section(root, path: "study", log: log) else { return nil }
        self.top = top
        self.folder = folder
        self.log = log
    }

    /// After an error what is left of the study; nil when that is too little to be looked at.
    func study() -> StudyFile? {
        _ = top.count("version")
        let name = top.name("name")
        let topology = top.text("topology").map { DataFiles.join(folder, $0.value) }
        let seeds = seeds()
        let axes = axes()
        let settings = settings(top, "set")
        let training = training()
        let episodes = top.count("episodes")
        let metrics = metrics()
        let curves = curves()
        let compared = axis("compare", among: axes) ?? 0
        let along = axis("along", among: axes)
        let budget = top.has("budget") ? top.section("budget") : nil
        let cell = budget?.quantity("cell")?.value
        let total = budget?.quantity("total")?.value
        guard let topology, !axes.isEmpty else { return nil }
        guard checkSize(axes, seeds: seeds?.count ?? 1) else { return nil }
        let against = against(axes[compared])
        let exceptions = self.exceptions(axes)
        let published = self.published(axes, compared: compared)
        let optimum = self.optimum()
        return StudyFile(
            name: name?.value ?? "", topology: topology, seeds: seeds ?? [], axes: axes,
            settings: settings, training: training, episodes: episodes?.value ?? 1,
            metrics: metrics, publishedMetrics: publishedMetrics, curves: curves,
            compared: compared, along: along, against: against, exceptions: exceptions,
            published: published, optimum: optimum, cellLimit: cell, totalLimit: total,
            origins: collector.origins)
    }

    private func checkSize(_ axes: [StudyFile.Axis], seeds: Int) -> Bool {
        let cells = axes.map { max(1, $0.values.count) }.reduce(seeds) { count, values in
            count.multipliedReportingOverflow(by: values).overflow
                ? Int.max / 4096 : min(count * values, Int.max / 4096)
        }
        guard cells > StudyFile.gridLimit else { return true }
        log.error(
            .outOfRange, at: top.keyPlace("axes"),
            "the grid has too many cells (got \(cells), at most \(StudyFile.gridLimit))")
        return false
    }

    // MARK: Seeds

    private func seeds() -> [UInt64]? {
        guard let node = top.value("seeds") else { return nil }
        let seeds: [(UInt64, Place)]
        switch node.content {
        case .list(let items):
            seeds = items.compactMap { item in
                guard case .scalar(let text, false) = item.content, let seed = UInt64(text) else {
                    reportSeeds(item)
                    return nil
                }
                return (seed, item.place)
            }
            guard seeds.count == items.count else { return nil }
        case .scalar(let text, _):
            let ends = text.components(separatedBy: "..")
            guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]),
                first <= last, last - first < 10_000
            else {
                reportSeeds(node)
                return nil
            }
            seeds = (first...last).map { ($0, node.place) }
        case .mapping:
            reportSeeds(node)
            return nil
        }
        var seen: Set<UInt64> = []
        for (seed, place) in seeds where !seen.insert(seed).inserted {
            log.error(.nameInUse, at: place, "seed \(seed) is given twice")
        }
        if seeds.isEmpty { log.error(.emptyValue, at: node.place, "'seeds' is empty") }
        return seeds.map(\.0)
    }

    private func reportSeeds(_ node: SourceNode) {
        log.error(
            .wrongKind, at: node.place,
            "'seeds' are whole numbers (got \(node.brief), expected a list such as [1, 2, 3] or a "
                + "range such as 1..10 of at most 10000)")
    }

    // MARK: Axes

    private func axes() -> [StudyFile.Axis] {
        guard let node = top.value("axes") else { return [] }
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            log.error(
                .wrongKind, at: node.place,
                "'axes' must be a mapping (got \(node.brief), expected KEY: [values])")
            return []
        }
        return entries.compactMap { entry in
            guard case .list(let items) = entry.value.content, !items.isEmpty else {
                log.error(
                    .wrongKind, at: entry.value.place,
                    "'\(entry.key)' must be a list of values (got \(entry.value.brief))")
                return nil
            }
            let values = items.compactMap { variant($0, of: entry) }
            var names: Set<String> = []
            for value in values where !names.insert(value.name).inserted {
                log.error(
                    .nameInUse, at: value.place,
                    "'\(entry.key)' has the value '\(value.name)' twice")
            }
            return StudyFile.Axis(name: entry.key, values: values)
        }
    }

    private func variant(_ node: SourceNode, of axis: SourceNode.Entry) -> StudyFile.Variant? {
        if case .mapping(let entries) = node.content,
            entries.contains(where: { $0.key == "name" })
        {
            return namedVariant(node, entries, axis.key)
        }
        guard let text = node.flowText, !text.isEmpty else {
            log.error(.emptyValue, at: node.place, "'\(axis.key)' has an empty value")
            return nil
        }
        var result = StudyFile.Variant(
            name: text, topology: nil, settings: [], isLive: nil, place: node.place)
        switch axis.key {
        case "driver":
            guard text == "live" || text == "in-process" else {
                log.error(
                    .unknownWord, at: node.place,
                    "'driver' does not know \(node.brief)"
                        + Suggestion.phrase(for: text, among: ["in-process", "live"]),
                    hint: "one of: in-process, live")
                return nil
            }
            result.isLive = text == "live"
        case "policy", "training":
            let isPolicy = axis.key == "policy"
            let words =
                isPolicy
                ? PolicyName.allCases.map(\.rawValue) : TrainingMode.allCases.map(\.rawValue)
            guard words.contains(text) else {
                log.error(
                    .unknownWord, at: node.place,
                    "'\(axis.key)' does not know \(node.brief)"
                        + Suggestion.phrase(for: text, among: words),
                    hint: "one of: \(words.joined(separator: ", "))")
                return nil
            }
            result.settings = ["\(isPolicy ? "scheduler.policy" : "training.mode")=\(text)"]
        default:
            if isKey(axis.key, at: axis.keyPlace) { result.settings = ["\(axis.key)=\(text)"] }
        }
        for setting in result.settings {
            collector.origins.add(setting, key: axis.keyPlace, value: node.place)
        }
        return result
    }

    private func namedVariant(
        _ node: SourceNode, _ entries: [SourceNode.Entry], _ axis: String
    ) -> StudyFile.Variant? {
        var result = StudyFile.Variant(
            name: "", topology: nil, settings: [], isLive: nil, place: node.place)
        for entry in entries {
            switch (entry.key, entry.value.content) {
            case ("name", .scalar(let text, _)): result.name = text
            case ("topology", .scalar(let text, _)): result.topology = DataFiles.join(folder, text)
            case ("set", .mapping(let list)): result.settings = settings(list)
            case ("name", _), ("topology", _), ("set", _):
                log.error(
                    .wrongKind, at: entry.value.place,
                    "'\(entry.key)' of a variant of '\(axis)' has the wrong kind "
                        + "(got \(entry.value.brief))")
            default:
                log.error(
                    .unknownKey, at: entry.keyPlace,
                    "unknown key '\(entry.key)' in a variant of '\(axis)'"
                        + Suggestion.phrase(for: entry.key, among: ["name", "topology", "set"]),
                    hint: "keys here: name, topology, set")
            }
        }
        if result.name.isEmpty {
            log.error(.emptyValue, at: node.place, "a variant of '\(axis)' has no name")
            return nil
        }
        return result
    }

    // MARK: Settings

    private func settings(_ section: Section, _ name: String) -> [String] {
        guard section.has(name), let node = section.value(name) else { return [] }
        guard case .mapping(let entries) = node.content else {
            log.error(
                .wrongKind, at: node.place,
                "'\(name)' must be a mapping (got \(node.brief), expected KEY: value)")
            return []
        }
        return settings(entries)
    }

    private func settings(_ entries: [SourceNode.Entry]) -> [String] {
        entries.compactMap { entry in
            guard isKey(entry.key, at: entry.keyPlace) else { return nil }
            guard let text = entry.value.flowText, !text.isEmpty else {
                log.error(.emptyValue, at: entry.value.place, "'\(entry.key)' has no value")
                return nil
            }
            let setting = "\(entry.key)=\(text)"
            collector.origins.add(setting, key: entry.keyPlace, value: entry.value.place)
            return setting
        }
    }

    /// The first word of a key is known here; the rest depends on the topology, which tells.
    private func isKey(_ key: String, at place: Place) -> Bool {
        let first = String(key.prefix { $0 != "." })
        let known = KeyTable.topLevel.map(\.name)
        guard !known.contains(first) else {
            guard ["seed", "episodes", "phase"].contains(first) else { return true }
            let instead = first == "seed" ? "seeds" : first == "phase" ? "train" : "episodes"
            log.error(
                .conflict, at: place, "'\(first)' of the topology is the study's to set",
                hint: "use '\(instead)' of the study")
            return false
        }
        log.error(
            .unknownKey, at: place,
            "'\(key)' is no key of a topology"
                + Suggestion.phrase(for: first, among: known + ["policy", "training", "driver"]),
            hint: "keys start with one of: \(known.joined(separator: ", "))")
        return false
    }

    private func training() -> StudyFile.Training? {
        guard top.has("train"), let section = top.section("train") else { return nil }
        let settings = settings(section, "set")
        return section.count("episodes").map {
            StudyFile.Training(episodes: $0.value, settings: settings)
        }
    }
}

extension SourceNode {
    /// The node on one line, as `--set` takes it; nil when a text holds a quote.
    var flowText: String? {
        switch content {
        case .scalar(let text, let quoted):
            if quoted { return text.contains("'") ? nil : "'\(text)'" }
            return text
        case .list(let items):
            let texts = items.compactMap(\.flowText)
            return texts.count == items.count ? "[\(texts.joined(separator: ", "))]" : nil
        case .mapping(let entries):
            let texts = entries.compactMap { entry in
                entry.value.flowText.map { "\(entry.key): \($0)" }
            }
            return texts.count == entries.count ? "{\(texts.joined(separator: ", "))}" : nil
        }
    }
}

extension String {
    /// Parts between occurrences of a separator.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
