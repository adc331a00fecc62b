/// Names that all engines accept: labels of RFC 1123, short enough to have a number behind them.
package enum EngineName {
    /// Of 63 characters, leaving room for what engines and renderers append.
    static let limit = 40

    /// Small letters, digits and single hyphens; begins with a letter and ends without a hyphen.
    package static func fit(_ name: String) -> String {
        var label = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                label.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                label.unicodeScalars.append(Unicode.Scalar(byte + 32))
            default:
                if label.last != "-", !label.isEmpty { label.append("-") }
            }
        }
        // Services of Kubernetes must begin with a letter.
        if label.first?.isNumber ?? true { label = "run-" + label }
        label = String(label.prefix(limit))
        while label.last == "-" { label.removeLast() }
        return label
    }

    /// Whether a name is a label of RFC 1123.
    package static func isLabel(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
            bytes.last != UInt8(ascii: "-")
        else { return false }
        return bytes.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        }
    }
}
