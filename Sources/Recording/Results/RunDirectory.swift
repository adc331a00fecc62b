import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// The folder that a run leaves behind, readable by its owner only.
///
/// While the value lives it holds the folder's lock, which the system takes away from a process
/// that dies.
package final class RunDirectory: Sendable {
    /// Bytes that must be free before a run starts.
    package static let leastFreeBytes: UInt64 = 256 << 20

    /// Absolute or relative to where the program was started.
    package let path: String
    /// -1 for a process that works under its launcher's lock.
    private let lock: Int32

    /// The folder of a run whose launcher holds the lock.
    package init(ofLauncher path: String) {
        self.path = path
        lock = -1
    }

    /// Makes `parent/NAME-SEED-TIME` and lets `parent/latest` point to it.
    package static func make(
        in parent: String = "runs", name: String, seed: UInt64
    ) throws(RunDirectoryError) -> RunDirectory {
        try makeParents(of: parent + "/x")
        let base = "\(name)-\(seed)-\(UniversalTime.stamp)"
        for attempt in 1...100 {
            let leaf = attempt == 1 ? base : "\(base)-\(attempt)"
            guard mkdir(parent + "/" + leaf, 0o700) == 0 else {
                if errno == EEXIST { continue }
                throw .system("cannot make \(parent)/\(leaf)")
            }
            let directory = try RunDirectory(locking: parent + "/" + leaf)
            try pointLatest(in: parent, to: leaf)
            return directory
        }
        throw RunDirectoryError(.exists, "\(parent)/\(base) and 99 more exist already")
    }

    /// Makes the given folder, or takes it if it is empty.
    package static func make(at path: String) throws(RunDirectoryError) -> RunDirectory {
        try makeParents(of: path)
        if mkdir(path, 0o700) != 0 {
            guard errno == EEXIST else { throw .system("cannot make \(path)") }
            try checkEmpty(path)
            guard chmod(path, 0o700) == 0 else { throw .system("cannot protect \(path)") }
        }
        return try RunDirectory(locking: path)
    }

    /// Makes the given folder, or goes on with what it holds, as a study does.
    package static func reopen(at path: String) throws(RunDirectoryError) -> RunDirectory {
        try makeParents(of: path)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .system("cannot make \(path)")
        }
        return try RunDirectory(locking: path)
    }

    private init(locking path: String) throws(RunDirectoryError) {
        self.path = path
        try Self.checkSpace(path)
        lock = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .system("cannot write in \(path)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw RunDirectoryError(.locked, "\(path) is in use by another process")
        }
    }

    deinit {
        guard lock >= 0 else { return }
        unlink(path + "/lock")
        close(lock)
    }

    /// The path of a file in the folder.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file so that it is either there in full or not at all.
    package func write(_ text: String, to name: String) throws(RunDirectoryError) {
        try Self.write(Array(text.utf8), to: file(name))
    }

    /// As above, of bytes.
    package func write(_ bytes: [UInt8], to name: String) throws(RunDirectoryError) {
        try Self.write(bytes, to: file(name))
    }

    /// Writes a file beside its place, then moves it there.
    package static func write(_ bytes: [UInt8], to path: String) throws(RunDirectoryError) {
        let draft = path + ".tmp"
        let handle = open(draft, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard handle >= 0 else { throw .system("cannot write \(path)") }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(handle, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                let error = RunDirectoryError.system("cannot write \(path)")
                close(handle)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        fsync(handle)
        close(handle)
        guard rename(draft, path) == 0 else { throw .system("cannot write \(path)") }
    }

    /// Makes a folder inside, such as `logs`; it may exist.
    package func makeFolder(_ name: String) throws(RunDirectoryError) {
        guard mkdir(file(name), 0o700) == 0 || errno == EEXIST else {
            throw .system("cannot make \(file(name))")
        }
    }

    /// Whether there is room for the results of a run that has begun.
    package var hasSpace: Bool {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return true }
        return UInt64(facts.f_bavail) * UInt64(facts.f_frsize) >= 16 << 20
    }

    /// Removes a folder inside, with everything in it.
    package func remove(_ name: String) {
        try? FileManager.default.removeItem(atPath: file(name))
    }

    /// Removes the rows and curves that an earlier life of the hub has written, which come again.
    package func removeRecords() {
        for name in ["run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "tensorboard"] {
            remove(name)
        }
    }

    private static func makeParents(of path: String) throws(RunDirectoryError) {
        var end = path.startIndex
        while let slash = path[end...].dropFirst().firstIndex(of: "/") {
            let parent = String(path[..<slash])
            guard mkdir(parent, 0o777) == 0 || errno == EEXIST else {
                throw .system("cannot make \(parent)")
            }
            end = slash
        }
    }

    private static func checkEmpty(_ path: String) throws(RunDirectoryError) {
        try checkUnlocked(path)
        guard let folder = opendir(path) else { throw .system("cannot read \(path)") }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard [".", "..", "lock"].contains(name) else {
                throw RunDirectoryError(.exists, "\(path) is not empty; use another --out")
            }
        }
    }

    private static func checkUnlocked(_ path: String) throws(RunDirectoryError) {
        guard !isLocked(path) else {
            throw RunDirectoryError(.locked, "\(path) is in use by another process")
        }
    }

    /// Whether a launcher works on a run's folder.
    static func isLocked(_ path: String) -> Bool {
        let probe = open(path + "/lock", O_RDWR | O_CLOEXEC)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return flock(probe, LOCK_EX | LOCK_NB) != 0
    }

    private static func checkSpace(_ path: String) throws(RunDirectoryError) {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { throw .system("cannot examine \(path)") }
        let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
        guard free >= leastFreeBytes else {
            throw RunDirectoryError(
                .full, "\(free >> 20) MiB are free at \(path), \(leastFreeBytes >> 20) are needed")
        }
    }

    /// Replaces the link in one step, so that a reader finds either run.
    private static func pointLatest(
        in parent: String, to leaf: String
    ) throws(RunDirectoryError) {
        let draft = "\(parent)/.latest-\(getpid())"
        unlink(draft)
        guard symlink(leaf, draft) == 0, rename(draft, parent + "/latest") == 0 else {
            throw .system("cannot link \(parent)/latest")
        }
    }
}

/// Why a run has no place for its results.
package struct RunDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case exists, locked, full, forbidden, failed
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// From the last system call that failed.
    static func system(_ what: String) -> Self {
        let reason = errno
        let code: Code =
            switch reason {
            case EACCES, EPERM, EROFS: .forbidden
            case ENOSPC, EDQUOT: .full
            default: .failed
            }
        return Self(code, "\(what): \(String(cString: strerror(reason)))")
    }

    /// The exit code of `sysexits.h`: 73 cannot create, 77 permission, 69 in use.
    package var exitCode: Int32 {
        switch code {
        case .exists, .full, .failed: 73
        case .forbidden: 77
        case .locked: 69
        }
    }
}
