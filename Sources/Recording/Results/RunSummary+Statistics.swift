import EdgeModel
import Messaging
import SimulationKernel

extension RunSummary {
    /// Draws up the summary of a run that is over.
    init(_ books: inout RunStatistics, _ facts: RunFacts, ledger: ContentDigest?) {
        let run = books.description
        let training = books.training ?? TrainingTotals(stations: run.stations.count)
        let findings = books.checks.summaries
        let capped = books.total.mean(of: books.capped)
        self.init(
            name: run.name, seed: run.seed, policy: run.policy, training: run.training,
            verdict: Self.verdict(facts, findings),
            reasons: facts.outcome.reasons + findings + facts.objections,
            warnings: facts.warnings + books.total.warnings,
            ledgerDigest: ledger?.description, weightsDigest: facts.weightsDigest?.description,
            tasks: Tasks(books.total),
            scheduled: run.events.isEmpty ? nil : Scheduled(books),
            delay: Delay(
                measured: books.total.measured, mean: books.total.meanDelay,
                p50: books.delays.quantile(0.50).map(Self.seconds),
                p95: books.delays.quantile(0.95).map(Self.seconds),
                p99: books.delays.quantile(0.99).map(Self.seconds),
                max: books.total.measured == 0 ? nil : Self.seconds(books.longest),
                cappedMean: capped, exact: books.delays.isExact),
            lateShare: books.total.lateShare,
            delayByQuarter: books.quarters.map(\.meanDelay),
            episodes: books.episodes.enumerated().map {
                Episode($0, $1, learningBytes: books.learning[$0])
            },
            stations: zip(run.stations, books.stations).map { Station($0, $1) },
            utilisation: Utilisation(books.stations),
            fairness: Self.fairness(books.stations.compactMap(\.tally.meanDelay)),
            decisions: books.sums.decisions,
            decisionTime: DecisionTime(
                p50: facts.decisionMedian.map { Double($0) * 1e-3 },
                p99: facts.decisionP99.map { Double($0) * 1e-3 }),
            bytes: Purposes(
                tasks: books.sums.taskBytes, state: books.sums.stateBytes,
                experience: books.sums.experienceBytes,
                weights: training.weightBytes + books.sums.weightBytes),
            messages: Purposes(
                tasks: books.sums.taskMessages, state: books.sums.stateMessages,
                experience: books.sums.experienceMessages,
                weights: training.weightMessages + books.sums.weightMessages),
            wireBytes: facts.wireBytes,
            weights: Weights(training, books),
            stateAge: books.sums.stateAgeCount == 0
                ? nil : books.sums.stateAgeSeconds / Double(books.sums.stateAgeCount),
            reportGaps: books.sums.reportGaps, lateness: facts.lateness,
            virtualSeconds: facts.virtualSeconds, wallSeconds: facts.wallSeconds,
            startSeconds: facts.startSeconds, restarts: facts.restarts,
            duplicateFrames: facts.duplicateFrames, windows: facts.windows,
            processes: facts.processes, events: facts.events)
    }

    private static func verdict(_ facts: RunFacts, _ findings: [String]) -> Verdict {
        switch facts.outcome {
        case .aborted: .aborted
        case .interrupted: .interrupted
        case .finished: findings.isEmpty && facts.objections.isEmpty ? .valid : .invalid
        }
    }

    /// The number nearest to the duration.
    private static func seconds(_ duration: VirtualDuration) -> Double {
        Double(duration.nanoseconds) / 1e9
    }

    /// Jain's index, (sum x)^2 / (n sum x^2); nil without values.
    static func fairness(_ values: [Double]) -> Double? {
        let squares = values.reduce(0) { $0 + $1 * $1 }
        guard !values.isEmpty else { return nil }
        guard squares > 0 else { return 1 }
        let sum = values.reduce(0, +)
        return sum * sum / (Double(values.count) * squares)
    }
}

extension RunOutcome {
    fileprivate var reasons: [String] {
        switch self {
        case .finished: []
        case .interrupted: ["ended early on request"]
        case .aborted(let reason): [reason]
        }
    }
}

