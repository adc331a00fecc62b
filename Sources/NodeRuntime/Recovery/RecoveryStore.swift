import Messaging

#if canImport(Glibc)
    import Glibc
#endif

/// The files of one process: the last snapshot, and the log of what came after it.
///
/// `NAME.state` holds the snapshot and says which log follows it, `NAME.N.log`; without it the
/// log from the start is `NAME.0.log`. A snapshot takes the place of the former in one step, so
/// there is always one state and its log.
final class RecoveryStore {
    private let base: String
    private let plan: RecoveryPlan
    private var generation: UInt64 = 0
    private(set) var log: RecoveryLog
    /// The snapshot that was there when the store was opened.
    private(set) var snapshot: [UInt8]?
    /// Bytes of the last snapshot.
    private(set) var snapshotSize = 0

    private static let magic: UInt64 = 0x3153_4B4C_4645_5243

    /// Opens what a process of this name has left, or begins.
    init(of name: String, in plan: RecoveryPlan) throws(LiveError) {
        self.plan = plan
        base = "\(plan.folder)/\(name)"
        guard mkdir(plan.folder, 0o700) == 0 || errno == EEXIST else {
            throw .recovery("cannot make \(plan.folder): \(lastError)")
        }
        if let bytes = Self.contents(of: "\(base).state") {
            (generation, snapshot) = try Self.checked(bytes, "\(base).state")
            snapshotSize = bytes.count
        }
        log = try RecoveryLog(
            path: Self.logPath(base, generation), isDurable: plan.isDurable)
    }

    private static func logPath(_ base: String, _ generation: UInt64) -> String {
        "\(base).\(generation).log"
    }

    private static func checked(
        _ bytes: [UInt8], _ path: String
    ) throws(LiveError) -> (UInt64, [UInt8]) {
        let span = bytes.span.bytes
        var reader = WireReader(span)
        guard let magic = try? reader.integer(span) as UInt64, magic == Self.magic,
            let generation = try? reader.integer(span) as UInt64,
            let checksum = try? reader.integer(span) as UInt64,
            Checksum.of(span.extracting(droppingFirst: 24)) == checksum
        else { throw .recovery("\(path) is damaged") }
        return (generation, Array(bytes.dropFirst(24)))
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0 else { return nil }
        let size = Int(status.st_size)
        return [UInt8](unsafeUninitializedCapacity: size) { target, count in
            count = fread(target.baseAddress, 1, size, file)
        }
    }

    /// Lets go of the snapshot that was read.
    func forgetSnapshot() { snapshot = nil }

    /// Puts a snapshot in the place of the former and of everything in the log.
    ///
    /// - Returns: whether it was written; if the disk is full, everything stays as it was.
    func keep(_ state: [UInt8]) throws(LiveError) -> Bool {
        let next = generation + 1
        let head = WireBuffer()
        head.append(Self.magic)
        head.append(next)
        head.append(Checksum.of(state.span.bytes))
        let path = "\(base).state.new"
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if [ENOSPC, EDQUOT].contains(errno) { return false }
            throw .recovery("cannot write \(path): \(lastError)")
        }
        var isWritten = Self.write(head.bytes, to: descriptor) && Self.write(state, to: descriptor)
        if plan.isDurable { isWritten = fsync(descriptor) == 0 && isWritten }
        close(descriptor)
        guard isWritten else {
            unlink(path)
            return false
        }
        let newLog = try RecoveryLog(
            path: Self.logPath(base, next), isDurable: plan.isDurable)
        guard rename(path, "\(base).state") == 0 else {
            throw .recovery("cannot name \(base).state: \(lastError)")
        }
        unlink(Self.logPath(base, generation))
        log = newLog
        generation = next
        snapshotSize = state.count
        return true
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
