import ArgumentParser
import Emulation
import FoundationEssentials
import Launcher
import Recording
import Topologies

/// One run as it was asked for, checked and ready to start.
struct LaunchRequest: Sendable {
    var topology: Topology
    var file: String
    /// Everything that was changed on the command line, and the part that makes another world.
    var settings: [String]
    var worldSettings: [String]
    var dataDirectory: String?
    var inProcess: Bool
    var recording: RecordingLevel
    var keepsInputs: Bool
    /// The folder for the results; nil for a new one in `runs`.
    var out: String?

    /// Runs it and shows the results.
    ///
    /// - Throws: `ExitCode` unless the run is VALID; errors that kept it from starting.
    func launch() async throws {
        let network = try EmulatedNetwork(topology)
        let directory =
            if let out {
                try RunDirectory.make(at: out)
            } else {
                try RunDirectory.make(name: topology.name, seed: topology.seed)
            }
        let digest = try TopologyFingerprint.digest(file: file, settings: worldSettings)
        try directory.write(
            ResultFile.encode(manifest(network, digest: digest)), to: "manifest.json")
        let exitCode =
            if inProcess {
                try InProcessLaunch(request: self, network: network, directory: directory).run()
            } else {
                try await ProcessLaunch(
                    request: self, network: network, directory: directory, digest: digest
                ).run()
            }
        Console.show("results  \(directory.path)\n")
        guard exitCode == 0 else { throw ExitCode(exitCode) }
    }

    private func manifest(_ network: EmulatedNetwork, digest: ContentDigest) -> RunManifest {
        RunManifest(
            run: network.description, topologyDigest: digest, topologyFile: file,
            settings: settings, processes: inProcess ? "in-process" : topology.processes.text,
            clock: topology.clock == .virtual ? "virtual" : "wall, speed \(topology.speed)",
            recording: recording, flags: Array(CommandLine.arguments.dropFirst()),
            versions: ["edgeflock": ProgramVersion.text, "swift": ProgramVersion.compiler])
    }
}

/// Tells topologies apart by what they say, not by where they are.
enum TopologyFingerprint {
    /// SHA-256 over the file's bytes and the settings that change the world, one a line.
    static func digest(file: String, settings: [String]) throws(ResultFileError) -> ContentDigest {
        guard let data = try? Data(contentsOf: URL(filePath: file)) else {
            throw ResultFileError(path: file, problem: "cannot be read", isMissing: true)
        }
        let lines = settings.filter { !isAboutRunning($0) }.map { "\n" + $0 }.joined()
        return ContentDigest(of: Array(data) + Array(lines.utf8))
    }

    /// The seed is told beside the digest; the others do not change what is emulated.
    private static func isAboutRunning(_ setting: String) -> Bool {
        ["seed", "clock", "speed", "processes"].contains { key in
            setting.hasPrefix(key + "=") || setting.hasPrefix(key + ".")
        }
    }
}

extension ProcessPlan {
    var text: String {
        switch self {
        case .perStation: "per-station"
        case .packed(let count): "packed: \(count)"
        case .single: "single"
        }
    }
}

extension RunSummary {
    /// 0 VALID, 2 INVALID, 3 aborted, 130 interrupted.
    var exitCode: Int32 {
        switch verdict {
        case .valid: 0
        case .invalid: 2
        case .aborted: 3
        case .interrupted: 130
        }
    }
}
