import Launcher
import NodeRuntime
import Recording
import Topologies

/// What an order's words stand for.
extension LaunchOrder {
    var level: RecordingLevel {
        get throws {
            guard let level = RecordingLevel(rawValue: recording) else {
                throw LaunchError("unknown recording level '\(recording)'")
            }
            return level
        }
    }

    /// Reads the topology that the launch was given.
    ///
    /// - Throws: `LaunchError` when it is not the same any more.
    func loadTopology() throws -> Topology {
        let loading = Topology.load(
            path: topology, overrides: settings, dataDirectory: dataDirectory)
        guard let loaded = loading.topology else {
            let diagnostics = loading.diagnostics.map(\.description).joined(separator: "\n")
            throw LaunchError("the topology cannot be read any more:\n\(diagnostics)")
        }
        let digest = try SourceDigest.digest(file: topology, settings: settings)
        guard digest.description == sourceDigest else {
            throw LaunchError("\(topology) has changed since the launch")
        }
        return loaded
    }

    /// The input log of a process, if the run keeps inputs.
    func inputLog(of process: String) throws(InputLogError) -> InputLogWriter? {
        guard keepsInputs else { return nil }
        return try InputLogWriter(path: Self.inputLog(of: process, in: directory))
    }
}
