import FoundationEssentials
import Launcher
import Recording

/// Runs one cell: the program itself, once or twice, in processes of their own.
package struct CellRunner: Sendable {
    /// This program.
    package var executable: String
    /// Where cells work; each in a folder of its own that is removed afterwards.
    package var scratch: String
    /// Where the logs of failed cells are kept.
    package var failures: String
    /// Where optima of small slots are kept.
    package var optima: OptimumStore
    package var dataDirectory: String?
    /// Seconds of real time, as long as the study is not stopped; nil for none.
    package var limit: Double?

    package init(
        executable: String, scratch: String, failures: String, optima: OptimumStore,
        dataDirectory: String?, limit: Double?
    ) {
        self.executable = executable
        self.scratch = scratch
        self.failures = failures
        self.optima = optima
        self.dataDirectory = dataDirectory
        self.limit = limit
    }

    /// Why a cell has no result, in words; nil for an interrupted one, which is run again.
    private enum Fault: Error {
        case failed(String)
        case interrupted
    }

    /// Nil when somebody interrupted the study: the cell is run anew another time.
    package func run(_ cell: StudyCell) async -> CellResult? {
        let began = ContinuousClock.now
        let folder = "\(scratch)/\(cell.id)"
        let files = FileManager.default
        try? files.removeItem(atPath: folder)
        try? files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: folder) }
        var result = CellResult(order: cell.order, outcome: "FAILED")
        do {
            var settings = cell.order.settings
            var left = limit.map { Duration.seconds($0) }
            if let training = cell.order.training {
                let run = try await launch(
                    cell, "train", training, isLive: false, in: folder, limit: left)
                left = left.map { $0 - run.elapsed }
                result.training = CellResult.metrics(of: run.summary, memory: run.memory)
                result.trainingEpisodes = CellEpisode.episodes(of: run.summary)
                guard run.summary.verdict == .valid else {
                    throw Fault.failed(
                        "training was \(run.summary.verdict.rawValue): "
                            + run.summary.reasons.joined(separator: "; "))
                }
                settings += Self.frozen(in: folder)
            }
            let run = try await launch(
                cell, "evaluate", settings, isLive: cell.order.isLive, in: folder, limit: left)
            result.reasons = run.summary.reasons
            result.metrics = CellResult.metrics(of: run.summary, memory: run.memory)
            result.episodes = CellEpisode.episodes(of: run.summary)
            try await measureGap(of: cell, in: folder, &result)
            result.outcome = run.summary.verdict.rawValue
        } catch Fault.interrupted {
            return nil
        } catch Fault.failed(let reason) {
            result.reasons = [reason]
        } catch {
            result.reasons = ["\(error)"]
        }
        result.wall = (ContinuousClock.now - began) / .seconds(1)
        return result
    }

    /// Holds the policy, as it was judged, against the optimum of small slots.
    private func measureGap(
        of cell: StudyCell, in folder: String, _ result: inout CellResult
    ) async throws {
        guard var settings = cell.order.smallSlots, let tasks = cell.order.smallSlotTasks else {
            return
        }
        settings += ["seed=\(cell.seed)"]
        if cell.order.training != nil { settings += Self.frozen(in: folder) }
        let slots = try SmallSlots(
            topology: cell.order.topology, settings: settings, dataDirectory: dataDirectory,
            tasks: tasks)
        let optima = try await optima.optima(of: slots.instances, scratch: folder)
        guard !optima.isEmpty else { return }
        result.metrics["gap"] = slots.gap(to: optima)
        result.metrics["gap-slots"] = Double(optima.count)
    }

    /// What loads the weights that training has left: the learner's, or each station's own.
    private static func frozen(in folder: String) -> [String] {
        let checkpoints = "\(folder)/train/checkpoints"
        let file = "\(checkpoints)/final.safetensors"
        let isShared = FileManager.default.fileExists(atPath: file)
        return [
            "training.mode=frozen", "training.checkpoint='\(isShared ? file : checkpoints)'",
            "training.parameters=\(isShared ? "shared" : "per-station")",
        ]
    }

    private func launch(
        _ cell: StudyCell, _ name: String, _ settings: [String], isLive: Bool,
        in folder: String, limit left: Duration?
    ) async throws -> (summary: RunSummary, memory: UInt64, elapsed: Duration) {
        let out = "\(folder)/\(name)"
        var arguments = [
            "launch", cell.order.topology, "--tied", "--seed", "\(cell.order.seed)", "--recording",
            "summary", "--out", out,
        ]
        if !isLive { arguments.append("--in-process") }
        if let dataDirectory { arguments += ["--data", dataDirectory] }
        for setting in settings { arguments += ["--set", setting] }
        let command = ChildCommand(
            name: name, executable: executable, arguments: arguments, log: "\(folder)/\(name).log")
        let run = await ChildRun.run(command, limit: left)
        if Interrupts.count > 0 { throw Fault.interrupted }
        let summary = try? ResultFile.read(RunSummary.self, "summary.json", of: out)
        switch run.ending {
        case .exited(0), .exited(2):
            if let summary { return (summary, run.memory, run.elapsed) }
            throw Fault.failed(keepLog(command, cell, "\(name) left no summary"))
        case .exited(let code):
            throw Fault.failed(keepLog(command, cell, "\(name) ended with exit code \(code)"))
        case .signalled(let number):
            throw Fault.failed(keepLog(command, cell, "\(name) died of signal \(number)"))
        case .timedOut:
            let limit = limit.map { "\(Int($0)) s" } ?? "limit"
            throw Fault.failed(keepLog(command, cell, "\(name) took longer than \(limit)"))
        case .notStarted(let reason):
            throw Fault.failed("\(name) could not be started: \(reason)")
        }
    }

    private func keepLog(_ command: ChildCommand, _ cell: StudyCell, _ reason: String) -> String {
        let last = command.lastLines(3).joined(separator: " | ")
        let files = FileManager.default
        try? files.createDirectory(atPath: failures, withIntermediateDirectories: true)
        let kept = "\(failures)/\(cell.id).log"
        try? files.removeItem(atPath: kept)
        try? files.moveItem(atPath: command.log, toPath: kept)
        return last.isEmpty ? reason : "\(reason): \(last)"
    }
}
