import Messaging

/// Entries as they are in the file: `length 4 | checksum 4 | kind 1 | bytes`.
///
/// The checksum depends on how many bytes of entries come before, so what is left of former
/// entries, whose place in the file is used again, is no entry.
extension RecoveryLog {
    static let headSize = 9

    package static func checksum(of bytes: RawSpan, _ kind: Kind, at place: Int) -> UInt32 {
        var checksum = Checksum(beginningWith: UInt64(kind.rawValue))
        checksum.add(bytes)
        return UInt32(truncatingIfNeeded: checksum.value) &+ UInt32(truncatingIfNeeded: place)
    }

    /// Hands over every whole entry of a file.
    ///
    /// - Returns: how many bytes of entries are settled, and how many are young; nil if the file is
    ///   not a log, or lacks what has been settled.
    package static func read(
        _ file: RawSpan, _ body: (Kind, RawSpan) throws(LiveError) -> Void
    ) throws(LiveError) -> (settled: Int, young: Int)? {
        var reader = WireReader(file)
        // A process may be killed while it gets room on the disk, before it has written anything.
        guard let magic = try? reader.integer(file) as UInt64, magic != 0 else { return (0, 0) }
        guard magic == Self.magic, file.byteCount >= mappedSize,
            let length = try? reader.integer(file) as UInt64,
            length <= UInt64(file.byteCount - mappedSize)
        else { return nil }
        let settled = Int(length)
        let old = file.extracting(mappedSize..<(mappedSize + settled))
        guard try entries(of: old, from: 0, body) == settled else { return nil }
        let young = file.extracting(headerSize..<mappedSize)
        return (settled, try entries(of: young, from: settled, body))
    }

    /// Hands over the entries up to the first that is none.
    ///
    /// - Parameter place: how many bytes of entries come before.
    /// - Returns: where the last one ends.
    package static func entries(
        of bytes: RawSpan, from place: Int, _ body: (Kind, RawSpan) throws(LiveError) -> Void
    ) throws(LiveError) -> Int {
        var end = 0
        while let (kind, content) = entry(in: bytes, at: end, place + end) {
            try body(kind, bytes.extracting(content))
            end = content.upperBound
        }
        return end
    }

    private static func entry(
        in bytes: RawSpan, at offset: Int, _ place: Int
    ) -> (kind: Kind, content: Range<Int>)? {
        guard bytes.byteCount - offset > headSize else { return nil }
        var reader = WireReader(bytes, from: offset)
        guard let length = try? reader.integer(bytes) as UInt32,
            let checksum = try? reader.integer(bytes) as UInt32,
            Int(length) <= bytes.byteCount - offset - headSize
        else { return nil }
        let content = (offset + headSize)..<(offset + headSize + Int(length))
        guard let number = try? reader.integer(bytes) as UInt8, let kind = Kind(rawValue: number),
            Self.checksum(of: bytes.extracting(content), kind, at: place) == checksum
        else { return nil }
        return (kind, content)
    }
}
