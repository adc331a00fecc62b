#if canImport(Glibc)
    import Glibc
#endif

/// Measurements that `scripts/bench` runs and compares; each prints one number or one JSON object.
let benchmarks: [(name: String, usage: String, run: ([String]) throws -> Void)] = [
    ("throughput", "throughput BYTES COUNT", runThroughput),
    ("live", "live STATIONS TASKS_PER_S DELAY_MS SECONDS [GROUPS]", runLive),
    ("live-role", "live-role ... (started by live)", runLiveRole),
    ("emulate", "emulate TOPOLOGY none|summary|ledger|full [KEY=VALUE...]", runEmulate),
    ("learning", "learning decision HIDDEN|update HIDDEN BATCH|products|sgemm", runLearning),
    ("oracle", "oracle M/M/1|M/D/1|M/G/1 LOAD TASKS SEED", runOracle),
]

let arguments = CommandLine.arguments.dropFirst()
guard let benchmark = benchmarks.first(where: { $0.name == arguments.first }) else {
    exitForUsage(benchmarks.map(\.usage))
}
try benchmark.run(Array(arguments.dropFirst()))

/// Ends the program with the exit code for wrong arguments.
func exitForUsage(_ usages: [String]) -> Never {
    let text = "usage:\n" + usages.map { "  edgeflock-bench \($0)\n" }.joined()
    write(STDERR_FILENO, text, text.utf8.count)
    exit(64)
}
