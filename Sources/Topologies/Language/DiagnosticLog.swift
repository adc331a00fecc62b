/// Collects the diagnostics of one reading of a topology.
///
/// A class, since every stage and every section adds to the same one; it never leaves the thread
/// that loads.
final class DiagnosticLog {
    /// Errors that are shown; the rest is only counted.
    static let errorLimit = 20
    static let warningLimit = 20

    let file: String
    private let lines: (Int) -> String?
    private var diagnostics: [Diagnostic] = []

    /// - Parameters:
    ///   - file: the name of the topology file as the user gave it.
    ///   - lines: the text of a line of that file, by its number from 1.
    init(file: String, lines: @escaping (Int) -> String? = { _ in nil }) {
        self.file = file
        self.lines = lines
    }

    private(set) var hasErrors = false
    private var errorCount = 0

    /// Whether further errors are only counted: then nobody needs to look for suggestions.
    var isFull: Bool { errorCount > Self.keptLimit }

    /// Whether there are already more errors than are shown, give or take their order.
    var isCrowded: Bool { errorCount > 4 * Self.errorLimit }

    /// Enough to sort and cut later, without keeping a million of a hostile file.
    private static let keptLimit = 50 * errorLimit

    func error(
        _ code: DiagnosticCode, at place: Place, _ message: String, hint: String? = nil,
        kind: Diagnostic.Kind = .data, sourceLine: String? = nil
    ) {
        hasErrors = true
        errorCount += 1
        guard !isFull else { return }
        add(.error, kind, code, place, message, hint, sourceLine)
    }

    func warning(
        _ code: DiagnosticCode, at place: Place, _ message: String, hint: String? = nil,
        kind: Diagnostic.Kind = .data, sourceLine: String? = nil
    ) {
        guard diagnostics.count <= 2 * Self.keptLimit else { return }
        add(.warning, kind, code, place, message, hint, sourceLine)
    }

    private func add(
        _ severity: Diagnostic.Severity, _ kind: Diagnostic.Kind, _ code: DiagnosticCode,
        _ place: Place, _ message: String, _ hint: String?, _ sourceLine: String?
    ) {
        var sourceLine = sourceLine
        if case .file(let line, _) = place { sourceLine = sourceLine ?? lines(line) }
        diagnostics.append(
            Diagnostic(
                severity: severity, kind: kind, code: code, file: file, place: place,
                message: message, hint: hint, sourceLine: sourceLine))
    }

    /// Sorted by place, without repeats, cut at the limits.
    func finish() -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let sorted = diagnostics.enumerated()
            .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
            .map(\.element)
            .filter { seen.insert($0).inserted }
        var errors = 0
        var warnings = 0
        var kept = sorted.filter { diagnostic in
            switch diagnostic.severity {
            case .error:
                errors += 1
                return errors <= Self.errorLimit
            case .warning:
                warnings += 1
                return warnings <= Self.warningLimit
            }
        }
        if errors > Self.errorLimit, let last = kept.last {
            var note = last
            note.severity = .error
            note.code = .tooManyDiagnostics
            note.message = "more errors follow; the first \(Self.errorLimit) are shown"
            (note.place, note.hint, note.sourceLine) = (.whole, nil, nil)
            kept.append(note)
        }
        return kept
    }
}