extension RunChecks {
    /// One line for each finding; the number of those left out at the end.
    fileprivate var summaries: [String] {
        let rest = count - findings.count
        return findings.map(\.description) + (rest > 0 ? ["and \(rest) findings more"] : [])
    }
}

extension RunStatistics.Tally {
    /// Nanoseconds per measured task, as seconds.
    fileprivate func mean(of sum: Int128) -> Double? {
        measured == 0 ? nil : Double(sum) / Double(measured) / 1e9
    }

    fileprivate var lateShare: Double? {
        measured == 0 ? nil : Double(measuredLate) / Double(measured)
    }

    /// More than 0.1 % in flight makes means of those that finished too small.
    fileprivate var warnings: [String] {
        let share = Double(self[.inFlight]) / Double(max(1, arrived))
        guard share > 0.001 else { return [] }
        let percent = (share * 1000).rounded() / 10
        return [
            "\(percent) % of all tasks were in flight when their episode ended: "
                + "means and quantiles leave them out"
        ]
    }
}

extension RunSummary.Tasks {
    fileprivate init(_ tally: RunStatistics.Tally) {
        self.init(
            arrived: tally.arrived, completed: tally[.completed], late: tally[.late],
            lost: tally[.lost], inFlight: tally[.inFlight])
    }
}

extension RunSummary.Scheduled {
    fileprivate init(_ books: RunStatistics) {
        self.init(
            events: books.description.events.map {
                Event(start: $0.start.seconds, end: $0.end?.seconds, what: $0.what)
            },
            refusedParts: books.sums.refusedSubtasks, replacedParts: books.sums.replacedSubtasks,
            inheritedTasks: books.sums.inheritedTasks, abandonedParts: books.abandonedParts,
            abandonedWork: books.abandonedWork,
            lost: Dictionary(
                uniqueKeysWithValues: LossReason.allCases.map {
                    ($0.name, books.losses[$0] ?? 0)
                }),
            droppedTransitions: books.sums.droppedTransitions,
            learnerAwayDelay: books.learnerAway.meanDelay)
    }
}

extension RunSummary.Episode {
    fileprivate init(_ episode: Int, _ tally: RunStatistics.Tally, learningBytes: UInt64) {
        self.init(
            episode: episode, arrived: tally.arrived, late: tally[.late],
            inFlight: tally[.inFlight], meanDelay: tally.meanDelay, learningBytes: learningBytes)
    }
}

extension RunSummary.Station {
    fileprivate init(_ name: String, _ station: RunStatistics.Station) {
        self.init(
            name: name, arrived: station.tally.arrived, meanDelay: station.tally.meanDelay,
            utilisation: station.utilisation,
            egressUtilisation: station.span == 0
                ? nil : Double(station.egressBusy) / Double(station.span))
    }
}

extension RunStatistics.Station {
    fileprivate var utilisation: Double? {
        span == 0 ? nil : Double(busy) / Double(span)
    }
}

extension RunSummary.Utilisation {
    fileprivate init(_ stations: [RunStatistics.Station]) {
        let shares = stations.compactMap(\.utilisation)
        self.init(
            mean: shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count),
            min: shares.min(), max: shares.max())
    }
}

extension RunSummary.Weights {
    fileprivate init(_ training: TrainingTotals, _ books: RunStatistics) {
        self.init(
            version: max(training.version, books.sums.policyVersion),
            staleness: training.versionLagCount == 0
                ? nil : Double(training.versionLagSum) / Double(training.versionLagCount),
            age: books.versions.meanAge, adoptions: books.sums.adoptions,
            gradientSteps: training.gradientSteps, transitions: training.transitions,
            averages: training.averages, mixed: training.mixedNetworks,
            mixedAge: training.mixedNetworks == 0
                ? nil
                : Double(training.mixedAgeNanoseconds) / Double(training.mixedNetworks) / 1e9,
            unused: training.unusedNetworks + books.sums.unusedNetworks)
    }
}
