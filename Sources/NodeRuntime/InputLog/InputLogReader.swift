import Messaging
import SimulationKernel

#if canImport(Glibc)
    import Glibc
#endif

/// Reads an input log from its beginning; every length and checksum is checked.
package final class InputLogReader {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var lastWeights: Message?
    /// Bytes of the file when it was opened: no entry is longer than what is left of them.
    private let size: Int
    /// Where the next entry begins.
    private var offset: Int

    /// - Throws: when the file is not there or is not an input log.
    package init(path: String) throws(InputLogError) {
        guard let file = fopen(path, "re") else {
            throw InputLogError("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        self.path = path
        self.file = file
        fseek(file, 0, SEEK_END)
        size = ftell(file)
        rewind(file)
        offset = InputLogEntry.magic.count
        var magic = [UInt8](repeating: 0, count: offset)
        guard fread(&magic, 1, offset, file) == offset, magic == InputLogEntry.magic else {
            throw InputLogError("\(path) is not an input log of this version")
        }
    }

    deinit { fclose(file) }

    /// The next entry; nil after the last, also when the last was cut off by a crash.
    ///
    /// - Throws: when bytes are not what was written.
    package func next() throws(InputLogError) -> InputLogEntry? {
        var head = [UInt8](repeating: 0, count: 8)
        guard fread(&head, 1, 8, file) == 8 else { return nil }
        var fields = WireReader(head.span.bytes)
        let (length, checksum) = try decode { () throws(WireError) -> (UInt32, UInt32) in
            (try fields.integer(head.span.bytes), try fields.integer(head.span.bytes))
        }
        guard (1...InputLogEntry.longest).contains(Int(length)) else {
            throw InputLogError("\(path): an entry of \(length) bytes at \(offset)")
        }
        guard Int(length) <= size - offset - 8 else { return nil }
        var payload = [UInt8](repeating: 0, count: Int(length))
        guard fread(&payload, 1, payload.count, file) == payload.count else { return nil }
        guard Checksum.lowHalf(of: payload.span.bytes) == checksum else {
            throw InputLogError("\(path): a wrong checksum at \(offset)")
        }
        let entry = try decode { () throws(WireError) -> InputLogEntry in try self.entry(payload) }
        offset += 8 + payload.count
        return entry
    }

    private func entry(_ payload: [UInt8]) throws(WireError) -> InputLogEntry {
        let bytes = payload.span.bytes
        var reader = WireReader(bytes)
        let number: UInt8 = try reader.integer(bytes)
        guard let kind = InputLogEntry.Kind(rawValue: number) else { throw .unknownKind(number) }
        switch kind {
        case .input:
            let (key, to) = try Self.key(&reader, bytes)
            let message = try reader.message(Self.messageKind(&reader, bytes), bytes)
            if case .weights = message { lastWeights = message }
            return .input(message, key: key, to: to)
        case .again:
            let (key, to) = try Self.key(&reader, bytes)
            guard let lastWeights else { throw .invalidValue }
            return .input(lastWeights, key: key, to: to)
        case .output:
            let (key, to) = try Self.key(&reader, bytes)
            return .output(
                InputLogEntry.Output(
                    kind: try Self.messageKind(&reader, bytes), key: key, to: to,
                    fingerprint: try Self.fingerprint(&reader, bytes)))
        case .record:
            return .record(
                by: try reader.integer(bytes), try Self.fingerprint(&reader, bytes))
        case .end:
            return .end
        }
    }

    private static func key(
        _ reader: inout WireReader, _ bytes: RawSpan
    ) throws(WireError) -> (EventKey, NodeIndex) {
        let time: Int64 = try reader.integer(bytes)
        let key = EventKey(
            time: VirtualInstant(nanoseconds: time), sender: try reader.integer(bytes),
            sequence: try reader.integer(bytes))
        return (key, try reader.integer(bytes))
    }

    private static func messageKind(
        _ reader: inout WireReader, _ bytes: RawSpan
    ) throws(WireError) -> MessageKind {
        let number: UInt8 = try reader.integer(bytes)
        guard let kind = MessageKind(rawValue: number) else { throw .unknownKind(number) }
        return kind
    }

    private static func fingerprint(
        _ reader: inout WireReader, _ bytes: RawSpan
    ) throws(WireError) -> InputLogEntry.Fingerprint {
        InputLogEntry.Fingerprint(
            length: try reader.integer(bytes), checksum: try reader.integer(bytes))
    }

    private func decode<Value>(
        _ body: () throws(WireError) -> Value
    ) throws(InputLogError) -> Value {
        do { return try body() } catch {
            throw InputLogError("\(path): nonsense at \(offset): \(error)")
        }
    }
}
