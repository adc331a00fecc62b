import CSodium
import GRDBSQLite

#if canImport(Glibc)
    import Glibc
#endif

/// The machine that a run was made on.
package struct HostFacts: Hashable, Sendable, Codable {
    package var name: String
    package var system: String
    package var processor: String
    /// The instruction set that the numerical modules were compiled for.
    package var processorLevel: String
    package var cores: Int
    package var memoryMegabytes: Int

    enum CodingKeys: String, CodingKey {
        case name, system, processor, cores
        case processorLevel = "processor_level"
        case memoryMegabytes = "memory_mb"
    }

    static var hostName: String {
        var names = utsname()
        uname(&names)
        return text(names.nodename)
    }

    static var current: HostFacts {
        var names = utsname()
        uname(&names)
        let pages = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let machine = text(names.machine)
        return HostFacts(
            name: text(names.nodename),
            system: "\(text(names.sysname)) \(text(names.release)) \(machine)",
            processor: processorName ?? machine,
            processorLevel: machine == "x86_64" ? "x86-64-v3 in release builds" : "default",
            cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)), memoryMegabytes: pages >> 20)
    }

    /// `model name` in `/proc/cpuinfo`.
    private static var processorName: String? {
        guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else {
                continue
            }
            return String(text[text.index(after: colon)...].drop { $0 == " " }.dropLast())
        }
        return nil
    }

    private static func text<Characters>(_ field: Characters) -> String {
        withUnsafeBytes(of: field) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension RunManifest {
    /// Versions of the libraries that this module uses.
    static var libraryVersions: [String: String] {
        [
            "sqlite": String(cString: sqlite3_libversion()),
            "libsodium": String(cString: sodium_version_string()),
        ]
    }
}
