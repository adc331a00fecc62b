import Emulation
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

    /// The network of the topology, with what its nodes remember if the run continues another.
    func network() throws -> EmulatedNetwork {
        guard continues != nil else { return try EmulatedNetwork(loadTopology()) }
        let state = try RunState.read(from: "\(directory)/\(RunState.startFolder)")
        return try EmulatedNetwork(loadTopology(), continuing: state)
    }

    /// Keeps the state of a process at the end of each episode; none by the wall clock, under
    /// which nothing comes twice.
    func stateKeeper(
        of process: String, _ network: EmulatedNetwork, in directory: RunDirectory
    ) -> RunStateKeeper? {
        guard network.topology.clock == .virtual else { return nil }
        return RunStateKeeper(of: process, in: directory)
    }

    /// The input log of a process, if the run keeps inputs.
    func inputLog(of process: String) throws(InputLogError) -> InputLogWriter? {
        guard keepsInputs else { return nil }
        return try InputLogWriter(path: Self.inputLog(of: process, in: directory))
    }
}
