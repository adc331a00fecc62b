import ArgumentParser
import FoundationEssentials
import Learning
import Recording
import Studies

/// `edgeflock study cartpole`
struct StudyCartPoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cartpole",
        abstract: "Hold DQN, SAC and DSAC against each other at CartPole-v1.",
        discussion: """
            The seed paper's Fig. 2: the same steps and seeds for every agent, and beside the \
            three a softmax actor as large as the diffusion actor and the recipe as published. \
            Writes report.md and curves.svg to the folder, and says whether the published gains \
            are found again. Seeds that are finished are kept there, so that an interrupted study \
            goes on where it was.
            """)

    @OptionGroup var options: CartPoleOptions

    @Option(
        help: ArgumentHelp(
            "Only these agents, with commas between them: dqn, sac, sac-matched, dsac, "
                + "dsac-published.", valueName: "names"))
    var agents: String?

    @Option(help: ArgumentHelp("The folder for results.", valueName: "dir"))
    var out = "runs/study-cartpole"

    func run() async throws {
        let study = CartPoleStudy.seedPaper(
            seeds: options.seedList, folder: out, steps: options.steps)
        try await options.run(study, only: agents, named: "study cartpole")
    }
}

/// `edgeflock study ablation-cartpole`
struct StudyAblationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ablation-cartpole",
        abstract: "Change one thing at a time about dsac at CartPole-v1.",
        discussion: """
            Recipe, steps of the chain, clipping, noise draws averaged, start of the chain: one \
            factor at a time around the default. Writes report.md and curves.svg; goes on where \
            it was, like study cartpole.
            """)

    @OptionGroup var options: CartPoleOptions

    @Option(
        help: ArgumentHelp(
            "Only these rows, with commas between them.", valueName: "names"))
    var rows: String?

    @Option(help: ArgumentHelp("The folder for results.", valueName: "dir"))
    var out = "runs/study-ablation-cartpole"

    func run() async throws {
        let study = CartPoleStudy.ablation(
            seeds: options.seedList, folder: out, steps: options.steps)
        try await options.run(study, only: rows, named: "study ablation-cartpole")
    }
}

extension CartPoleOptions {
    /// Trains every row of a study and writes its report.
    func run(_ study: CartPoleStudy, only names: String?, named command: String) async throws {
        let wanted = try rows(of: study, names)
        var entries: [CartPoleReport.Entry] = []
        for row in wanted {
            let results = try await run(study.runs(of: row), named: row.name)
            guard results.count == seeds else { throw ExitCode(130) }
            entries.append(CartPoleReport.Entry(row: row, results: results))
        }
        let report = CartPoleReport(title: study.title, entries: entries)
        let words =
            "edgeflock \(command) --steps \(steps) --seeds \(seeds) --first-seed \(firstSeed)"
            + (names.map { " \(command.hasSuffix("study cartpole") ? "--agents" : "--rows") \($0)" }
                ?? "")
        do {
            for (text, name) in [
                (report.markdown(command: words, plot: "curves.svg"), "report.md"),
                (report.plot, "curves.svg"),
            ] {
                try Data(text.utf8).write(
                    to: URL(filePath: "\(study.folder)/\(name)"), options: .atomic)
            }
        } catch {
            Console.complain("study: error: \(study.folder): the report cannot be written")
            throw ExitCode(73)
        }
        Console.show(report.table + "\n")
        for claim in report.seedPaperClaims { Console.show(claim + "\n") }
        Console.show("results  \(study.folder)\n")
    }

    private func rows(of study: CartPoleStudy, _ names: String?) throws -> [CartPoleStudy.Row] {
        guard let names else { return study.rows }
        return try names.split(separator: ",").map { name in
            guard let row = study.rows.first(where: { $0.name == name }) else {
                throw Console.refusal(
                    "study",
                    "unknown '\(name)'; known are "
                        + study.rows.map(\.name).joined(separator: ", "))
            }
            return row
        }
    }
}
