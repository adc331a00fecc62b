#if canImport(Glibc)
    import Glibc
#endif

/// A process and those it started, as `/proc` tells.
enum ProcessTree {
    /// Whether a child of ours has ended; it is left for others to collect.
    static func isOver(_ process: pid_t) -> Bool {
        guard let status = text("/proc/\(process)/stat") else { return true }
        return state(status) == "Z"
    }

    /// The process itself and all below it.
    static func members(of root: pid_t) -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for process in all() {
            guard let status = text("/proc/\(process)/stat"), let parent = parent(status) else {
                continue
            }
            children[parent, default: []].append(process)
        }
        var found = [root]
        var next = 0
        while next < found.count {
            found += children[found[next]] ?? []
            next += 1
        }
        return found
    }

    /// Proportional set size of all of them, in bytes.
    static func memory(of root: pid_t) -> UInt64 {
        members(of: root).reduce(0) { sum, process in
            guard let rollup = text("/proc/\(process)/smaps_rollup"),
                let line = rollup.split(separator: "\n").first(where: { $0.hasPrefix("Pss:") }),
                let kibibytes = UInt64(line.dropFirst(4).filter(\.isNumber))
            else { return sum }
            return sum + kibibytes << 10
        }
    }

    private static func all() -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var result: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let process = pid_t(name) { result.append(process) }
        }
        return result
    }

    /// What follows the program's name in brackets, which may hold anything.
    private static func fields(_ status: String) -> [Substring] {
        guard let bracket = status.lastIndex(of: ")") else { return [] }
        return status[status.index(after: bracket)...].split(separator: " ")
    }

    private static func state(_ status: String) -> Substring? { fields(status).first }

    private static func parent(_ status: String) -> pid_t? {
        let fields = fields(status)
        return fields.count > 1 ? pid_t(fields[1]) : nil
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
