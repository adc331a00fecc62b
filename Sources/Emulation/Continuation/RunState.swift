import FoundationEssentials
import Messaging
package import NodeRuntime
package import Recording

/// What all nodes of a run remember at the end of an episode: one file `PROCESS.state` for each
/// process, and beside it the files that have a form of their own, such as the learner's.
///
/// A state file is magic 8, checksum 8 of what follows, then a `Book` in the form of `Memory`.
package enum RunState {
    /// Changes with what is in a file.
    private static let magic = Array("EFSTATE1".utf8)
    /// The folder that a run leaves behind, and the one that it was continued from.
    package static let folder = "state"
    package static let startFolder = "start"
    private static let suffix = ".state"

    private struct Book: Codable {
        var snapshots: [NodeSnapshot]
        /// SHA-256 of the files beside it, by name.
        var files: [String: String]
    }

    /// Writes the snapshots of one process in the place of those before them.
    package static func write(
        _ snapshots: [NodeSnapshot], of process: String, to directory: RunDirectory
    ) throws {
        var book = Book(snapshots: snapshots, files: [:])
        try directory.makeFolder(folder)
        for index in book.snapshots.indices {
            for (name, bytes) in book.snapshots[index].memory.files {
                book.files[name] = ContentDigest(of: bytes).description
                try directory.write(bytes, to: "\(folder)/\(name)")
            }
            book.snapshots[index].memory.files = [:]
        }
        let content = try Memory.bytes(of: book)
        let checksum = Checksum.of(content.span.bytes)
        let head = magic + withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
        try directory.write(head + content, to: "\(folder)/\(process)\(suffix)")
    }

    /// Reads what all processes of a run have left in a folder, in order of the nodes.
    ///
    /// - Throws: `EmulationError`: 66 when there is nothing, 65 when it cannot be used.
    package static func read(from folder: String) throws(EmulationError) -> [NodeSnapshot] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var snapshots: [NodeSnapshot] = []
        for name in names.sorted() where name.hasSuffix(suffix) {
            let path = "\(folder)/\(name)"
            do {
                snapshots += try read(path, in: folder)
            } catch {
                throw EmulationError(
                    description: "\(path) cannot be used: \(error)", exitCode: 65)
            }
        }
        guard !snapshots.isEmpty else {
            throw EmulationError(
                description: "\(folder) holds no state of a run that could be continued",
                exitCode: 66)
        }
        return snapshots.sorted { $0.node < $1.node }
    }

    private static func read(_ path: String, in folder: String) throws -> [NodeSnapshot] {
        let bytes = try content(of: path)
        guard bytes.prefix(8) == magic[...] else {
            throw MemoryError("it is no state file of this version")
        }
        let content = Array(bytes.dropFirst(16))
        let checksum = withUnsafeBytes(of: Checksum.of(content.span.bytes).littleEndian) {
            Array($0)
        }
        guard bytes.dropFirst(8).prefix(8) == checksum[...] else {
            throw MemoryError("its checksum is wrong: it is cut off or damaged")
        }
        var book = try Memory.value(Book.self, from: content[...])
        var files: [String: [UInt8]] = [:]
        for (name, digest) in book.files {
            guard !name.contains("/") else { throw MemoryError("it names the file \(name)") }
            let bytes = try Self.content(of: "\(folder)/\(name)")
            guard ContentDigest(of: bytes).description == digest else {
                throw MemoryError("\(folder)/\(name) is not the file that belongs to it")
            }
            files[name] = bytes
        }
        for index in book.snapshots.indices { book.snapshots[index].memory.files = files }
        return book.snapshots
    }

    private static func content(of path: String) throws -> [UInt8] {
        do { return [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
            throw MemoryError("\(path) cannot be read")
        }
    }
}

/// Keeps the newest state of one process in the run's folder.
///
/// A disk that fails does not stop the run: `failure` says why the state is an older one.
package final class RunStateKeeper: SnapshotKeeper {
    private let directory: RunDirectory
    private let process: String
    package private(set) var failure: String?

    package init(of process: String, in directory: RunDirectory) {
        self.directory = directory
        self.process = process
    }

    package func cannotKeep(_ reason: String) {
        failure = "the run's state was not kept, so it cannot be continued: \(reason)"
    }

    package func keep(_ snapshots: [NodeSnapshot]) {
        do {
            try RunState.write(snapshots, of: process, to: directory)
            failure = nil
        } catch {
            failure = "the run's state was not kept: \(error)"
        }
    }
}
