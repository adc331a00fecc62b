/// Reads JSON text from its beginning to its end, and keeps nothing of it but where it is.
struct JSONScanner {
    /// From a value into one that it holds.
    enum Step: Hashable {
        case item(Int)
        case key([UInt8])
    }

    /// How deep values may stand in each other; no format needs ten.
    private static var depthLimit: Int { 64 }

    /// Where the innermost value on the wanted path begins.
    private(set) var found: Int?
    private let bytes: [UInt8]
    private let wanted: [Step]
    private var offset = 0
    /// To the value that is being read.
    private var path: [Step] = []
    /// How many steps of the path are those of the wanted one.
    private var matched = 0

    /// - Parameter wanted: the path to the value whose place `found` tells after `scan`.
    init(_ bytes: [UInt8], wanted: [Step] = []) {
        self.bytes = bytes
        self.wanted = wanted
    }

    /// One value, and nothing but space around it.
    mutating func scan() throws(JSONText.Fault) {
        skipSpace()
        try scanValue()
        skipSpace()
        if offset < bytes.count { throw unexpected("the end of the file") }
    }

    private mutating func scanValue() throws(JSONText.Fault) {
        if matched == path.count { found = offset }
        guard path.count < Self.depthLimit else {
            throw fault("values stand more than \(Self.depthLimit) deep in each other")
        }
        switch next {
        case UInt8(ascii: "{"): try scanObject()
        case UInt8(ascii: "["): try scanArray()
        case UInt8(ascii: "\""): _ = try scanString()
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): try scanNumber()
        default:
            let known = ["true", "false", "null"].first { word in
                bytes[offset...].starts(with: word.utf8)
            }
            guard let known else { throw unexpected("a value") }
            offset += known.utf8.count
        }
    }

    private mutating func scanObject() throws(JSONText.Fault) {
        var keys: Set<[UInt8]> = []
        try scanItems(until: UInt8(ascii: "}")) { scanner, _ throws(JSONText.Fault) in
            guard scanner.next == UInt8(ascii: "\"") else {
                throw scanner.unexpected("a key in double quotes")
            }
            let start = scanner.offset
            let key = try scanner.scanString()
            guard keys.insert(key).inserted else {
                throw scanner.fault("the key \(Self.text(key)) is there twice", at: start)
            }
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.unexpected("':'") }
            scanner.skipSpace()
            return .key(key)
        }
    }

    private mutating func scanArray() throws(JSONText.Fault) {
        try scanItems(until: UInt8(ascii: "]")) { _, index throws(JSONText.Fault) in
            .item(index)
        }
    }

    /// What stands between two brackets, with commas between.
    ///
    /// - Parameter step: reads what comes before a value, and says how it is reached.
    private mutating func scanItems(
        until end: UInt8, step: (inout Self, Int) throws(JSONText.Fault) -> Step
    ) throws(JSONText.Fault) {
        offset += 1
        skipSpace()
        if take(end) { return }
        var index = 0
        while true {
            let step = try step(&self, index)
            let isWanted =
                matched == path.count && matched < wanted.count && wanted[matched] == step
            if isWanted { matched += 1 }
            path.append(step)
            try scanValue()
            path.removeLast()
            if isWanted { matched -= 1 }
            index += 1
            skipSpace()
            if take(end) { return }
            guard take(UInt8(ascii: ",")) else {
                throw unexpected("',' or \(Self.text([end]))")
            }
            skipSpace()
        }
    }

    /// What stands between the quotes, as it stands there.
    private mutating func scanString() throws(JSONText.Fault) -> [UInt8] {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw unexpected("'\"' at the end of a text") }
            offset += 1
            if byte == UInt8(ascii: "\\") { try scanEscape() }
        }
        guard take(UInt8(ascii: "\"")) else { throw unexpected("'\"' at the end of a text") }
        return Array(bytes[start..<(offset - 1)])
    }

    private mutating func scanEscape() throws(JSONText.Fault) {
        guard let byte = next, "\"\\/bfnrtu".utf8.contains(byte) else {
            throw unexpected("one of \" \\ / b f n r t u after '\\'")
        }
        offset += 1
        guard byte == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard let digit = next, Self.isHexadecimal(digit) else {
                throw unexpected("four hexadecimal digits after '\\u'")
            }
            offset += 1
        }
    }

    private mutating func scanNumber() throws(JSONText.Fault) {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        // Digits may follow a 0 only behind a point.
        if !take(UInt8(ascii: "0")) { try scanDigits() }
        if take(UInt8(ascii: ".")) { try scanDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try scanDigits()
        }
        let number = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(number), value.isFinite else {
            throw fault("the number \(number.prefix(40)) is beyond Float64", at: start)
        }
    }

    private mutating func scanDigits() throws(JSONText.Fault) {
        guard let byte = next, Self.isDigit(byte) else { throw unexpected("a digit") }
        while let byte = next, Self.isDigit(byte) { offset += 1 }
    }
}

extension JSONScanner {
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, " \t\r\n".utf8.contains(byte) { offset += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// In quotes, of a long text the beginning.
    private static func text(_ bytes: some Collection<UInt8>) -> String {
        "'\(String(decoding: bytes, as: UTF8.self).prefix(40))'"
    }

    private func unexpected(_ wanted: String) -> JSONText.Fault {
        let rest = bytes[offset...]
        let word = rest.prefix { Self.isDigit($0) || (0x61...0x7A).contains($0 | 0x20) }
        // A character may have several bytes, of which the others begin with the bits 10.
        let character = rest.prefix(1) + rest.dropFirst().prefix { $0 & 0xC0 == 0x80 }
        let got =
            switch next {
            case nil: "the end of the file"
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "the end of the line"
            case let byte? where byte < 0x20: "a control character"
            default: Self.text(word.isEmpty ? character : word)
            }
        return fault("\(wanted) is wanted, here is \(got)")
    }

    private func fault(_ problem: String, at offset: Int? = nil) -> JSONText.Fault {
        JSONText.Fault(offset: offset ?? self.offset, place: place, problem: problem)
    }

    private var place: String {
        let text = path.map { step in
            switch step {
            case .item(let index): "[\(index)]"
            case .key(let key): ".\(String(decoding: key, as: UTF8.self).prefix(40))"
            }
        }
        return String(text.joined().drop { $0 == "." })
    }
}
