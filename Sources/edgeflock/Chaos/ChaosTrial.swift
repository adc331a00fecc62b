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
            try await launch(name, faults)
            faults.noteEndOfRun()
            let run = try summary(name)
            runs.append(run)
            guard run.verdict == calm.verdict, faults.injections.count > before else { break }
        }
        return ChaosReport(calm: calm, runs: runs, injections: faults.injections)
    }

    /// A run that ends as a run should, VALID or not, is compared; all others speak for themselves.
    private func launch(_ name: String, _ faults: FaultInjector?) async throws {
        var topology = topology
        var settings = settings
        if faults == nil {
            topology.processes = .single
            settings.append("processes=single")
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

/// What faults did to runs.
struct ChaosReport {
    let calm: RunSummary
    let runs: [RunSummary]
    let injections: [FaultInjector.Injection]

    private var isSame: Bool {
        runs.allSatisfy {
            $0.ledgerDigest == calm.ledgerDigest && $0.weightsDigest == calm.weightsDigest
                && $0.tasks == calm.tasks && $0.verdict == calm.verdict
        }
    }

    var exitCode: Int32 {
        if runs.contains(where: { $0.verdict == .aborted || $0.verdict == .interrupted }) {
            return 3
        }
        return isSame && !runs.isEmpty ? 0 : 1
    }

    var text: String {
        var table = TextTable(hasUnits: true)
        table.add("faults injected", "\(injections.count)", "in \(runs.count) runs")
        for kind in FaultKind.allCases {
            let those = injections.filter { $0.kind == kind }
            if !those.isEmpty { table.add("  \(kind)", "\(those.count)", Self.roles(those)) }
        }
        let restarts = runs.reduce(0) { $0 + $1.restarts }
        table.add("processes that died and came back", "\(restarts)", "")
        let back = injections.filter { $0.recovery != nil }
        let times = back.compactMap(\.recovery).sorted()
        if !times.isEmpty {
            table.add("recovery p50", Self.seconds(times, 0.5), "s")
            table.add("recovery p95", Self.seconds(times, 0.95), "s")
            let slowest = back.first { $0.recovery == times.last }?.process ?? ""
            table.add("recovery max", Self.seconds(times, 1), "s, \(slowest)")
        }
        table.add("tasks, undisturbed", "\(calm.tasks.arrived)", "")
        let lost = runs.reduce(0) { $0 + abs(Int64(calm.tasks.arrived) - Int64($1.tasks.arrived)) }
        table.add("tasks missing or too many", "\(lost)", "")
        table.add("repeated frames rejected", "\(runs.reduce(0) { $0 + $1.duplicateFrames })", "")
        let equal = runs.count { $0.ledgerDigest == calm.ledgerDigest }
        table.add("ledgers equal", "\(equal)", "of \(runs.count)")
        if calm.weightsDigest != nil {
            let equal = runs.count { $0.weightsDigest == calm.weightsDigest }
            table.add("weights equal", "\(equal)", "of \(runs.count)")
        }
        return table.text + (exitCode == 0 ? "chaos: the same results\n" : "chaos: NOT the same\n")
    }

    /// Such as `hub 3, learner 2`, the most frequent first.
    private static func roles(_ injections: [FaultInjector.Injection]) -> String {
        var counts: [String: Int] = [:]
        for injection in injections { counts[injection.process, default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private static func seconds(_ sorted: [Duration], _ share: Double) -> String {
        let index = min(sorted.count - 1, Int(Double(sorted.count) * share))
        let hundredths = Int((sorted[index] / .milliseconds(10)).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
