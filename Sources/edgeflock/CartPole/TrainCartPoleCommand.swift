import ArgumentParser
import Launcher
import Learning
import Policies
import Studies
import Synchronization

/// `edgeflock train cartpole --agent NAME`
struct TrainCartPoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cartpole",
        abstract: "Train an agent at CartPole-v1 from several seeds.",
        discussion: """
            The task of Gymnasium, with its termination and its truncation after 500 steps. Each \
            seed is trained for the same number of steps, evaluated ten times on the way with \
            greedy actions, and at the end with greedy, sampled and zero-noise actions, 100 \
            episodes each. A seed's result is the same whatever --jobs is. It goes to SEED.json in \
            the folder as soon as it is there, and a seed that is there is not trained again. \
            Ctrl-C ends the command and keeps the finished seeds; once more kills it.
            """)

    @Option(help: "Which agent: dqn, sac or dsac.")
    var agent: CartPoleExperiment.AgentName

    @Option(help: "Of dsac: published, x0-chain or x0-closed (the default).")
    var recipe: DiffusionRecipe?

    @Option(
        help: ArgumentHelp(
            "Of dsac: steps of its diffusion chain; 5 if not given.", valueName: "count"))
    var denoisingSteps: Int?

    @Option(
        help: ArgumentHelp(
            "Of dsac: steps of the chain that a decision takes; all if not given.",
            valueName: "count"))
    var decisionSteps: Int?

    @Option(
        help: ArgumentHelp(
            "Of dsac: the noise that these steps add, from 0 (DDIM) to 1 (the chain's).",
            valueName: "eta"))
    var decisionNoise: Double?

    @OptionGroup var options: CartPoleOptions

    @Option(
        help: ArgumentHelp(
            "The folder for results; runs/cartpole-AGENT if not given.", valueName: "dir"))
    var out: String?

    func validate() throws {
        let isOfChain =
            recipe != nil || denoisingSteps != nil || decisionSteps != nil || decisionNoise != nil
        if agent != .dsac, isOfChain {
            throw ValidationError(
                "--recipe, --denoising-steps and --decision-... are for --agent dsac")
        }
        let steps = denoisingSteps ?? CartPoleExperiment(.dsac).denoisingSteps
        if let decisionSteps, steps > 0, !(1...steps).contains(decisionSteps) {
            throw ValidationError("--decision-steps must be 1 to \(steps) (got \(decisionSteps))")
        }
        if let decisionNoise, !(0...1).contains(decisionNoise) {
            throw ValidationError("--decision-noise must be 0 to 1 (got \(decisionNoise))")
        }
        if let denoisingSteps, !(1...100).contains(denoisingSteps) {
            throw ValidationError("--denoising-steps must be 1 to 100 (got \(denoisingSteps))")
        }
    }

    func run() async throws {
        var experiment = CartPoleExperiment(agent)
        if let recipe { experiment.recipe = recipe }
        if let denoisingSteps { experiment.denoisingSteps = denoisingSteps }
        experiment.decisionSteps = decisionSteps
        experiment.decisionNoise = decisionNoise
        experiment.training.steps = options.steps
        let folder = out ?? "runs/cartpole-\(experiment.label)"
        let runs = CartPoleRuns(experiment, seeds: options.seedList, folder: folder)
        let results = try await options.run(runs, named: experiment.label)
        for result in results { Console.show(result.line + "\n") }
        Console.show("results  \(folder)\n")
        if results.count < options.seeds { throw ExitCode(130) }
    }
}

/// The options of every command that trains at CartPole.
struct CartPoleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Steps of the environment.", valueName: "count"))
    var steps = 50_000

    @Option(help: ArgumentHelp("How many seeds.", valueName: "count"))
    var seeds = 20

    @Option(help: "The first seed; the others follow it.")
    var firstSeed: UInt64 = 1

    @Option(help: ArgumentHelp("Seeds that are trained at once.", valueName: "count"))
    var jobs = 1

    func validate() throws {
        for (value, name, range) in [
            (steps, "--steps", 10...100_000_000), (seeds, "--seeds", 1...10_000),
            (jobs, "--jobs", 1...256),
        ] where !range.contains(value) {
            throw ValidationError(
                "\(name) must be \(range.lowerBound) to \(range.upperBound) (got \(value))")
        }
        guard firstSeed <= UInt64.max - UInt64(seeds) else {
            throw ValidationError("--first-seed is too large (got \(firstSeed))")
        }
    }

    var seedList: [UInt64] { (0..<UInt64(seeds)).map { firstSeed + $0 } }

    /// Trains, with a line of progress, until all is done or Ctrl-C.
    func run(_ runs: CartPoleRuns, named name: String) async throws -> [CartPoleResult] {
        Interrupts.catch(exitAfter: 2)
        let line = Mutex(ProgressLine())
        defer { line.withLock { $0.clear() } }
        do {
            return try await runs.run(jobs: jobs) { progress in
                line.withLock { line in
                    if line.isDue { line.show("\(name): \(progress.text)") }
                }
                return Interrupts.count == 0
            }
        } catch let error as CartPoleRunError {
            Console.complain("cartpole: error: \(error)")
            throw ExitCode(error.exitCode)
        }
    }
}

extension CartPoleExperiment.AgentName: ExpressibleByArgument {}
extension DiffusionRecipe: ExpressibleByArgument {}

extension CartPoleExperiment {
    /// Such as `dsac-x0-closed-5`.
    fileprivate var label: String {
        switch agent {
        case .dqn, .sac: agent.rawValue
        case .dsac:
            "dsac-\(recipe.rawValue)-\(denoisingSteps)"
                + (decisionSteps.map { "-by-\($0)" } ?? "")
                + (decisionNoise.map { "-noise-\($0)" } ?? "")
        }
    }
}
