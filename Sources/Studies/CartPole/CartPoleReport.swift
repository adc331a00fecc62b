import Learning
import Recording

/// A finished study as a table, a plot and sentences.
package struct CartPoleReport: Sendable {
    package struct Entry: Sendable {
        package var row: CartPoleStudy.Row
        /// Of every seed, in order.
        package var results: [CartPoleResult]

        package init(row: CartPoleStudy.Row, results: [CartPoleResult]) {
            self.row = row
            self.results = results
        }
    }

    package let title: String
    package let entries: [Entry]
    private let bootstrap = Bootstrap()

    /// - Precondition: every entry has a result.
    package init(title: String, entries: [Entry]) {
        precondition(entries.allSatisfy { !$0.results.isEmpty }, "a row without results")
        self.title = title
        self.entries = entries
    }

    /// A mean return of 475 over 100 episodes is what Gymnasium calls solved.
    private static var solved: Double { 475 }

    /// The whole report, in Markdown.
    ///
    /// - Parameters:
    ///   - command: what made it.
    ///   - plot: the plot's file, as the report links to it.
    package func markdown(command: String, plot: String) -> String {
        var text = "# \(title)\n\n    \(command)\n\n\(setting)\n\n"
        text += "![Greedy return against steps](\(plot))\n\n" + table + "\n" + modes + "\n"
        let claims = seedPaperClaims
        if !claims.isEmpty {
            text += "## The seed paper's figure\n\n" + claims.map { "* \($0)\n" }.joined() + "\n"
        }
        text += "## Every seed\n\nMean return of the greedy episodes at the end.\n\n" + seedTable
        return text
    }

    private var setting: String {
        let (training, seeds) = (entries[0].row.experiment.training, entries[0].results.map(\.seed))
        return
            "Every agent: \(training.steps) steps of the environment, seeds \(Self.range(seeds)), "
            + "\(training.checkpoints) evaluations of \(training.checkpointEpisodes) greedy "
            + "episodes while training,\n\(training.finalEpisodes) episodes in each mode at the "
            + "end. IQM: interquartile mean over seeds, with a 95 % stratified bootstrap interval."
    }

    /// `1 to 20` where seeds follow each other.
    private static func range(_ seeds: [UInt64]) -> String {
        guard let first = seeds.first, let last = seeds.last, seeds.count > 2,
            last - first == UInt64(seeds.count - 1)
        else { return seeds.map(String.init).joined(separator: ", ") }
        return "\(first) to \(last)"
    }

    /// What is compared, agent by agent.
    package var table: String {
        var rows = [
            [
                "agent", "seeds", "final greedy mean", "IQM [95 %]", "seeds >= 475",
                "best evaluation", "best >= 475", "curve mean, IQM [95 %]",
                "parameters, actor + critics", "gradient steps", "CPU ms per step",
            ]
        ]
        for entry in entries {
            let finals = entry.results.map(\.finalMean)
            let best = entry.results.map(\.best)
            let outcome = entry.results[0].outcome
            rows.append([
                "`\(entry.row.name)`", "\(entry.results.count)", Self.figure(finals),
                interval(finals), "\(finals.filter { $0 >= Self.solved }.count)",
                Self.figure(best), "\(best.filter { $0 >= Self.solved }.count)",
                interval(entry.results.map(\.curveMean)),
                "\(outcome.actingParameters) + \(outcome.criticParameters)",
                "\(outcome.gradientSteps)",
                Figure.number(Aggregate.mean(entry.results.map(\.millisecondsPerStep)), digits: 3),
            ])
        }
        let notes = entries.map { "* `\($0.row.name)`: \($0.row.note)\n" }.joined()
        return Self.markdown(rows) + "\n" + notes
    }

    /// Greedy beside the other ways to act.
    private var modes: String {
        var rows = [["agent", "greedy", "sampled", "zero-noise"]]
        for entry in entries {
            let finals = entry.results.map(\.outcome.final)
            rows.append(
                ["`\(entry.row.name)`"]
                    + [finals.map(\.greedy), finals.map(\.sampled), finals.map(\.zeroNoise)].map {
                        $0.contains([]) ? "-" : Self.figure($0.map(Aggregate.mean))
                    })
        }
        return "Mean return at the end, by how actions are taken:\n\n" + Self.markdown(rows)
    }

    private var seedTable: String {
        var rows = [["agent"] + entries[0].results.map { "\($0.seed)" }]
        for entry in entries {
            rows.append(
                ["`\(entry.row.name)`"] + entry.results.map { Self.one($0.finalMean) })
        }
        return Self.markdown(rows)
    }

    /// The curves, with bands.
    package var plot: String {
        let x = entries[0].results[0].outcome.checkpoints.map { Double($0.step) }
        let seeds = Self.range(entries[0].results.map(\.seed))
        return LineChart(
            title: title,
            caption: "Interquartile mean over seeds \(seeds), with 95 % bootstrap bands; "
                + "\(entries[0].row.experiment.training.checkpointEpisodes) greedy episodes each.",
            x: Axis("steps of the environment", includesZero: true),
            y: Axis("greedy return", range: 0...500),
            series: entries.map { entry in
                LineChart.Series(
                    entry.row.name,
                    band: CurveBand(
                        x: x, runs: entry.results.map { $0.outcome.checkpoints.map(\.greedy) }))
            }, references: [LineChart.Reference(Self.solved, "475: solved")]
        ).svg()
    }

    private func interval(_ values: [Double]) -> String {
        let estimate = bootstrap.estimate(.interquartileMean, of: ScoreTable(values))
        return "\(Self.one(estimate.value)) [\(Self.one(estimate.low)), \(Self.one(estimate.high))]"
    }

    private static func figure(_ values: [Double]) -> String { one(Aggregate.mean(values)) }

    /// With one decimal place.
    static func one(_ value: Double) -> String {
        let tenths = Int((value.magnitude * 10).rounded())
        return "\(value < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    }

    private static func markdown(_ rows: [[String]]) -> String {
        var lines = rows.map { "| \($0.joined(separator: " | ")) |" }
        lines.insert("|" + rows[0].map { _ in "---|" }.joined(), at: 1)
        return lines.map { $0 + "\n" }.joined()
    }
}

extension CartPoleReport {
    /// Whether DSAC's published lead over DQN and SAC is found again; empty for other studies.
    ///
    /// The paper says "average rewards" without an equation, so both readings are tried: the mean
    /// after training, and the mean of the evaluation curve.
    package var seedPaperClaims: [String] {
        guard let dsac = entries.first(where: { $0.row.name == "dsac" }) else { return [] }
        var sentences: [String] = []
        for (name, published) in [("dqn", 9.57), ("sac", 18.36)] {
            guard let other = entries.first(where: { $0.row.name == name }) else { continue }
            let measures: [(String, (CartPoleResult) -> Double)] = [
                ("after training", \.finalMean), ("over the whole training", \.curveMean),
            ]
            for (measure, value) in measures {
                let gain = gain(of: dsac.results.map(value), over: other.results.map(value))
                let probability = ProbabilityOfImprovement.estimate(
                    ScoreTable(dsac.results.map(value)), over: ScoreTable(other.results.map(value)),
                    better: .higher, bootstrap: bootstrap)
                sentences.append(
                    "The published +\(published) % of DSAC over \(name.uppercased()) is "
                        + "\(Self.verdict(gain, on: published)) in the mean return \(measure): "
                        + "\(Self.signed(gain.value)) % [\(Self.signed(gain.low)), "
                        + "\(Self.signed(gain.high))]; a seed of `dsac` is better than one of "
                        + "`\(name)` with probability "
                        + "\(Figure.number(probability.value, digits: 2)) "
                        + "[\(Figure.number(probability.low, digits: 2)), "
                        + "\(Figure.number(probability.high, digits: 2))].")
            }
        }
        return sentences
    }

    /// Found again is a gain whose interval holds the published one, is not wider than twice it, and
    /// lies above 0: a wide interval holds any figure.
    private static func verdict(_ gain: Estimate, on published: Double) -> String {
        guard gain.low <= published, gain.high >= published else { return "not reproduced" }
        return gain.low > 0 && gain.high - gain.low <= 2 * published
            ? "reproduced" : "left open by these seeds"
    }

    /// The gain of one mean over another, per cent.
    private func gain(of own: [Double], over other: [Double]) -> Estimate {
        bootstrap.estimate(of: [ScoreTable(own), ScoreTable(other)]) { tables in
            100 * (Aggregate.mean(tables[0][0]) / Aggregate.mean(tables[1][0]) - 1)
        }
    }

    private static func signed(_ value: Double) -> String {
        (value >= 0 ? "+" : "") + Figure.number(value, digits: 3)
    }
}

extension CartPoleResult {
    fileprivate var seed: UInt64 { outcome.seed }

    /// One line for a screen, with the mean returns at the end in each mode that the agent has.
    package var line: String {
        let final = outcome.final
        let modes = [
            ("greedy", final.greedy), ("sampled", final.sampled), ("zero-noise", final.zeroNoise),
        ]
        let returns = modes.filter { !$0.1.isEmpty }.map { name, returns in
            "\(name) \(CartPoleReport.one(Aggregate.mean(returns)))"
        }
        return "seed \(seed): \(returns.joined(separator: ", ")), "
            + "best evaluation \(CartPoleReport.one(best)), "
            + "\(CartPoleReport.one(trainingSeconds)) s of CPU time"
    }
}
