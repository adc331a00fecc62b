/// The reference of the language as Markdown, made from the table that the walker enforces.
///
/// docs/TOPOLOGY.md holds it between two marks; a test compares.
enum Manual {
    static let start = "<!-- reference: made from the table of keys; a test compares -->"
    static let end = "<!-- end of reference -->"

    static var text: String {
        var text = start + "\n"
        for (title, path) in sections { text += section(title, path) }
        return text + laws + units + codes + "\n" + end
    }

    /// In the order of the manual; sections that are short are shown below their parent.
    private static let sections: [(title: String, path: String)] = [
        ("Top level", ""),
        ("Hosts", "hosts[]"),
        ("Stations", "stations[]"),
        ("Links", "links"),
        ("Traffic", "traffic[]"),
        ("Arrivals", "traffic[].arrivals"),
        ("Scheduler", "scheduler"),
        ("Agent", "scheduler.agent"),
        ("Training", "training"),
        ("Events", "events[]"),
    ]

    private static func section(_ title: String, _ path: String) -> String {
        let nested = Set(sections.map(\.path))
        let keys = KeyTable.all.filter { key in
            // The nearest section that has a heading of its own.
            var owner = key.section
            while !nested.contains(owner), let dot = owner.lastIndex(of: ".") {
                owner = String(owner[..<dot])
            }
            if owner == "security" { owner = "" }
            if !nested.contains(owner) { owner = owner.hasPrefix("links") ? "links" : "stations[]" }
            return owner == path
        }
        var text = "\n### \(title)\n\n"
        if !path.isEmpty { text += "Below `\(path)`.\n\n" }
        for key in keys {
            let name = path.isEmpty ? key.path : String(key.path.dropFirst(path.count + 1))
            text += item("`\(name)`: \(form(key.form)). \(standard(key)) \(key.effect)")
        }
        return text
    }

    /// An item of a list, broken into lines.
    private static func item(_ words: String) -> String {
        var lines = ["*"]
        for word in words.split(separator: " ") {
            if (lines.last ?? "").utf8.count + 1 + word.utf8.count > width { lines.append(" ") }
            lines[lines.count - 1] += " " + word
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Bytes in a line of a page.
    private static let width = 108

    private static func standard(_ key: Key) -> String {
        switch key.standard {
        case .required: "Required."
        case .value(let value): "Default `\(value)`."
        case .otherwise("-"): ""
        case .otherwise(let words): "Default: \(words)."
        }
    }

    private static func form(_ form: Key.Form) -> String {
        switch form {
        case .count(let range): "a whole number, \(range.lowerBound) … \(range.upperBound)"
        case .seed: "a whole number, 0 … 2^64 - 1"
        case .quantity(let measure, let bounds): "\(measure.name), \(bounds.text(measure))"
        case .law(let measure, let bounds, let kinds):
            "\(measure.name), \(bounds.text(measure)), or a \(kinds == .bounded ? "bounded " : "")"
                + "distribution"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .flag: "`yes` or `no`"
        case .name: "a name"
        case .text: "a path"
        case .section: "a mapping"
        case .sections: "a list of mappings"
        case .special(let words): words
        }
    }

    private static var laws: String {
        var text = """

            ### Distributions

            Bounded distributions are \(Law.names(.bounded).map { "`\($0)`" }.joined(separator: ", ")).


            """
        for (form, meaning) in Law.manual { text += item("`\(form)`: \(meaning).") }
        return text
    }

    private static var units: String {
        let measures: [Measure] = [
            .duration, .rate, .data, .work, .capacity, .density, .frequency, .length,
        ]
        var text = """

            ### Units

            | measure | units | as in |
            |---|---|---|

            """
        for measure in measures {
            let units = measure.units.map { "`\($0.symbol)`" }.joined(separator: " ")
            text += "| \(measure.name) | \(units) | `\(measure.example)` |\n"
        }
        return text
    }

    private static var codes: String {
        var text = "\n### Codes\n\n"
        for code in DiagnosticCode.allCases {
            let number = String(code.rawValue)
            let zeros = String(repeating: "0", count: 3 - number.utf8.count)
            text += item("\(zeros)\(number): \(code.meaning).")
        }
        return text
    }
}
