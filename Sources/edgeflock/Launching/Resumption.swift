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

    /// Epochs of one launch: no process is started that often.
    private static let epochs: UInt16 = 1_000

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
            throw refusal("it ran in one process, by the wall clock, or with --no-recovery")
        }
        guard
            FileManager.default.fileExists(atPath: directory.file(RecoveryPlan.folderName))
        else { throw refusal("it went to its end; to add episodes, use --continue") }
        let manifest = try ResultFile.read(RunManifest.self, "manifest.json", of: run)
        guard manifest.versions["program"] == ProgramVersion.fingerprint else {
            throw refusal("it was begun by another build of edgeflock, which nodes depend on")
        }
        let (next, isTooLarge) = order.epoch.addingReportingOverflow(Self.epochs)
        guard !isTooLarge else {
            throw refusal("that was done \(order.epoch / Self.epochs) times before")
        }
        order.epoch = next
    }

    /// Runs it to its end and shows the results.
    func launch() async throws {
        let sockets = try SocketFolder()
        var order = order
        order.sockets = sockets.path
        order.began = MonotonicClock.now
        let network = try order.network()
        try directory.write(order.encoded(), to: LaunchOrder.fileName)
        let exitCode = try await ProcessLaunch(
            order: order, network: network, directory: directory
        ).run()
        withExtendedLifetime(sockets) {}
        Console.show("results  \(directory.path)\n")
        guard exitCode == 0 else { throw ExitCode(exitCode) }
    }
}
