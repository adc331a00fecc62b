/// Where the settings of a study stand in its file. They are checked as `--set` is, far from the
/// file; this is how a mistake finds its way back to a line.
package struct SettingOrigins: Hashable, Sendable {
    struct Origin: Hashable {
        var key: Place
        var value: Place
    }

    /// The name of the study file as the user gave it.
    var file = ""
    /// By `KEY=VALUE`; the first of several that are the same.
    private var origins: [String: Origin] = [:]
    /// Lines that places are in, by number from 1.
    private var lines: [Int: String] = [:]

    mutating func add(_ setting: String, key: Place, value: Place) {
        if origins[setting] == nil { origins[setting] = Origin(key: key, value: value) }
    }

    /// Keeps the text of what is needed to show mistakes.
    mutating func keepLines(with others: [Place], _ text: (Int) -> String?) {
        for place in origins.values.flatMap({ [$0.key, $0.value] }) + others {
            if case .file(let line, _) = place { lines[line] = text(line) }
        }
    }

    /// A word of the study file that is none of those that `key` knows.
    package func unknown(_ word: Located<String>, of key: String, among words: [String])
        -> Diagnostic
    {
        var sourceLine: String?
        if case .file(let line, _) = word.place { sourceLine = lines[line] }
        return Diagnostic(
            severity: .error, kind: .data, code: .unknownWord, file: file, place: word.place,
            message: "'\(key)' does not know '\(word.value)'"
                + Suggestion.phrase(for: word.value, among: words),
            hint: "one of: \(words.joined(separator: ", "))", sourceLine: sourceLine)
    }

    /// The diagnostic at its line of the study file, if one of these settings is to blame.
    ///
    /// - Parameter settings: `KEY=VALUE`, as the topology was loaded with; the last of a key wins.
    package func placed(_ diagnostic: Diagnostic, of settings: [String]) -> Diagnostic {
        guard case .override(let key) = diagnostic.place,
            let setting = settings.last(where: { $0.hasPrefix("\(key)=") }),
            let origin = origins[setting]
        else { return diagnostic }
        let isKey = [.unknownKey, .override].contains(diagnostic.code)
        var result = diagnostic
        result.file = file
        result.place = isKey ? origin.key : origin.value
        if case .file(let line, _) = result.place { result.sourceLine = lines[line] }
        return result
    }
}

/// Collects origins while a study is read; a class, as the log that goes with it is.
final class OriginCollector {
    var origins = SettingOrigins()
}
