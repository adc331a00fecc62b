import FoundationEssentials
import Launcher
import NodeRuntime
import Recording
import Topologies

/// The files that the hosts of a run need, put together here before they are copied: topology,
/// recorded data, checkpoints, and of the secret keys only the host's own.
struct HostFiles {
    let topology: Topology
    /// The topology's file and the data that it names.
    let file: String
    let inputs: [InputFile]

    /// As `files/NAME`, and as the launcher over there is started in that folder.
    var topologyName: String { Self.leaf(file) }
    static let keys = "keys"
    static let data = "data"

    /// What is set over there beside what the person has set.
    var settings: [String] { topology.keys == nil ? [] : ["security={keys: \(Self.keys)}"] }

    private var checkpoint: String? { topology.training.checkpoint }

    /// Makes a folder `files` with everything that a host needs.
    ///
    /// - Parameter processes: those of the host, whose secret keys it gets.
    /// - Returns: its path.
    func gather(for processes: [String], in folder: String) throws -> String {
        let root = "\(folder)/\(RemoteRun.files)"
        try makeFolder(root)
        try copy(file, to: "\(root)/\(topologyName)")
        for input in inputs {
            try copy(input.path, to: "\(root)/\(try Self.place(of: input.name))")
        }
        if let checkpoint {
            try copy(checkpoint, to: "\(root)/\(try place(ofCheckpoint: checkpoint))")
        }
        if let keys = topology.keys {
            try makeFolder("\(root)/\(Self.keys)/secret")
            try copy("\(keys)/public.keys", to: "\(root)/\(Self.keys)/public.keys")
            for name in processes {
                let path = "secret/\(name).key"
                try copy("\(keys)/\(path)", to: "\(root)/\(Self.keys)/\(path)")
            }
        }
        try writeSums(root)
        return root
    }

    /// Where a file that the topology names is over there, seen from the topology.
    private static func place(of name: String) throws -> String {
        if name.hasPrefix("data:") { return "\(data)/\(name.dropFirst(5))" }
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw LaunchError(
                "\(name) would be elsewhere on the hosts; name it relative to the topology, and "
                    + "not above it")
        }
        return name
    }

    private func place(ofCheckpoint path: String) throws -> String {
        let folder = Self.folder(of: file)
        guard path.hasPrefix(folder) else {
            throw LaunchError("\(path) must be beside the topology, to be copied to the hosts")
        }
        return try Self.place(of: String(path.dropFirst(folder.count)))
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    private func copy(_ path: String, to place: String) throws {
        try makeFolder(String(Self.folder(of: place).dropLast()))
        guard !FileManager.default.fileExists(atPath: place) else { return }
        do { try FileManager.default.copyItem(atPath: path, toPath: place) } catch {
            throw LaunchError("cannot copy \(path): \(error)")
        }
    }

    /// In the form of sha256sum.
    private func writeSums(_ root: String) throws {
        var text = ""
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
        for name in names {
            var isFolder = false
            _ = FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder)
            if isFolder { continue }
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(root)/\(name)")))
            text += "\(ContentDigest(of: bytes))  \(name)\n"
        }
        try RunDirectory.write(Array(text.utf8), to: "\(root)/\(RemoteRun.sums)")
    }

    private static func leaf(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// With the slash at its end; empty for a name alone.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
