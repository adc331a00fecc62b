/// What a publication is about: a kind of message and who sends it, as `state/12/`.
///
/// Topics match by prefix, so each ends in a separator: `state/1` would also mean `state/12`.
package struct Topic: Hashable, Sendable, CustomStringConvertible {
    package var kind: MessageKind
    package var publisher: NodeIndex

    package init(kind: MessageKind, publisher: NodeIndex) {
        self.kind = kind
        self.publisher = publisher
    }

    package var description: String { "\(kind.topicName)/\(publisher)/" }

    package var bytes: [UInt8] { Array(description.utf8) }

    /// The longest topic, in bytes.
    private static let longest = 24

    /// Where a publication's header begins: after the second separator.
    package static func length(in bytes: RawSpan) throws(WireError) -> Int {
        var separators = 0
        for offset in 0..<min(longest, bytes.byteCount) {
            if bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: "/") {
                separators += 1
                if separators == 2 { return offset + 1 }
            }
        }
        throw .wrongMagic
    }
}
