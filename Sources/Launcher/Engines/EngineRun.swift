import FoundationEssentials

/// A run that an engine has been given: watched until it is over, collected, taken away.
///
/// The engine starts, restarts and places the parts; this only asks how they are.
package protocol EngineRun: Sendable {
    /// Hands the run to the engine.
    mutating func start() async throws(LaunchError)

    /// How it is, for a person, and whether it is over.
    mutating func look() async throws(LaunchError) -> EngineState

    /// Ends it before it is over.
    mutating func cancel() async throws(LaunchError)

    /// Brings the results of the part with the hub to the folder, which does not exist yet, and
    /// takes away what the engine has of the run.
    mutating func collect(to folder: String) async throws(LaunchError)
}

package struct EngineState: Hashable, Sendable {
    package var text: String
    package var isOver: Bool

    init(_ text: String, isOver: Bool) {
        self.text = text
        self.isOver = isOver
    }
}

extension EngineRun {
    /// How many times in a row, a second apart, the engine may say nothing.
    private static var patience: Int { 30 }

    /// Follows a run from its start to its end.
    ///
    /// - Parameters:
    ///   - folder: for the results.
    ///   - say: called when something has changed.
    /// - Returns: whether it was ended by Ctrl-C.
    package mutating func follow(
        to folder: String, say: (String) -> Void
    ) async throws(LaunchError) -> Bool {
        Interrupts.catch(exitAfter: 3)
        try await start()
        var last = ""
        var wasCancelled = false
        var failures = 0
        while true {
            if Interrupts.count > 0, !wasCancelled {
                wasCancelled = true
                say("taking the run back; twice more to leave at once")
                try await cancel()
            }
            let state: EngineState
            do throws(LaunchError) {
                state = try await look()
                failures = 0
            } catch {
                // A controller that is busy or changes over is not the end of the run.
                failures += 1
                guard failures < Self.patience else { throw error }
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            if state.text != last { say(state.text) }
            last = state.text
            if state.isOver { break }
            try? await Task.sleep(for: .milliseconds(500))
        }
        try await collect(to: folder)
        return wasCancelled
    }
}

extension Engine {
    /// Sees whether the engine's programs are on this machine.
    package func checkTools() throws(LaunchError) {
        let names: [String] =
            switch self {
            case .slurm: ["sbatch", "scontrol", "scancel"]
            case .compose, .swarm: ["docker"]
            case .kubernetes: []
            }
        guard self != .kubernetes else {
            throw LaunchError(
                "kubernetes is not started from here: edgeflock render kubernetes FILE --out DIR, "
                    + "then kubectl apply -f DIR")
        }
        for name in names where EngineTool.find(name) == nil {
            throw LaunchError(
                "no '\(name)' on the PATH; start this on \(place), or see what it would be given "
                    + "with 'edgeflock render \(rawValue) FILE --out DIR'")
        }
    }

    private var place: String {
        switch self {
        case .slurm: "a machine from which jobs are submitted"
        case .compose: "a machine with a Docker engine"
        case .swarm: "a manager of the swarm"
        case .kubernetes: "a machine of the cluster"
        }
    }

    /// - Parameters:
    ///   - folder: where the engine's files were written, absolute.
    ///   - program: this program, for engines that start it as it is.
    package func run(
        _ plan: EnginePlan, in folder: String, program: String
    ) throws(LaunchError) -> any EngineRun {
        switch self {
        case .slurm: try SlurmRun(plan, in: folder, program: program)
        case .compose: try ComposeRun(plan, in: folder)
        case .swarm: try SwarmRun(plan, in: folder)
        case .kubernetes: throw LaunchError("kubernetes is not started from here")
        }
    }
}
