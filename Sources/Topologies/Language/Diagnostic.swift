/// One fault of a topology: what, where, and what to do about it.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: Hashable, Sendable {
        case error
        case warning
    }

    /// What kind of failure a fault is; decides the exit code.
    package enum Kind: Hashable, Sendable {
        /// The content is wrong.
        case data
        /// The topology, or a file beside it, is not there.
        case missingInput
        /// A `data:` or checkpoint file is not there: enough to validate, not to launch.
        case missingData
        /// A file is there but may not be read.
        case permission
    }

    package var severity: Severity
    package var kind: Kind
    package var code: DiagnosticCode
    /// The name of the topology file as the user gave it.
    package var file: String
    package var place: Place
    /// What is wrong, with what was got and expected in brackets.
    package var message: String
    package var hint: String?
    /// The line of the file that `place` is in, if there is one.
    package var sourceLine: String?

    /// Such as `E020` or `W038`.
    package var label: String {
        let number = String(code.rawValue)
        let zeros = String(repeating: "0", count: max(0, 3 - number.utf8.count))
        return (severity == .error ? "E" : "W") + zeros + number
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: error[E020]: message`, the source line with a caret, and the hint.
    package var description: String {
        let word = severity == .error ? "error" : "warning"
        var text = "\(origin): \(word)[\(label)]: \(message)"
        if let sourceLine, let column {
            text += "\n" + Self.excerpt(of: sourceLine, column: column)
        }
        if let hint { text += "\nhint: \(hint)" }
        return text
    }

    private var origin: String {
        switch place {
        case .whole: file
        case .file(let line, let column): "\(file):\(line):\(column)"
        case .other(let path, let line, let column): "\(path):\(line):\(column)"
        case .override(let key): "--set \(key)"
        }
    }

    private var column: Int? {
        switch place {
        case .file(_, let column), .other(_, _, let column): column
        case .whole, .override: nil
        }
    }

    /// The line and a caret below the column; of a long line only the part around the column.
    private static func excerpt(of line: String, column: Int) -> String {
        let scalars = Array(line.unicodeScalars)
        let first = max(0, min(column - 1, scalars.count) - 60)
        let last = min(scalars.count, first + 90)
        var shown = String.UnicodeScalarView()
        var padding = ""
        for index in first..<last {
            let scalar = scalars[index].value < 0x20 ? " " : scalars[index]
            shown.append(scalar)
            if index < column - 1 { padding += " " }
        }
        return "    \(String(shown))\n    \(padding)^"
    }
}
