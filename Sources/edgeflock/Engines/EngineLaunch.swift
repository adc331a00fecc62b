import ArgumentParser
import FoundationEssentials
import Launcher
import Recording
import Topologies

/// `launch --engine`: has an engine run a topology, and brings the results here.
struct EngineLaunch {
    let request: EngineRequest
    /// The folder for the results; nil for a new one in `runs`.
    let out: String?

    /// The engine's files and the logs of parts, in the folder of the results.
    private static let folder = "engine"
    private static let collected = "collected"

    func run() async throws {
        do { try request.engine.checkTools() } catch {
            throw Console.refusal("launch", "\(error)", 69)
        }
        let (topology, plan) = try request.plan()
        let files = try request.engine.render(plan)
        let directory =
            if let out {
                try RunDirectory.make(at: out)
            } else {
                try RunDirectory.make(name: topology.name, seed: topology.seed)
            }
        let folder = absolute(directory.file(Self.folder))
        try EngineFolder(at: folder).write(files)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var run = try request.engine.run(plan, in: folder, program: program)
        let collected = absolute(directory.file(Self.collected))
        let wasCancelled = try await run.follow(to: collected) { text in
            Console.complain("launch: \(text)")
        }
        try unpack(collected, into: directory)
        Console.show("results  \(directory.path)\n")
        guard
            let summary = try? ResultFile.read(RunSummary.self, "summary.json", of: directory.path)
        else {
            if wasCancelled { throw ExitCode(130) }
            throw complaint(folder, plan)
        }
        Console.show(summary.screen)
        guard summary.exitCode == 0 else { throw ExitCode(summary.exitCode) }
    }

    /// Puts what the part with the hub has left where the results of any run are.
    private func unpack(_ collected: String, into directory: RunDirectory) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: collected)) ?? []
        for name in names where name != "lock" {
            try FileManager.default.moveItem(
                atPath: "\(collected)/\(name)", toPath: directory.file(name))
        }
        directory.remove(Self.collected)
    }

    /// Shows the last lines of every part's log.
    private func complaint(_ folder: String, _ plan: EnginePlan) -> ExitCode {
        Console.complain("launch: error: the run has left no results; its parts said at last:")
        for number in plan.parts.indices {
            let name = EnginePlan.partName(number)
            let text = (try? String(contentsOfFile: "\(folder)/\(name).log", encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n").suffix(5) {
                Console.complain("  \(name) | \(line)")
            }
        }
        return ExitCode(3)
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
