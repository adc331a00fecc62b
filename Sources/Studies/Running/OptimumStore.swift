import EdgeModel
import FoundationEssentials
import Launcher
import Recording

/// Optima of small slots on disk: found once for all policies that are held against them.
package struct OptimumStore: Sendable {
    /// `optima` of a study's folder.
    private let folder: String
    /// The program `edgeflock-optimum`.
    private let solver: String

    package init(folder: String, solver: String) {
        self.folder = folder
        self.solver = solver
    }

    /// The solver is built and installed beside the program.
    package static func solver(beside program: String) -> String {
        URL(filePath: program).deletingLastPathComponent().path + "/edgeflock-optimum"
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter scratch: a folder for the solver's input and log.
    func optima(of slots: [SlotInstance], scratch: String) async throws -> [SlotOptimum] {
        guard !slots.isEmpty else { return [] }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(slots)
        let name = String(ContentDigest(of: data).description.prefix(16))
        let target = "\(folder)/\(name).json"
        if let known = read(target), known.count == slots.count { return known }
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard files.isExecutableFile(atPath: solver) else {
            throw Failure(
                description: "\(solver) is missing; 'swift build --product edgeflock-optimum' "
                    + "makes it, and scripts/edgeflock does so by itself")
        }
        let source = "\(scratch)/slots.json"
        try data.write(to: URL(filePath: source))
        let command = ChildCommand(
            name: "optimum", executable: solver, arguments: [source, target],
            log: "\(scratch)/optimum.log")
        let run = await ChildRun.run(command, limit: nil)
        guard run.ending == .exited(0), let found = read(target), found.count == slots.count else {
            throw Failure(
                description: "no optimum: \(run.ending) "
                    + command.lastLines(3).joined(separator: " | "))
        }
        return found
    }

    private func read(_ path: String) -> [SlotOptimum]? {
        (try? Data(contentsOf: URL(filePath: path)))
            .flatMap { try? JSONDecoder().decode([SlotOptimum].self, from: $0) }
    }
}
