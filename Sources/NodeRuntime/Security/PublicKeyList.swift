import ZeroMQ

/// The public keys of everybody in a run: a line `NAME KEY` for each process. Lines that begin
/// with `#` are remarks.
package struct PublicKeyList: Sendable {
    struct Entry: Sendable {
        let key: CurvePublicKey
        let line: Int
        let column: Int
    }

    private(set) var entries: [String: Entry] = [:]

    /// Of ten thousand processes and remarks.
    static let sizeLimit = 2 << 20

    /// - Parameter file: the name that faults carry.
    package init(_ bytes: [UInt8], file: String) throws(KeyFault) {
        var holders: [CurvePublicKey: (name: String, line: Int, column: Int)] = [:]
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.first != UInt8(ascii: "#") {
            let words = line.split(separator: UInt8(ascii: " "))
            guard let first = words.first else { continue }
            func fault(
                _ code: KeyFault.Code, _ message: String, at word: ArraySlice<UInt8>? = nil
            ) -> KeyFault {
                let column = (word?.startIndex ?? line.startIndex) - line.startIndex + 1
                return KeyFault(
                    code: code, file: file, line: index + 1, column: column, message: message)
            }
            guard words.count == 2, let name = Self.name(first) else {
                throw fault(.key, "expected a line NAME KEY")
            }
            let key: CurvePublicKey
            do { key = try CurvePublicKey(z85: words[1]) } catch {
                throw fault(.key, "\(error.words)", at: words[1])
            }
            guard entries[name] == nil else {
                throw fault(.mismatch, "'\(name)' has a key already")
            }
            let column = words[1].startIndex - line.startIndex + 1
            if let other = holders[key] {
                throw fault(
                    .mismatch,
                    "key of '\(name)' equals key of '\(other.name)' "
                        + "(\(other.line):\(other.column))", at: words[1])
            }
            holders[key] = (name, index + 1, column)
            entries[name] = Entry(key: key, line: index + 1, column: column)
        }
    }

    static func name(_ word: ArraySlice<UInt8>) -> String? {
        let isName =
            word.count <= 64
            && word.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
        return isName ? String(decoding: word, as: UTF8.self) : nil
    }
}

extension Z85.Fault {
    /// Without any of the key.
    var words: String {
        switch self {
        case .length(let found, let expected):
            "expected \(expected) Z85 characters, got \(found)"
        case .character(let place): "no Z85 character at \(place) of the key"
        }
    }
}
