import ArgumentParser
import Emulation
import FoundationEssentials
import Launcher
import NodeRuntime
import Recording
import Topologies

/// A run whose launcher has died, and which goes on from what its processes have kept.
struct Resumption {
    private var order: LaunchOrder
    private let directory: RunDirectory

    /// - Throws: `EmulationError` when it cannot be resumed: 66 when a file is missing, 65 for
    ///   other reasons; `RunDirectoryError` when it is still going on.
    init(of run: String) throws {
        let path = "\(run)/\(LaunchOrder.fileName)"
        func refusal(_ reason: String, _ code: Int32 = 65) -> EmulationError {
            EmulationError(description: "\(run) cannot be resumed: \(reason)", exitCode: code)
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw refusal("\(path) is missing; is it the folder of a run?", 66)
        }
        order = try LaunchOrder.read(from: path)
        directory = try RunDirectory.reopen(at: run)
        guard order.recovers else {
            throw refusal("it ran in one process or with --no-recovery")
        }
        guard
            FileManager.default.fileExists(atPath: directory.file(RecoveryPlan.folderName))
        else { throw refusal("it went to its end; to add episodes, use --continue") }
        let manifest = try ResultFile.read(RunManifest.self, "manifest.json", of: run)
        guard manifest.versions["program"] == ProgramVersion.fingerprint else {
            throw refusal("it was begun by another build of edgeflock, which nodes depend on")
        }
        let epochs = RecoveryPlan.epochsOfLauncher
        let (next, isTooLarge) = order.epoch.addingReportingOverflow(epochs)
        guard !isTooLarge else {
            throw refusal("that was done \(order.epoch / epochs) times before")
        }
        order.epoch = next
    }

    /// Runs it to its end and shows the results.
    ///
    /// - Parameter isSteered: whether an engine gives orders on standard input.
    func launch(isSteered: Bool) async throws {
        // Processes have told each other where they are.
        let sockets = try order.sockets.map { try SocketFolder(again: $0) } ?? SocketFolder()
        var order = order
        order.sockets = sockets.path
        order.began = MonotonicClock.now
        let network = try order.network()
        try directory.write(order.encoded(), to: LaunchOrder.fileName)
        let exitCode = try await ProcessLaunch(
            order: order, network: network, directory: directory, isSteered: isSteered
        ).run()
        withExtendedLifetime(sockets) {}
        if !isSteered { Console.show("results  \(directory.path)\n") }
        guard exitCode == 0 else { throw ExitCode(exitCode) }
    }
}
