import Emulation
import Messaging
import NodeRuntime
import Recording
import SimulationKernel
import Topologies

/// `emulate TOPOLOGY LEVEL [KEY=VALUE...]`: one run in this process, and its rates.
///
/// The level is `none` (records are thrown away), `summary`, `ledger` or `full`.
func runEmulate(_ arguments: [String]) throws {
    guard arguments.count >= 2 else { exitForUsage(["emulate TOPOLOGY LEVEL [KEY=VALUE...]"]) }
    let loading = Topology.load(path: arguments[0], overrides: Array(arguments.dropFirst(2)))
    guard let topology = loading.topology else {
        for diagnostic in loading.diagnostics { print(diagnostic) }
        return
    }
    let network = try EmulatedNetwork(topology)
    guard let level = RecordingLevel(rawValue: arguments[1]) else {
        let sink = Discard()
        var run = InProcessRun(network, sink: sink)
        let facts = run.run { _ in false }
        return report(tasks: sink.tasks, facts)
    }
    let recorder = try Recorder(network.description, level: level, directory: nil)
    var run = InProcessRun(network, sink: recorder)
    let facts = run.run { _ in false }
    let summary = try recorder.finish(facts)
    report(tasks: summary.tasks.arrived, facts)
    print(summary.verdict, summary.reasons, summary.ledgerDigest ?? "-")
    print(summary.delayByQuarter.map { $0 ?? -1 }, summary.episodes.map { $0.meanDelay ?? -1 })
}

private func report(tasks: UInt64, _ facts: RunFacts) {
    print(
        """
        { "tasks_per_s": \(Int(Double(tasks) / facts.wallSeconds)), \
        "events_per_s": \(Int(Double(facts.events) / facts.wallSeconds)), \
        "tasks": \(tasks), "events": \(facts.events), "wall_s": \(facts.wallSeconds) }
        """)
}

/// Counts tasks and keeps nothing.
private final class Discard: RecordSink {
    var tasks: UInt64 = 0

    func keep(_ record: Record) {
        if case .task = record { tasks += 1 }
    }
}
