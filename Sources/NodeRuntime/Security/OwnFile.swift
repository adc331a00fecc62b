#if canImport(Glibc)
    import Glibc
#endif

/// Files that only their owner may read or write; anything else is refused, not repaired.
enum OwnFile {
    /// - Parameter isSecret: whether others may not even read it.
    static func read(
        _ path: String, limit: Int, isSecret: Bool, advice: String
    ) throws(KeyFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ELOOP { throw refusal(path, "is a symbolic link") }
            if errno == ENOENT || errno == ENOTDIR {
                throw KeyFault(code: .key, file: path, message: "no such file", hint: advice)
            }
            throw refusal(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        // Of the file that is open now, whatever becomes of its name.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refusal(path, "is not a regular file")
        }
        guard status.st_uid == geteuid() else { throw refusal(path, "belongs to another user") }
        let mode = status.st_mode & 0o7777
        if isSecret, mode != 0o600 {
            throw refusal(path, "mode \(octal(mode)), must be 0600", "chmod 600 \(path)")
        }
        guard mode & 0o022 == 0 else {
            throw refusal(path, "mode \(octal(mode)), others may write", "chmod 644 \(path)")
        }
        guard status.st_size <= limit else {
            throw KeyFault(code: .key, file: path, message: "is larger than \(limit) bytes")
        }
        return content(of: descriptor, size: Int(status.st_size))
    }

    static func content(of descriptor: Int32, size: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        bytes.removeLast(size - count)
        return bytes
    }

    static func checkFolder(_ path: String, advice: String) throws(KeyFault) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw KeyFault(code: .key, file: path, message: "no such folder", hint: advice)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(path, "is not a folder") }
        guard status.st_uid == geteuid() else { throw refusal(path, "belongs to another user") }
        let mode = status.st_mode & 0o7777
        guard mode == 0o700 else {
            throw refusal(path, "mode \(octal(mode)), must be 0700", "chmod 700 \(path)")
        }
    }

    /// Writes a new file beside its place, then moves it there.
    static func write(
        _ bytes: RawSpan, to path: String, mode: mode_t
    ) throws(KeyFault) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system(path) }
        // Not what the mask leaves of it.
        var isWritten = fchmod(descriptor, mode) == 0
        var written = 0
        while isWritten, written < bytes.byteCount {
            let count = bytes.extracting(droppingFirst: written).withUnsafeBytes { rest in
                Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            isWritten = count > 0
            written += max(0, count)
        }
        isWritten = fsync(descriptor) == 0 && isWritten
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else { throw .system(path) }
    }

    private static func refusal(
        _ path: String, _ message: String, _ hint: String? = nil
    ) -> KeyFault {
        KeyFault(code: .access, file: path, message: message, hint: hint)
    }

    private static func octal(_ mode: mode_t) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension KeyFault {
    /// From the last system call that failed.
    static func system(_ path: String) -> KeyFault {
        let reason = String(cString: strerror(errno))
        return KeyFault(code: .writing, file: path, message: "cannot be written: \(reason)")
    }
}

extension [UInt8] {
    /// Overwrites what should not stay in memory.
    mutating func wipe() {
        withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        }
    }
}
