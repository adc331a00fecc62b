import FoundationEssentials

/// What a process that `launch` starts needs to know, in a file of the run's folder.
package struct LaunchOrder: Hashable, Sendable, Codable {
    /// Drawn for every launch, so that messages of another run are recognised.
    package var run: UInt64
    /// The topology file, absolute, and what was changed on the command line.
    package var topology: String
    package var settings: [String]
    package var dataDirectory: String?
    /// SHA-256 over both as they are written; a process that reads something else refuses to work.
    package var sourceDigest: String
    /// The run's folder, absolute.
    package var directory: String
    /// Where the processes' sockets are; short, because the system limits such paths. Nil for a
    /// run in one process.
    package var sockets: String?
    package var recording: String
    /// What the machine's monotonic clock showed when the launch began, nanoseconds.
    package var began: Int64
    /// Whether each process writes an input log.
    package var keepsInputs: Bool
    /// Whether the hub writes an event file for TensorBoard.
    package var drawsCurves: Bool
    /// Whether processes that are killed come back, and whether that holds after a power cut.
    package var recovers: Bool
    package var isDurable: Bool
    /// Of the first start of every process.
    package var epoch: UInt16
    /// The first port of a proxy that stands between the processes; nil: nothing does.
    package var proxyPort: UInt16?
    /// The folder of the run that this one continues, absolute; nil for a run of its own.
    package var continues: String?
    /// The host of the topology whose processes these are; nil: all of the run.
    package var host: String?

    package init(
        run: UInt64, topology: String, settings: [String], dataDirectory: String?,
        sourceDigest: String, directory: String, sockets: String?, recording: String,
        began: Int64, keepsInputs: Bool, drawsCurves: Bool, recovers: Bool = false,
        isDurable: Bool = false, epoch: UInt16 = 1,
        continues: String? = nil, host: String? = nil
    ) {
        self.run = run
        self.topology = topology
        self.settings = settings
        self.dataDirectory = dataDirectory
        self.sourceDigest = sourceDigest
        self.directory = directory
        self.sockets = sockets
        self.recording = recording
        self.began = began
        self.keepsInputs = keepsInputs
        self.drawsCurves = drawsCurves
        self.recovers = recovers
        self.isDurable = isDurable
        self.epoch = epoch
        self.continues = continues
        self.host = host
    }

    package static let fileName = "launch.json"
    /// The folder of input logs, one `PROCESS.log` each.
    package static let inputFolder = "inputs"
    /// What a run in one process calls that process.
    package static let singleProcess = "nodes"

    /// The input log of a process in a run's folder.
    package static func inputLog(of process: String, in directory: String) -> String {
        "\(directory)/\(inputFolder)/\(process).log"
    }

    package func encoded() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    package static func read(from path: String) throws(LaunchError) -> LaunchOrder {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw LaunchError("cannot read \(path)")
        }
        do {
            return try JSONDecoder().decode(LaunchOrder.self, from: data)
        } catch {
            throw LaunchError("\(path) is not the order of a run of this program")
        }
    }

    /// The commands that start those of a plan's processes that are here, the hub's last.
    package func commands(for plan: LaunchPlan, executable: String) -> [ChildCommand] {
        plan.names(on: host).map { name in
            ChildCommand(
                name: name, executable: executable,
                arguments: ["role", name, "--order", directory + "/" + Self.fileName],
                log: directory + "/logs/" + name + ".log")
        }
    }
}
