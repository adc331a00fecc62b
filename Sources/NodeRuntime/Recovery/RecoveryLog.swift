import Messaging
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What a process has taken in since its last snapshot, entry after entry in a file.
///
/// The file is `magic 8 | settled 8`, zeros up to 64 bytes, the young entries up to 64 KiB, and
/// then so many settled bytes of entries. The first part is mapped into memory: an entry that is
/// put there is in the file without a system call, even if the process dies at once. When that part
/// is full its entries are written behind the settled ones and its place is used again, since a
/// page that is touched for the first time costs as much as ten entries. While the disk is full,
/// entries wait until ``commit()`` finds room.
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
        /// By the virtual clock, in the hub's log: as many windows were opened, the last after what came before.
        case advance = 7
    }

    package static let magic: UInt64 = 0x3347_4F4C_4B4C_4645
    /// Where young entries begin, and where settled ones do, in bytes.
    static let headerSize = 64
    package static let mappedSize = 64 << 10

    private let descriptor: Int32
    private let path: String
    private let isDurable: Bool
    /// What has found no room yet.
    private let waiting = WireBuffer()
    /// The first part of the file; nil before the first entry.
    private var mapped: UnsafeMutableRawPointer?
    /// Bytes of entries in the last part of the file, and in the first.
    private var settled = 0
    private var young = 0
    /// Whether there are entries that a power cut would take.
    private var isUnsafe = false

    /// Opens a log; what an earlier life has left there is to be read before anything is added.
    package init(path: String, isDurable: Bool = false) throws(LiveError) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .recovery("cannot open \(path): \(lastError)") }
        self.descriptor = descriptor
        self.path = path
        self.isDurable = isDurable
    }

    deinit {
        if let mapped { munmap(mapped, Self.mappedSize) }
        close(descriptor)
    }

    /// Bytes of all entries.
    package var size: Int { settled + young + waiting.count }

    /// Hands over every whole entry, first come first.
    package func read(
        _ body: (Kind, RawSpan) throws(LiveError) -> Void
    ) throws(LiveError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .recovery("\(path): \(lastError)") }
        let length = Int(status.st_size)
        guard length > 0 else { return }
        guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0),
            start != MAP_FAILED
        else { throw .recovery("cannot read \(path): \(lastError)") }
        defer { munmap(start, length) }
        let file = UnsafeRawBufferPointer(start: start, count: length)
        guard let sizes = try Self.read(file.bytes, body) else {
            throw .recovery("\(path) is damaged")
        }
        (settled, young) = sizes
    }

    /// Gets room on the disk and in memory, so that it need not be done during the run.
    func prepare() throws(LiveError) {
        guard try map() else { return }
        // What cannot be had now is had when it is needed.
        madvise(mapped, Self.mappedSize, Self.populateForWriting)
    }

    /// `MADV_POPULATE_WRITE` of Linux 5.14, which older C libraries do not name.
    private static let populateForWriting: Int32 = 23

    /// Adds an entry; it is in the file if there is room, at the latest after ``commit()``.
    package func note(_ kind: Kind, _ bytes: RawSpan) {
        isUnsafe = isDurable
        let place = size
        let count = Self.headSize + bytes.byteCount
        guard let mapped, waiting.count == 0, count <= room else {
            waiting.append(UInt32(bytes.byteCount))
            waiting.append(Self.checksum(of: bytes, kind, at: place))
            waiting.append(kind.rawValue)
            waiting.append(bytes)
            return
        }
        let entry = mapped + Self.headerSize + young
        let checksum = Self.checksum(of: bytes, kind, at: place)
        entry.storeBytes(of: kind.rawValue, toByteOffset: Self.headSize - 1, as: UInt8.self)
        bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: entry + Self.headSize, count: $0.count)
                .copyMemory(from: $0)
        }
        entry.storeBytes(of: UInt32(bytes.byteCount).littleEndian, as: UInt32.self)
        entry.storeBytes(of: checksum.littleEndian, toByteOffset: 4, as: UInt32.self)
        young += count
    }

    /// Bytes that young entries may still take.
    private var room: Int { Self.mappedSize - Self.headerSize - young }

    /// Moves what waits into the file.
    ///
    /// - Returns: whether it is all there; false while the disk is full.
    package func commit() throws(LiveError) -> Bool {
        if waiting.count > 0 {
            guard try map() else { return false }
            if waiting.count > room, try !settleYoung() { return false }
            let entries = waiting
            if entries.count > room {
                guard try settle(entries.span) else { return false }
            } else if let mapped {
                entries.span.withUnsafeBytes {
                    let place = mapped + Self.headerSize + young
                    place.copyMemory(from: $0.baseAddress!, byteCount: $0.count)
                }
                young += entries.count
            }
            waiting.removeAll()
        }
        if isUnsafe { try synchronise() }
        return true
    }

    /// Maps the first part of the file, with room on the disk.
    private func map() throws(LiveError) -> Bool {
        guard mapped == nil else { return true }
        var result = EINTR
        while result == EINTR {
            result = posix_fallocate(descriptor, 0, off_t(Self.mappedSize))
        }
        if Self.isFull(result) { return false }
        guard result == 0 else {
            throw .recovery("cannot write \(path): \(String(cString: strerror(result)))")
        }
        let start = mmap(
            nil, Self.mappedSize, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else {
            throw .recovery("cannot map \(path): \(lastError)")
        }
        start.storeBytes(of: Self.magic.littleEndian, as: UInt64.self)
        mapped = start
        return true
    }

    /// Writes the young entries behind the settled ones, and begins anew with their place.
    private func settleYoung() throws(LiveError) -> Bool {
        guard let mapped, young > 0 else { return true }
        let entries = UnsafeRawBufferPointer(start: mapped + Self.headerSize, count: young)
        return try settle(entries.bytes)
    }

    /// Adds entries to the settled ones; they and all young ones before them count from the moment
    /// on in which the header says so. Of what is left in the first part no entry is where its
    /// checksum says.
    private func settle(_ entries: RawSpan) throws(LiveError) -> Bool {
        let isWritten = try entries.withUnsafeBytes { bytes throws(LiveError) in
            try write(bytes, at: Self.mappedSize + settled)
        }
        guard isWritten, let mapped else { return false }
        if isDurable { try synchronise() }
        settled += entries.byteCount
        mapped.storeBytes(of: UInt64(settled).littleEndian, toByteOffset: 8, as: UInt64.self)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        young = 0
        // What comes to the first part from now on must not be on disk before the header is.
        if isDurable { try synchronise() }
        return true
    }

    private func synchronise() throws(LiveError) {
        guard fdatasync(descriptor) == 0 else { throw .recovery("\(path): \(lastError)") }
        isUnsafe = false
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer, at place: Int
    ) throws(LiveError) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(place + done))
            if count > 0 {
                done += count
            } else if count == 0 || Self.isFull(errno) {
                return false
            } else if errno != EINTR {
                throw .recovery("cannot write \(path): \(lastError)")
            }
        }
        return true
    }

    private static func isFull(_ code: Int32) -> Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }
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
