import Messaging

#if canImport(Glibc)
    import Glibc
#endif

/// What a process has taken in since its last snapshot, entry after entry in a file.
///
/// An entry is `length 4 | checksum 4 | kind 1 | bytes`; zeros follow the last. The part of the file
/// that is being written is mapped into memory, so that an entry costs no system call; what was put
/// there is in the file, even if the process dies at once. While the disk is full, entries wait until
/// ``commit()`` finds room. A last entry that was cut off is not there.
package final class RecoveryLog {
    package enum Kind: UInt8 {
        /// A frame of the hub (in the hub's log: of a process).
        case control = 1
        /// A frame of a peer.
        case direct = 2
        case publication = 3
        /// All processes were ready; the reading of the hub's clock at virtual time 0.
        case start = 4
        /// By the wall clock: so many inputs were handled, with decisions that took so long.
        case handled = 5
        /// By the wall clock, in the hub's log: how far virtual time has come.
        case time = 6
    }

    private let descriptor: Int32
    private let path: String
    private let isDurable: Bool
    /// What has found no room yet.
    private let waiting = WireBuffer()
    /// The mapped part of the file, and where it begins there.
    private var chunk = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var chunkStart = 0
    /// Bytes that are mapped at once.
    private static let chunkSize = 64 << 10
    /// Bytes of all entries in the file.
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

    deinit {
        unmap()
        close(descriptor)
    }

    private func unmap() {
        if let start = chunk.baseAddress { munmap(start, chunk.count) }
        chunk = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

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
            size = try Self.read(mapping.bytes, body)
        }
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw .recovery("\(path): \(lastError)")
        }
    }

    /// Hands over every whole entry, and says where the last one ends.
    package static func read(
        _ bytes: RawSpan, _ body: (Kind, RawSpan) throws(LiveError) -> Void
    ) throws(LiveError) -> Int {
        var end = 0
        while let entry = Self.entry(in: bytes, at: end) {
            try body(entry.kind, bytes.extracting(entry.place))
            end = entry.place.upperBound
        }
        return end
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

    /// Adds an entry; it is in the file if there is room, at the latest after ``commit()``.
    func note(_ kind: Kind, _ bytes: RawSpan) {
        let start = waiting.count
        waiting.append(UInt32(bytes.byteCount))
        waiting.append(UInt32(0))
        waiting.append(kind.rawValue)
        waiting.append(bytes)
        let entries = waiting
        let checksum = Checksum.lowHalf(of: entries.span.extracting(droppingFirst: start + 8))
        waiting.overwrite(checksum, at: start + 4)
    }

    /// Moves what waits into the file.
    ///
    /// - Returns: whether it is all there; false while the disk is full.
    func commit() throws(LiveError) -> Bool {
        guard waiting.count > 0 else { return true }
        guard try makeRoom(for: waiting.count) else { return false }
        let entries = waiting
        entries.span.withUnsafeBytes { bytes in
            let place = UnsafeMutableRawBufferPointer(rebasing: chunk[(size - chunkStart)...])
            place.copyMemory(from: bytes)
        }
        size += waiting.count
        waiting.removeAll()
        if isDurable, fdatasync(descriptor) != 0 { throw .recovery("\(path): \(lastError)") }
        return true
    }

    /// Maps the part of the file that the next bytes go to, with room on the disk.
    private func makeRoom(for count: Int) throws(LiveError) -> Bool {
        let isMapped = chunk.baseAddress != nil && size + count <= chunkStart + chunk.count
        guard !isMapped else { return true }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = size / page * page
        let length = (max(Self.chunkSize, size - start + count) + page - 1) / page * page
        let result = posix_fallocate(descriptor, off_t(start), off_t(length))
        if [ENOSPC, EDQUOT, EFBIG].contains(result) { return false }
        guard result == 0 else {
            throw .recovery("cannot write \(path): \(String(cString: strerror(result)))")
        }
        unmap()
        let mapping = mmap(
            nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, off_t(start))
        guard let mapping, mapping != MAP_FAILED else {
            throw .recovery("cannot map \(path): \(lastError)")
        }
        chunk = UnsafeMutableRawBufferPointer(start: mapping, count: length)
        chunkStart = start
        return true
    }
}

extension RecoveryLog {
    /// Moves what waits into the file, and waits while the disk is full.
    ///
    /// - Parameter meanwhile: done ten times a second.
    /// - Returns: whether it had to wait.
    func commit(
        within limit: Duration, _ steady: SteadyClock,
        meanwhile: () throws(LiveError) -> Void = {}
    ) throws(LiveError) -> Bool {
        if try commit() { return false }
        let deadline = steady.now + limit.nanoseconds
        while try !commit() {
            guard steady.now < deadline else {
                throw .recovery("the disk has been full for \(limit)")
            }
            try meanwhile()
            // Nothing tells when others have made room.
            poll(nil, 0, 100)
        }
        return true
    }
}

/// What the system said last.
var lastError: String { String(cString: strerror(errno)) }
