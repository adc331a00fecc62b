import ArgumentParser
import Launcher
import Recording
import Topologies

/// One topology, run undisturbed and then under faults, until there have been enough of them.
struct ChaosTrial {
    let topology: Topology
    let file: String
    let settings: [String]
    let dataDirectory: String?
    let base: String

    mutating func run(_ faults: FaultInjector) async throws -> ChaosReport {
        try await launch("undisturbed", nil)
        let calm = try summary("undisturbed")
        var runs: [RunSummary] = []
        while !faults.isDone {
            let name = "disturbed-\(runs.count + 1)"
            let before = faults.injections.count
            Console.complain("chaos: run \(runs.count + 1), \(before) faults so far")
            faults.noteStartOfRun()
            try await launch(name, faults)
            faults.noteEndOfRun()
            let run = try summary(name)
            runs.append(run)
            let isInOrder = run.verdict != .aborted && run.verdict != .interrupted
            guard isInOrder, faults.injections.count > before else { break }
        }
        return ChaosReport(
            calm: calm, runs: runs, injections: faults.injections, resources: faults.resources,
            isWall: topology.clock == .wall)
    }

    /// A run that ends as a run should, VALID or not, is compared; all others speak for themselves.
    private func launch(_ name: String, _ faults: FaultInjector?) async throws {
        var topology = topology
        var settings = settings
        if faults == nil {
            topology.processes = .single
            settings.append("processes=single")
            // The same tasks arrive, as fast as it goes.
            if topology.clock == .wall { settings.append("clock=virtual") }
            topology.clock = .virtual
        }
        let request = LaunchRequest(
            topology: topology, file: file, settings: settings, dataDirectory: dataDirectory,
            inProcess: faults == nil, recording: .full, keepsInputs: false, drawsCurves: false,
            recovers: true, isDurable: false, continuation: nil, out: "\(base)/\(name)",
            faults: faults)
        do { try await request.launch() } catch let code as ExitCode where code.rawValue <= 3 {}
    }

    private func summary(_ name: String) throws -> RunSummary {
        try ResultFile.read(RunSummary.self, "summary.json", of: "\(base)/\(name)")
    }
}
