import EdgeModel

/// `oracle LAW LOAD TASKS SEED`: a single server against queueing theory, as one JSON object;
/// times are in mean service times.
func runOracle(_ arguments: [String]) throws {
    guard arguments.count == 4, let law = SingleServerLaw(rawValue: arguments[0]),
        let load = Double(arguments[1]), load > 0, load < 1,
        let tasks = Int(arguments[2]), tasks >= 100, let seed = UInt64(arguments[3])
    else {
        exitForUsage(["oracle M/M/1|M/D/1|M/G/1 LOAD TASKS SEED"])
    }
    let study = OracleStudy(law, load: load, tasks: tasks, seed: seed)
    let tail = study.tailShare.map { "\($0)" } ?? "null"
    print(
        """
        { "law": "\(law.rawValue)", "load": \(load), "tasks": \(study.tasks), "seed": \(seed), \
        "mean_wait": \(study.meanWait), "expected_wait": \(study.expectedWait), \
        "standard_error": \(study.waitError), "relative_error": \(study.relativeError), \
        "share_above_p95": \(tail), "utilisation": \(study.utilisation), \
        "number_over_rate_times_delay": \(study.meanNumber / study.rateTimesDelay) }
        """)
}
