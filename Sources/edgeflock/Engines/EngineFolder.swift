import FoundationEssentials
import Launcher
import Recording

#if canImport(Glibc)
    import Glibc
#endif

/// The folder into which an engine's files are written.
struct EngineFolder {
    let path: String

    /// Makes the folder, which must be new or empty.
    init(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
            throw Console.refusal("render", "\(path) is not empty; use another --out", 73)
        }
    }

    func write(_ files: [RenderedFile]) throws {
        for file in files {
            let target = "\(path)/\(file.path)"
            if let slash = target.lastIndex(of: "/") { try makeFolder(String(target[..<slash])) }
            try RunDirectory.write(Array(file.text.utf8), to: target)
            guard chmod(target, mode_t(file.mode.rawValue)) == 0 else {
                throw Console.refusal("render", "cannot protect \(target)", 73)
            }
        }
    }

    /// Folders of keys are for their owner only: what is in them may have to be readable.
    private func makeFolder(_ folder: String) throws {
        guard folder != path else { return }
        let isSecret = folder.hasSuffix("/keys")
        guard mkdir(folder, isSecret ? 0o700 : 0o755) == 0 || errno == EEXIST else {
            throw Console.refusal("render", "cannot make \(folder)", 73)
        }
    }
}
