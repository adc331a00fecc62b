import EdgeModel
import Emulation
import FoundationEssentials
import Launcher
import Messaging
import NodeRuntime
import Recording
import Topologies

/// A run that went to its end and is to have more episodes.
struct Continuation: Sendable {
    /// Its folder.
    let run: String
    let manifest: RunManifest
    let summary: RunSummary
    let order: LaunchOrder

    /// - Throws: `EmulationError` when it cannot be continued, whatever is to come: 66 when a file
    ///   is missing, 65 for other reasons.
    init(of run: String) throws(EmulationError) {
        self.run = run
        do {
            manifest = try ResultFile.read(RunManifest.self, "manifest.json", of: run)
            summary = try ResultFile.read(RunSummary.self, "summary.json", of: run)
        } catch {
            throw EmulationError(
                description: "\(run) cannot be continued: \(error)", exitCode: error.exitCode)
        }
        let path = "\(run)/\(LaunchOrder.fileName)"
        do { order = try LaunchOrder.read(from: path) } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw EmulationError(
                description: "\(run) cannot be continued: \(error)", exitCode: exists ? 65 : 66)
        }
        switch summary.verdict {
        case .valid, .invalid: break
        case .interrupted, .aborted:
            throw refusal("it did not go to its end: \(summary.reasons.joined(separator: "; "))")
        }
        guard manifest.clock == "virtual" else {
            throw refusal("it ran by the wall clock, under which nothing comes twice")
        }
        guard manifest.recording == RecordingLevel.full.rawValue else {
            throw refusal("its rows were not kept (--recording \(manifest.recording))")
        }
        let program = ProgramVersion.fingerprint
        guard manifest.versions["program"] == program else {
            throw refusal(
                "it was made by another build of edgeflock (\(manifest.versions["program"] ?? "?"),"
                    + " this is \(program)); only the same one is sure to go on the same way")
        }
    }

    /// The episodes that the run had.
    var episodes: Int { summary.episodes.count }

    /// What was set for the run, without where its processes were.
    var settings: [String] {
        order.settings.filter { !$0.hasPrefix("processes=") && !$0.hasPrefix("episodes=") }
    }

    /// Sees whether a topology says the same world, so far as the run has come.
    ///
    /// - Parameter topology: with the episodes that are to be added.
    func check(_ topology: Topology) throws(EmulationError) {
        guard topology.seed == manifest.seed else {
            throw refusal("its seed is \(manifest.seed), not \(topology.seed)")
        }
        var former = topology
        former.plan.episodes = episodes
        guard former.worldDigest.description == manifest.topologyDigest else {
            throw refusal(
                "its topology was another one (\(manifest.topologyFile), "
                    + "\(manifest.topologyDigest.prefix(12)); "
                    + "this is \(former.worldDigest.description.prefix(12)))")
        }
        guard topology.clock == .virtual else {
            throw refusal("only the virtual clock can be continued")
        }
    }

    /// Reads what its nodes remember, and sees whether its rows are all there.
    func state() throws(EmulationError) -> [NodeSnapshot] {
        let snapshots = try RunState.read(from: "\(run)/\(RunState.folder)")
        let path = "\(run)/run.sqlite"
        guard FileManager.default.fileExists(atPath: path) else {
            throw EmulationError(
                description: "\(run) cannot be continued: \(path) is missing", exitCode: 66)
        }
        let digest: ContentDigest
        do { digest = try RecordedRows(of: run).digest(stations: manifest.stations.count) } catch {
            throw refusal("\(path): \(error)")
        }
        guard digest.description == summary.ledgerDigest else {
            throw refusal("\(path) does not hold the rows that summary.json speaks of")
        }
        return snapshots
    }

    /// Copies the state into the folder of the run that goes on, so that it can be looked at and
    /// repeated without this one.
    func hand(to directory: RunDirectory) throws {
        try directory.makeFolder(RunState.startFolder)
        let source = "\(run)/\(RunState.folder)"
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(source)/\(name)")))
            try directory.write(bytes, to: "\(RunState.startFolder)/\(name)")
        }
    }

    private func refusal(_ reason: String) -> EmulationError {
        EmulationError(description: "\(run) cannot be continued: \(reason)", exitCode: 65)
    }
}

extension Recorder {
    /// Takes over the rows of the run that is continued.
    func takeOver(_ run: String) throws { try RecordedRows(of: run).read { keep($0) } }
}

extension ProgramVersion {
    /// 16 hexadecimal digits that are the same for the same program file.
    static var fingerprint: String {
        let file = URL(filePath: "/proc/self/exe")
        guard let program = try? Data(contentsOf: file, options: .alwaysMapped) else { return "?" }
        let digits = String(Checksum.of(program.span.bytes), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
