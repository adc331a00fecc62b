#if canImport(Glibc)
    import Glibc
#endif

/// The bytes of a file, read with a limit.
enum FileBytes {
    enum Fault: Error, Hashable {
        case missing
        case notRegular
        case denied
        case tooLarge(size: Int, limit: Int)
        /// The operating system's number for what went wrong.
        case unreadable(Int32)
    }

    /// Reads the whole file. A pipe or device is refused without waiting for it.
    static func read(_ path: String, limit: Int) throws(Fault) -> [UInt8] {
        let (descriptor, size) = try openRegular(path)
        defer { close(descriptor) }
        guard size <= limit else { throw .tooLarge(size: size, limit: limit) }
        return try readAll(descriptor, expecting: size, limit: limit)
    }

    /// Whether a regular file is there and may be read.
    static func isReadable(_ path: String) -> Bool {
        guard let (descriptor, _) = try? openRegular(path) else { return false }
        close(descriptor)
        return true
    }

    private static func openRegular(
        _ path: String
    ) throws(Fault) -> (descriptor: Int32, size: Int) {
        guard !path.utf8.contains(0) else { throw .missing }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notRegular
        }
        return (descriptor, Int(status.st_size))
    }

    /// The file may grow while it is read, so the limit holds here too.
    private static func readAll(
        _ descriptor: Int32, expecting size: Int, limit: Int
    ) throws(Fault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var count = 0
        while true {
            if count == bytes.count {
                guard count <= limit else { throw .tooLarge(size: count, limit: limit) }
                bytes += [UInt8](repeating: 0, count: 65_536)
            }
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw fault(errno)
            }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw .tooLarge(size: count, limit: limit) }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private static func fault(_ number: Int32) -> Fault {
        switch number {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .denied
        case EISDIR, ENXIO: .notRegular
        default: .unreadable(number)
        }
    }
}
