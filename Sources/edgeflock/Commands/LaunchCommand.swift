import ArgumentParser
import CPlatform
import EdgeModel
import Emulation
import Launcher
import NodeRuntime
import Recording
import Topologies

/// `edgeflock launch FILE`
struct LaunchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Run a topology and keep its results.",
        discussion: """
            Starts a process for each station, one for the users' traffic, one for the learner \
            and the hub that keeps time and results; or runs everything in this process. Results \
            go to runs/NAME-SEED-TIME, and runs/latest points to it. Ctrl-C ends a run in order \
            and keeps what it has so far; once more kills it. Under the virtual clock the same \
            topology and seed always give the same ledger, however the nodes are spread.

            Exit codes: 0 VALID, 2 INVALID (results kept), 3 aborted, 64 usage, 65 bad topology, \
            66 missing file, 69 folder in use or a host not to be reached, 71 a port or address \
            not to be had, 73 no place for results, 77 not permitted, 130 interrupted.
            """)

    @Argument(
        help: """
            The topology file, such as topologies/quickstart.yaml; with --continue that of the \
            run, if left out.
            """)
    var file: String?

    @Option(
        name: .customLong("continue"),
        help: ArgumentHelp(
            "Add episodes to a run that is over: as many as --episodes says, or the file.",
            discussion: """
                The new folder holds all episodes, and what comes out is, bit for bit, what a run \
                of that many episodes gives. Needs the same topology, seed and program.
                """,
            valueName: "run"))
    var continued: String?

    @Flag(help: "Run all nodes in this process, under the virtual clock: fastest.")
    var inProcess = false

    @Option(help: "Which clock: virtual (as fast as it goes) or wall (real time x speed).")
    var clock: ClockName?

    @Option(
        help: ArgumentHelp("Virtual seconds per wall second under --clock wall."))
    var speed: Double?

    @Option(
        help: "The seed that every draw follows from; else the file's.",
        transform: SeedText.read)
    var seed: UInt64?

    @Option(help: ArgumentHelp("How many episodes; else the file's.", valueName: "count"))
    var episodes: Int?

    @Option(help: ArgumentHelp("The scheduler, such as dsac or random.", valueName: "name"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "How nodes are spread: per-station, packed:N or single.", valueName: "plan"))
    var processes: ProcessesName?

    @Option(
        help: ArgumentHelp(
            "Put the results in this folder, which must be new or empty.", valueName: "dir"))
    var out: String?

    @Flag(help: "Keep the inputs of every process, for edgeflock replay.")
    var record = false

    @Flag(help: "Write curves for TensorBoard into the results folder while the run goes on.")
    var tensorboard = false

    @Option(
        help: """
            How much is kept: full (every row in run.sqlite), ledger (the ledger's digest), or \
            summary (statistics and checks only).
            """)
    var recording: RecordingLevel = .full

    @Flag(
        help: """
            Let the run end when a process dies; else one that is killed is started again, and \
            the results are the same.
            """)
    var noRecovery = false

    @Flag(help: "Write what recovery needs to the disk at once, so that it outlives a power cut.")
    var durable = false

    @Option(
        help: ArgumentHelp(
            "Finish a run whose launcher has died: no other options.", valueName: "run"))
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Start only the processes of this host of the topology.",
            discussion: """
                Results are where the hub is. With --resume, a host whose processes and launcher \
                were all killed goes on; the others wait for it for a minute.
                """,
            valueName: "name"))
    var host: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "With --host: the same number on all hosts, and another for each run.",
            valueName: "number"))
    var runNumber: UInt64?

    @OptionGroup var engineOptions: EngineOptions

    @Flag(help: .hidden)
    var tied = false

    @Flag(help: .hidden)
    var steered = false

    @OptionGroup var options: TopologyOptions

    func validate() throws {
        if file == nil, continued == nil, resume == nil {
            throw ValidationError("give a topology file, or a run to --continue or --resume")
        }
        if runNumber != nil, host == nil {
            throw ValidationError("--run is for --host")
        }
        if host != nil, inProcess || continued != nil {
            throw ValidationError(
                "--host starts processes of a new run: leave out "
                    + (inProcess ? "--in-process" : "--continue"))
        }
        if resume != nil, changesAnything {
            throw ValidationError("--resume finishes a run as it was begun: it takes nothing else")
        }
        if durable, noRecovery {
            throw ValidationError("--durable and --no-recovery exclude each other")
        }
        if engineOptions.engine != nil, takesMoreThanEngines {
            throw ValidationError(
                "--engine takes the topology, what is changed in it, --durable and --out")
        }
        if inProcess, clock == .wall {
            throw ValidationError("--in-process follows the virtual clock; leave out --clock wall")
        }
        if inProcess, processes != nil {
            throw ValidationError("--in-process and --processes exclude each other")
        }
        if speed != nil, clock == .virtual {
            throw ValidationError("--speed is for the wall clock; --clock virtual has none")
        }
        if let speed, !(speed > 0 && speed.isFinite) {
            throw ValidationError("--speed must be a positive number (got \(speed))")
        }
        if let episodes, episodes < 1 {
            throw ValidationError("--episodes must be at least 1 (got \(episodes))")
        }
    }

    func run() async throws {
        // A cell of a study ends with the study.
        if tied { edgeflock_exit_at_end_of_input(0, 70) }
        do {
            try await launch()
        } catch let error as RunDirectoryError {
            Console.complain("launch: error: \(error)")
            throw ExitCode(error.exitCode)
        } catch let error as EmulationError {
            Console.complain("launch: error: \(error)")
            throw ExitCode(error.exitCode)
        } catch let fault as KeyFault {
            Console.complain("\(fault)")
            throw ExitCode(fault.exitCode)
        } catch let fault as HostFault {
            Console.complain("launch: error: \(fault)")
            throw ExitCode(fault.exitCode)
        } catch let error as LaunchError {
            Console.complain("launch: error: \(error)")
            throw ExitCode(3)
        } catch let error as InputLogError {
            Console.complain("launch: error: \(error)")
            throw ExitCode(73)
        }
    }

    private func launch() async throws {
        if let resume { return try await Resumption(of: resume).launch(isSteered: steered) }
        if let engine = engineOptions.engine {
            let request = EngineRequest(
                engine: engine, file: file ?? "", options: options, settings: settings,
                parting: engineOptions.parting, isDurable: durable)
            return try await EngineLaunch(request: request, out: out).run()
        }
        let continuation = try continued.map { try Continuation(of: $0) }
        let file = file ?? continuation?.order.topology ?? ""
        var options = options
        options.data = options.data ?? continuation?.order.dataDirectory
        var settings = settings
        if self.file == nil { settings = (continuation?.settings ?? []) + settings }
        var topology = try options.load(file, settings: settings, forReplay: record)
        if let continuation {
            // Said once more, so that every process reads it the same way.
            settings.append("episodes=\(continuation.episodes + topology.plan.episodes)")
            topology = try options.load(file, settings: settings, forReplay: record)
            try continuation.check(topology)
        }
        if inProcess, topology.clock == .wall {
            throw Console.refusal(
                "launch",
                "the topology asks for the wall clock; add --clock virtual to run in one process")
        }
        if speed != nil, topology.clock == .virtual {
            throw Console.refusal("launch", "--speed is for the wall clock; add --clock wall")
        }
        let request = LaunchRequest(
            topology: topology, file: file, settings: options.settings + settings,
            dataDirectory: options.dataDirectory, inProcess: inProcess, recording: recording,
            keepsInputs: record, drawsCurves: tensorboard, recovers: !noRecovery,
            isDurable: durable, continuation: continuation, out: out,
            share: host.map { HostShare(host: $0, run: runNumber, isSteered: steered) })
        if request.isOnHosts {
            let inputs = Topology.load(
                path: file, overrides: options.settings + settings,
                dataDirectory: options.dataDirectory
            ).inputs
            return try await SecureShellLaunch(
                request: request, inputs: inputs, flags: flagsOfHosts
            ).launch()
        }
        try await request.launch()
    }

    /// What the launchers of hosts are told beside the topology and what is set.
    private var flagsOfHosts: [String] {
        var flags = ["--recording", recording.rawValue]
        if record { flags.append("--record") }
        if tensorboard { flags.append("--tensorboard") }
        if noRecovery { flags.append("--no-recovery") }
        if durable { flags.append("--durable") }
        return flags
    }

    /// Whether anything is said that engines have nothing for.
    private var takesMoreThanEngines: Bool {
        inProcess || continued != nil || resume != nil || host != nil || record || tensorboard
            || noRecovery || recording != .full
    }

    /// Whether anything is said beside `--resume`.
    private var changesAnything: Bool {
        file != nil || continued != nil || out != nil || !settings.isEmpty
            || !options.settings.isEmpty || options.data != nil || record || tensorboard
            || noRecovery || durable || recording != .full || host != nil
    }

    /// What the flags change in the file, in its own words.
    private var settings: [String] {
        var settings: [String] = []
        if let policy { settings.append("scheduler.policy=\(policy)") }
        if let episodes { settings.append("episodes=\(episodes)") }
        if let seed { settings.append("seed=\(seed)") }
        if let clock { settings.append("clock=\(clock.rawValue)") }
        if let speed { settings.append("speed=\(speed)") }
        if let processes { settings.append("processes=\(processes.setting)") }
        if inProcess { settings.append("processes=single") }
        return settings
    }
}

/// Any seed, as an option.
enum SeedText {
    static func read(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else {
            throw ValidationError("it must be a whole number, 0 to \(UInt64.max)")
        }
        return seed
    }
}

/// The clocks, as an option.
enum ClockName: String, ExpressibleByArgument, CaseIterable {
    case virtual, wall
}

/// `per-station`, `packed:N` or `single`.
struct ProcessesName: ExpressibleByArgument {
    /// As a topology file says it.
    let setting: String

    init?(argument: String) {
        switch argument {
        case "per-station", "single":
            setting = argument
        default:
            guard argument.hasPrefix("packed:"), let count = Int(argument.dropFirst(7)), count > 0
            else { return nil }
            setting = "{packed: \(count)}"
        }
    }
}

extension RecordingLevel: ExpressibleByArgument {}
