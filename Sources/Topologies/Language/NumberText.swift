/// How a number is written: digits, a point, an exponent, and what follows (a unit).
struct NumberText {
    enum Fault: Error, Hashable {
        case notANumber
        case notFinite
        /// YAML readers would take it for another number.
        case ambiguous(hint: String)
        case tooLarge
    }

    /// As written, such as `0.25` or `-1e6`.
    let digits: String
    /// What follows the number, without blanks around it.
    let rest: String
    let isWhole: Bool

    init(_ text: String) throws(Fault) {
        let scalars = Array(text.unicodeScalars)
        let lower = text.lowercased()
        if Self.notFinite.contains(lower) { throw .notFinite }

        var end = 0
        while end < scalars.count, Self.belongs(scalars, end) { end += 1 }
        let digits = String(String.UnicodeScalarView(scalars[..<end]))
        var rest = scalars[end...]
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        try Self.check(digits, scalars, end)

        self.digits = digits
        self.rest = String(String.UnicodeScalarView(rest))
        isWhole = !digits.utf8.contains { ".eE".utf8.contains($0) }
    }

    /// The value in the base unit of a measure: decimals are moved before they become a Double,
    /// so that `0.2 ms` is exactly the Double nearest to 0.0002 s.
    func value(in unit: Measure.Unit) throws(Fault) -> Double {
        let parts = digits.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let own = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        guard let decimal = Double("\(parts[0])e\(own + unit.exponent)") else { throw .notANumber }
        let value = decimal * unit.factor
        guard value.isFinite else { throw .tooLarge }
        return value
    }

    private static let notFinite: Set<String> = [
        ".nan", ".inf", "-.inf", "+.inf", "nan", "inf", "-inf", "+inf", "infinity", "-infinity",
    ]

    private static func belongs(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
        func isDigit(_ offset: Int) -> Bool {
            index + offset < text.count && ("0"..."9").contains(text[index + offset])
        }
        switch text[index] {
        case "0"..."9", ".", "_", ":": return true
        case "+", "-": return index == 0 || text[index - 1] == "e" || text[index - 1] == "E"
        case "e", "E":
            guard index > 0 else { return false }
            if isDigit(1) { return true }
            return index + 1 < text.count && (text[index + 1] == "+" || text[index + 1] == "-")
                && isDigit(2)
        default: return false
        }
    }

    /// Sign, whole part without leading zero, fraction, exponent.
    private static func check(
        _ digits: String, _ text: [Unicode.Scalar], _ end: Int
    ) throws(Fault) {
        var rest = Substring(digits)
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        guard rest.first?.isNumber ?? false else { throw .notANumber }
        if rest.contains("_") {
            throw .ambiguous(hint: "write \(rest.filter { $0 != "_" })")
        }
        if rest.contains(":") {
            throw .ambiguous(hint: "some readers take it for a number in base 60; add a unit")
        }
        let mark = end < text.count ? text[end] : " "
        if rest == "0", "xXoObB".unicodeScalars.contains(mark), end + 1 < text.count,
            text[end + 1].properties.isASCIIHexDigit
        {
            throw .ambiguous(hint: "write the number in base 10")
        }
        let whole = rest.prefix { $0 != "." && $0 != "e" && $0 != "E" }
        if whole.count > 1, whole.first == "0" {
            let decimal = Int(whole).map { "\($0)" } ?? String(whole.drop { $0 == "0" })
            let octal = Int(whole, radix: 8).map { "\($0)" } ?? decimal
            throw .ambiguous(hint: "write \(octal == decimal ? "" : "\(octal) or ")\(decimal)")
        }
        rest = rest.dropFirst(whole.count)
        if rest.first == "." {
            rest.removeFirst()
            let fraction = rest.prefix { $0 != "e" && $0 != "E" }
            guard !fraction.isEmpty, fraction.allSatisfy(\.isNumber) else { throw .notANumber }
            rest = rest.dropFirst(fraction.count)
        }
        guard rest.utf8.count <= 5, digits.utf8.count <= 60 else { throw .tooLarge }
    }
}
