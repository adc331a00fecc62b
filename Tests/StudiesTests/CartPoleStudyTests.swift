import Foundation
import Learning
import Studies
import Testing

@Suite struct `The seeds of a CartPole experiment` {
    private static var short: CartPoleExperiment {
        var experiment = CartPoleExperiment(.sac)
        experiment.hidden = [8, 8]
        experiment.criticHidden = [8, 8]
        experiment.batch = 16
        experiment.minimumTransitions = 100
        experiment.training.steps = 300
        experiment.training.checkpoints = 3
        experiment.training.checkpointEpisodes = 3
        experiment.training.finalEpisodes = 4
        return experiment
    }

    /// A new folder, gone afterwards.
    private func inFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "edgeflock-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }

    private func outcomes(jobs: Int) async throws -> [CartPoleOutcome] {
        try await inFolder { folder in
            let runs = CartPoleRuns(Self.short, seeds: [5, 6, 7], folder: folder)
            return try await runs.run(jobs: jobs) { _ in true }.map(\.outcome)
        }
    }

    @Test func `give the same results however many are trained at once`() async throws {
        let alone = try await outcomes(jobs: 1)
        let together = try await outcomes(jobs: 3)
        #expect(alone == together)
        #expect(alone.map(\.seed) == [5, 6, 7])
        #expect(Set(alone.map(\.weights)).count == 3)
    }

    @Test func `are not trained again when they are there`() async throws {
        try await inFolder { folder in
            let first = try await CartPoleRuns(Self.short, seeds: [1, 2], folder: folder)
                .run(jobs: 2) { _ in true }
            let runs = CartPoleRuns(Self.short, seeds: [1, 2, 3], folder: folder)
            let stopped = try await runs.run(jobs: 1) { _ in false }
            #expect(stopped == first)
            let all = try await runs.run(jobs: 1) { _ in true }
            #expect(Array(all.prefix(2)) == first && all.count == 3)
        }
    }

    @Test func `are refused when they were made with other settings`() async throws {
        try await inFolder { folder in
            _ = try await CartPoleRuns(Self.short, seeds: [1], folder: folder)
                .run(jobs: 1) { _ in true }
            var other = Self.short
            other.rate = 0.5
            let runs = CartPoleRuns(other, seeds: [1], folder: folder)
            await #expect(throws: CartPoleRunError.self) {
                _ = try await runs.run(jobs: 1) { _ in true }
            }
            try Data("{}".utf8).write(to: URL(filePath: "\(folder)/1.json"))
            await #expect(throws: CartPoleRunError.self) {
                _ = try await CartPoleRuns(Self.short, seeds: [1], folder: folder)
                    .run(jobs: 1) { _ in true }
            }
        }
    }
}

@Suite struct `A CartPole report` {
    /// An agent whose every seed ends at one of these returns.
    private static func entry(
        _ name: String, _ agent: CartPoleExperiment.AgentName, _ finals: [Double]
    ) throws -> CartPoleReport.Entry {
        var experiment = CartPoleExperiment(agent)
        experiment.training.checkpoints = 2
        let results = try finals.enumerated().map { index, final in
            let text = """
                {"experiment": null, "seed": \(index + 1), "checkpoints": [{"step": 25000, \
                "greedy": \(final / 2)}, {"step": 50000, "greedy": \(final)}], \
                "final": {"greedy": [\(final)], "sampled": [], "zeroNoise": []}, \
                "trainingReturns": [], "actingParameters": 10, "criticParameters": 0, \
                "gradientSteps": 7, "weights": "0"}
                """
            let own = String(decoding: try JSONEncoder().encode(experiment), as: UTF8.self)
            let outcome = try JSONDecoder().decode(
                CartPoleOutcome.self, from: Data(text.replacing("null", with: own).utf8))
            return CartPoleResult(outcome: outcome, trainingSeconds: 100)
        }
        return CartPoleReport.Entry(
            row: CartPoleStudy.Row(name, experiment, note: "a note"), results: results)
    }

    @Test func `says that equal agents do not show the published gains`() throws {
        let all = [Double](repeating: 500, count: 6)
        let report = CartPoleReport(
            title: "t",
            entries: [
                try Self.entry("dqn", .dqn, all), try Self.entry("sac", .sac, all),
                try Self.entry("dsac", .dsac, all),
            ])
        let claims = report.seedPaperClaims
        #expect(claims.count == 4)
        #expect(claims.allSatisfy { $0.contains("is not reproduced") && $0.contains("+0 %") })
        #expect(report.table.contains("| `dsac` | 6 | 500.0 | 500.0 [500.0, 500.0] | 6 |"))
        #expect(report.table.contains("| 2.00 |"))
        #expect(report.plot.hasPrefix("<svg"))
    }

    @Test func `says so when a published gain is found again`() throws {
        let report = CartPoleReport(
            title: "t",
            entries: [
                try Self.entry("sac", .sac, [400, 410, 420, 430, 440, 425]),
                try Self.entry("dsac", .dsac, [500, 490, 500, 480, 500, 500]),
            ])
        let claims = report.seedPaperClaims
        #expect(claims.count == 2)
        #expect(
            claims.allSatisfy { $0.hasPrefix("The published +18.36 % of DSAC over SAC is reprod") })
    }

    @Test func `leaves a gain open when its interval would hold nearly any figure`() throws {
        let report = CartPoleReport(
            title: "t",
            entries: [
                try Self.entry("dqn", .dqn, [500, 104, 196]),
                try Self.entry("dsac", .dsac, [500, 500, 500]),
            ])
        #expect(report.seedPaperClaims[0].contains("is left open by these seeds"))
    }

    @Test func `counts the seeds that solve the task`() throws {
        let report = CartPoleReport(
            title: "t", entries: [try Self.entry("x", .dsac, [474.9, 475, 500])])
        #expect(report.table.contains("| `x` | 3 | 483.3 | "))
        #expect(report.seedPaperClaims.isEmpty)
        #expect(
            report.markdown(command: "c", plot: "p.svg").contains("| `x` | 474.9 | 475.0 | 500.0 |")
        )
    }
}
