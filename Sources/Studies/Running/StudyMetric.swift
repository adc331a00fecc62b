import Recording

/// A number that is taken of every run, and how it is shown.
package struct StudyMetric: Sendable {
    package let name: String
    package let title: String
    package let unit: String
    package let better: PairedComparison.Direction
    /// Nil when the run did not measure it.
    let value: @Sendable (RunSummary, _ memory: UInt64) -> Double?

    private init(
        _ name: String, _ title: String, _ unit: String = "",
        _ better: PairedComparison.Direction = .lower,
        _ value: @escaping @Sendable (RunSummary, UInt64) -> Double?
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.better = better
        self.value = value
    }

    package static func named(_ name: String) -> StudyMetric? { all.first { $0.name == name } }

    /// All of them are kept for every cell; a study chooses which are shown.
    package static let all: [StudyMetric] = quality + traffic + cost

    private static let quality: [StudyMetric] = [
        StudyMetric("delay", "Mean delay", "ms") { run, _ in run.delay.mean.map { $0 * 1e3 } },
        StudyMetric("last-quarter", "Mean delay, last quarter of the run", "ms") { run, _ in
            run.delayByQuarter.last.flatMap(\.self).map { $0 * 1e3 }
        },
        StudyMetric("first-quarter", "Mean delay, first quarter of the run", "ms") { run, _ in
            run.delayByQuarter.first.flatMap(\.self).map { $0 * 1e3 }
        },
        StudyMetric("learner-away-delay", "Mean delay while the learner is away", "ms") {
            run, _ in run.scheduled?.learnerAwayDelay.map { $0 * 1e3 }
        },
        StudyMetric("capped-delay", "Mean delay, capped at the deadline", "ms") { run, _ in
            run.delay.cappedMean.map { $0 * 1e3 }
        },
        StudyMetric("p50", "Median delay", "ms") { run, _ in run.delay.p50.map { $0 * 1e3 } },
        StudyMetric("p95", "95th percentile of delay", "ms") { run, _ in
            run.delay.p95.map { $0 * 1e3 }
        },
        StudyMetric("p99", "99th percentile of delay", "ms") { run, _ in
            run.delay.p99.map { $0 * 1e3 }
        },
        StudyMetric("late", "Late tasks", "%") { run, _ in run.lateShare.map { $0 * 100 } },
        StudyMetric("in-flight", "Tasks in flight at the end", "%") { run, _ in
            run.tasks.arrived > 0
                ? Double(run.tasks.inFlight) / Double(run.tasks.arrived) * 100 : nil
        },
        // Measured beside the run (`SmallSlots`).
        StudyMetric("gap", "Gap to the exact optimum of small slots", "%") { _, _ in nil },
        StudyMetric("utilisation", "Utilisation", "%", .higher) { run, _ in
            run.utilisation.mean.map { $0 * 100 }
        },
        StudyMetric("fairness", "Fairness of delays (Jain)", "", .higher) { run, _ in
            run.fairness
        },
        StudyMetric("state-age", "Age of the state seen", "ms") { run, _ in
            run.stateAge.map { $0 * 1e3 }
        },
        StudyMetric("staleness", "Weight staleness", "versions") { run, _ in
            run.weights.staleness
        },
        StudyMetric("mixed-age", "Age of networks taken in", "ms") { run, _ in
            run.weights.mixedAge.map { $0 * 1e3 }
        },
        StudyMetric("weights-age", "Age of weights at decisions", "s") { run, _ in
            run.weights.age
        },
    ]

    private static let traffic: [StudyMetric] = [
        StudyMetric("task-bytes", "Emulated bytes of tasks", "MB") { run, _ in
            Double(run.bytes.tasks) * 1e-6
        },
        StudyMetric("state-bytes", "Emulated bytes of state", "MB") { run, _ in
            Double(run.bytes.state) * 1e-6
        },
        StudyMetric("learning-bytes", "Emulated bytes of experience and weights", "MB") {
            run, _ in Double(run.bytes.experience + run.bytes.weights) * 1e-6
        },
        StudyMetric("experience-bytes", "Emulated bytes of experience", "MB") { run, _ in
            Double(run.bytes.experience) * 1e-6
        },
        StudyMetric("weight-bytes", "Emulated bytes of weights", "MB") { run, _ in
            Double(run.bytes.weights) * 1e-6
        },
        StudyMetric("messages", "Emulated messages") { run, _ in Double(messages(run)) },
        StudyMetric("messages-per-station", "Messages per station and virtual second") {
            run, _ in perStationSecond(Double(messages(run)), run)
        },
        StudyMetric("bytes-per-station", "Bytes per station and virtual second", "B") {
            run, _ in perStationSecond(Double(bytes(run)), run)
        },
        StudyMetric("wire-bytes", "Bytes on real sockets", "MB") { run, _ in
            Double(run.wireBytes) * 1e-6
        },
    ]

    private static let cost: [StudyMetric] = [
        StudyMetric("speed", "Virtual seconds per second", "", .higher) { run, _ in
            run.wallSeconds > 0 ? run.virtualSeconds / run.wallSeconds : nil
        },
        StudyMetric("tasks-per-second", "Tasks per real second", "/s", .higher) { run, _ in
            run.wallSeconds > 0 ? Double(run.tasks.arrived) / run.wallSeconds : nil
        },
        StudyMetric("cost", "Real time per station and virtual second", "us") { run, _ in
            perStationSecond(run.wallSeconds * 1e6, run)
        },
        StudyMetric("wall", "Real time", "s") { run, _ in run.wallSeconds },
        StudyMetric("start", "Start of all processes", "s") { run, _ in run.startSeconds },
        StudyMetric("memory", "Memory (PSS of all processes)", "MB") { run, memory in
            memory > 0 ? Double(memory) * 1e-6 : nil
        },
        StudyMetric("memory-per-station", "Memory (PSS) per station", "MB") { run, memory in
            memory > 0 ? Double(memory) * 1e-6 / Double(max(1, run.stations.count)) : nil
        },
        StudyMetric("gradient-rate", "Gradient steps per real second", "/s", .higher) { run, _ in
            run.wallSeconds > 0 && run.weights.gradientSteps > 0
                ? Double(run.weights.gradientSteps) / run.wallSeconds : nil
        },
        StudyMetric("decision", "Real time of a decision", "us") { run, _ in
            run.decisionTime.p50
        },
    ]

    private static func messages(_ run: RunSummary) -> UInt64 {
        run.messages.tasks + run.messages.state + run.messages.experience + run.messages.weights
    }

    private static func bytes(_ run: RunSummary) -> UInt64 {
        run.bytes.tasks + run.bytes.state + run.bytes.experience + run.bytes.weights
    }

    private static func perStationSecond(_ amount: Double, _ run: RunSummary) -> Double? {
        let work = run.virtualSeconds * Double(run.stations.count)
        return work > 0 ? amount / work : nil
    }
}
