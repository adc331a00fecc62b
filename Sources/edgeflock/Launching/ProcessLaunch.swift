import Emulation
import FoundationEssentials
import Launcher
import NodeRuntime
import Recording
import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// A run in processes of its own: starts and supervises them, and shows what came of it.
struct ProcessLaunch {
    let order: LaunchOrder
    let network: EmulatedNetwork
    let directory: RunDirectory
    var faults: FaultInjector?
    /// Whether an engine gives orders on standard input and reads what is printed.
    var isSteered = false

    /// - Returns: the exit code of the run.
    func run() async throws -> Int32 {
        try directory.makeFolder("logs")
        let commands = order.commands(for: LaunchPlan(network), executable: try Self.executable())
        let hasHub = commands.last?.name == LaunchPlan.hubName
        guard !commands.isEmpty else { return 0 }
        let supervisor = try Supervisor(
            commands, hasHub: hasHub, restarts: order.recovers ? restarts : nil,
            epoch: order.epoch)
        var line = ProgressLine()
        var nextSign: Int64 = 0
        var pulse = RunPulse(of: directory.path)
        let result = await supervisor.run(
            onLine: { text in
                guard line.isDue, let progress = RunProgress(line: text) else { return }
                if isSteered {
                    line.tell(progress)
                } else {
                    line.show(progress)
                }
            },
            faults: faults, isSteered: isSteered,
            onTick: {
                let second = MonotonicClock.now / 1_000_000_000
                pulse.beat(at: second)
                guard isSteered, second >= nextSign else { return }
                nextSign = second + Int64(Steering.interval) / 1_000
                Console.write(Steering.Order.aliveLine, to: STDOUT_FILENO)
            },
            say: { text in
                line.clear()
                Console.complain("launch: \(text)")
            })
        line.clear()
        pulse.stop()
        if let summary = try? ResultFile.read(RunSummary.self, "summary.json", of: directory.path) {
            // A run that has ended in order has nothing left to recover.
            directory.remove(RecoveryPlan.folderName)
            if !isSteered { Console.show(summary.screen) }
        } else if !hasHub, result.exitCode == 0 {
            directory.remove(RecoveryPlan.folderName)
        } else if order.recovers, !isSteered {
            Console.complain("launch: it has no results yet; launch --resume \(directory.path)")
        }
        if let failure = result.failure { complain(failure, result.lastLines) }
        return result.exitCode
    }

    /// Deaths that somebody wanted say nothing about a process.
    private var restarts: RestartPolicy {
        var policy = RestartPolicy()
        if faults != nil { policy.limit = .max }
        return policy
    }

    private func complain(_ failure: Supervision.Failure, _ lastLines: [String]) {
        Console.complain("launch: error: process \(failure.process) \(failure.detail)")
        for line in lastLines { Console.complain("  | \(line)") }
        Console.complain("  its log: \(directory.path)/logs/\(failure.process).log")
    }

    private static func executable() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}

/// The folder of a run's sockets, removed when the run is over.
///
/// It is not in the run's folder because the system limits the paths of sockets to 107 bytes.
final class SocketFolder: Sendable {
    let path: String

    init() throws {
        let parent = FileManager.default.temporaryDirectory.path
        let name = "edgeflock-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let path = (parent.hasSuffix("/") ? parent : parent + "/") + name
        guard path.utf8.count <= 60 else {
            throw LaunchError("the folder for temporary files has too long a name: \(parent)")
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        self.path = path
    }

    /// Takes the folder of a run that goes on, which its processes know, whether it is still there
    /// or not.
    init(again path: String) throws {
        if mkdir(path, 0o700) != 0 {
            var status = stat()
            let isOwn =
                errno == EEXIST && lstat(path, &status) == 0 && status.st_uid == geteuid()
                && status.st_mode & (S_IFMT | 0o777) == S_IFDIR | 0o700
            guard isOwn else {
                throw LaunchError("\(path) cannot be used for sockets: it is not yours alone")
            }
        }
        self.path = path
    }

    deinit { Self.remove(path) }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

extension LaunchPlan {
    /// How the processes reach each other.
    ///
    /// - Parameters:
    ///   - sockets: the folder of Unix sockets, where all are on one host.
    ///   - proxyPort: where the proxy begins that stands between them, if there is one.
    func transport(sockets: String, proxyPort: UInt16?) -> LivePlan.Transport {
        if let proxyPort { return .proxied(directory: sockets, firstPort: proxyPort) }
        guard deployment.isSpread else { return .ipc(directory: sockets) }
        return .hosts(
            deployment.processes.indices.map { process in
                LivePlan.Site(
                    address: deployment.hosts[deployment.processes[process].host].address,
                    port: deployment.port(of: process))
            })
    }

    init(_ network: EmulatedNetwork) { self.init(Deployment(network.topology)) }
}
