import Messaging

#if canImport(Glibc)
    import Glibc
#endif

/// What a process has taken in since its last snapshot, entry after entry in a file.
///
/// An entry is `length 4 | checksum 4 | kind 1 | bytes`. Entries wait in memory until
/// ``commit()``; a process that dies then has them in its file. A last entry that was cut off is
/// not there.
final class RecoveryLog {
    enum Kind: UInt8 {
        /// A frame of the hub (in the hub's log: of a process).
        case control = 1
        /// A frame of a peer.
        case direct = 2
        case publication = 3
        /// All processes were ready; the reading of the hub's clock at virtual time 0.
        case start = 4
    }

    private let descriptor: Int32
    private let path: String
    private let isDurable: Bool
    private let waiting = WireBuffer()
    /// Of `waiting`, what is in the file already.
    private var written = 0
    /// Bytes of all entries, those included that wait.
    private(set) var size: Int

    private static let headSize = 9

    /// Opens a log, behind the last whole entry.
    init(path: String, isDurable: Bool) throws(LiveError) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .recovery("cannot open \(path): \(lastError)") }
        self.descriptor = descriptor
        self.path = path
        self.isDurable = isDurable
        size = 0
    }

    deinit { close(descriptor) }

    /// Hands over every whole entry, first come first, and cuts off what follows the last.
    func read(_ body: (Kind, RawSpan) throws(LiveError) -> Void) throws(LiveError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .recovery("\(path): \(lastError)") }
        let length = Int(status.st_size)
        if length > 0 {
            guard
                let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0),
                start != MAP_FAILED
            else { throw .recovery("cannot read \(path): \(lastError)") }
            defer { munmap(start, length) }
            let mapping = UnsafeRawBufferPointer(start: start, count: length)
            let bytes = mapping.bytes
            while let entry = Self.entry(in: bytes, at: size) {
                try body(entry.kind, bytes.extracting(entry.place))
                size = entry.place.upperBound
            }
        }
        guard ftruncate(descriptor, off_t(size)) == 0,
            lseek(descriptor, off_t(size), SEEK_SET) >= 0
        else { throw .recovery("\(path): \(lastError)") }
    }

    private static func entry(
        in bytes: RawSpan, at offset: Int
    ) -> (kind: Kind, place: Range<Int>)? {
        guard bytes.byteCount - offset > headSize else { return nil }
        var reader = WireReader(bytes, from: offset)
        guard let length = try? reader.integer(bytes) as UInt32,
            let checksum = try? reader.integer(bytes) as UInt32,
            Int(length) <= bytes.byteCount - offset - headSize
        else { return nil }
        let end = offset + headSize + Int(length)
        guard Checksum.lowHalf(of: bytes.extracting((offset + 8)..<end)) == checksum,
            let number = try? reader.integer(bytes) as UInt8, let kind = Kind(rawValue: number)
        else { return nil }
        return (kind, (offset + headSize)..<end)
    }

    /// Adds an entry; it is in the file after the next ``commit()``.
    func note(_ kind: Kind, _ bytes: RawSpan) {
        let start = waiting.count
        waiting.append(UInt32(bytes.byteCount))
        waiting.append(UInt32(0))
        waiting.append(kind.rawValue)
        waiting.append(bytes)
        let entries = waiting
        let checksum = Checksum.lowHalf(of: entries.span.extracting(droppingFirst: start + 8))
        waiting.overwrite(checksum, at: start + 4)
        size += waiting.count - start
    }

    /// Writes what waits.
    ///
    /// - Returns: whether it is all in the file; false while the disk is full.
    func commit() throws(LiveError) -> Bool {
        guard waiting.count > 0 else { return true }
        let entries = waiting
        while written < entries.count {
            let count = entries.span.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if [ENOSPC, EDQUOT, EFBIG].contains(errno) {
                return false
            } else if errno != EINTR {
                throw .recovery("cannot write \(path): \(lastError)")
            }
        }
        if isDurable { fdatasync(descriptor) }
        waiting.removeAll()
        written = 0
        return true
    }
}

extension RecoveryLog {
    /// Gives others a tenth of a second to make room on the disk: nothing tells when they have.
    static func waitForSpace() { poll(nil, 0, 100) }
}

/// What the system said last.
var lastError: String { String(cString: strerror(errno)) }
