/// Lines of columns for a screen: the first column to the left, numbers to the right.
package struct TextTable {
    private var rows: [[String]] = []
    /// Whether the last column holds units, which stand left.
    private let hasUnits: Bool

    package init(hasUnits: Bool = false) { self.hasUnits = hasUnits }

    package mutating func add(_ cells: String...) { rows.append(cells) }

    package mutating func add(_ cells: [String]) { rows.append(cells) }

    /// Every line ends with a line feed; columns are two spaces apart.
    package var text: String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                if column > 0 { line += "  " }
                line += column == 0 || (hasUnits && column == count - 1) ? cell + gap : gap + cell
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}

/// Numbers as a person reads them.
package enum Figure {
    /// Significant digits, without an exponent between 1e-4 and 1e15.
    package static func number(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return "\(value)" }
        guard value != 0 else { return "0" }
        var exponent = 0
        var scale = 1.0
        while abs(value) >= scale * 10 {
            scale *= 10
            exponent += 1
        }
        while abs(value) < scale {
            scale /= 10
            exponent -= 1
        }
        guard exponent > -5, exponent < 15 else {
            var mantissa = number(value / scale, digits: digits)
            // The powers of ten are not exact, so that the mantissa may be rounded up to ten.
            if mantissa.contains("10.") {
                exponent += 1
                mantissa = (value < 0 ? "-1." : "1.") + String(repeating: "0", count: digits - 1)
            }
            let power = String(abs(exponent))
            return mantissa + "e" + (exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "")
                + power
        }
        let places = max(0, digits - 1 - exponent)
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        let scaled = (abs(value) * factor).rounded()
        var figures = String(Int(scaled))
        while figures.count <= places { figures = "0" + figures }
        let point = figures.index(figures.endIndex, offsetBy: -places)
        let whole = group(String(figures[..<point]))
        let sign = value < 0 ? "-" : ""
        return sign + (places == 0 ? whole : whole + "." + figures[point...])
    }

    /// As `number`, without zeros at the end, for a sentence.
    package static func plain(_ value: Double) -> String {
        var text = number(value)
        guard text.contains("."), !text.contains("e") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// A count with a thin gap between thousands, such as `1 234 567`.
    package static func count(_ value: UInt64) -> String { group(String(value)) }

    static func percent(_ share: Double?) -> String {
        share.map { number($0 * 100, digits: 3) } ?? "-"
    }

    static func optional(_ value: Double?, times factor: Double = 1) -> String {
        value.map { number($0 * factor) } ?? "-"
    }

    /// Bytes in the unit that suits them.
    static func bytes(_ count: UInt64) -> (value: String, unit: String) {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return (unit == 0 ? Self.count(count) : number(value), units[unit])
    }

    private static func group(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0, digits.count > 4 { result += " " }
            result.append(digit)
        }
        return result
    }
}
