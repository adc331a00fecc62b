import ArgumentParser
import Launcher
import Recording
import Topologies

/// `edgeflock chaos FILE`
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Kill and disturb the processes of a run, and see whether its results change.",
        discussion: """
            Runs the topology once in one process, undisturbed; then in processes of their own, \
            while faults that the seed determines hit any of them, the hub too: kill (SIGKILL), \
            stop (SIGSTOP for up to 2 s, or 8 s, so that it is taken for dead), slow (a tenth of \
            its time), full (nothing can be written to files), cut (nothing gets to it over the \
            network for up to 3 s, or 8 s, with the connections lost or not) and garble (wrong \
            bits); for the last two a proxy stands between the processes. It runs again until \
            there have been as many faults as asked for. Ledger and weights must come out the \
            same. By the wall clock outages show as delay: then no task may be lost or counted \
            twice. Memory, files and threads of the processes are watched, too.

            Exit codes: 0 the same results, 1 others, 3 a run did not end in order; the others as \
            of launch.

            Example:  edgeflock chaos topologies/amcoedge-5.yaml --policy dsac --kills 20
            """)

    @Argument(help: "The topology file.")
    var file: String

    @Option(help: ArgumentHelp("How many faults, of all kinds together.", valueName: "count"))
    var kills = 20

    @Option(help: "What the faults follow from; the topology keeps the seed of its own.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Kinds of fault, separated by commas: kill, stop, slow, full, cut, garble.",
            valueName: "kinds"))
    var faults = "kill"

    @Option(
        help: ArgumentHelp("Mean time between faults, seconds.", valueName: "seconds"))
    var every = 1.0

    @Option(help: ArgumentHelp("The scheduler, such as dsac or random.", valueName: "name"))
    var policy: String?

    @Option(help: ArgumentHelp("How many episodes; else the file's.", valueName: "count"))
    var episodes: Int?

    @Option(
        help: ArgumentHelp(
            "Put the runs in this folder, which must be new or empty.", valueName: "dir"))
    var out: String?

    @OptionGroup var options: TopologyOptions

    func validate() throws {
        if kills < 1 { throw ValidationError("--kills must be at least 1 (got \(kills))") }
        if !(every >= 0.01 && every <= 3_600) {
            throw ValidationError("--every must be from 0.01 to 3600 (got \(every))")
        }
        _ = try kinds
    }

    private var kinds: [FaultKind] {
        get throws {
            let words = faults.split(separator: ",")
            if words.isEmpty { throw ValidationError("--faults names no kind of fault") }
            return try words.map { word in
                guard let kind = FaultKind(rawValue: String(word)) else {
                    let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("unknown fault '\(word)'; there are \(known)")
                }
                return kind
            }
        }
    }

    func run() async throws {
        do {
            try await disturb()
        } catch let error as RunDirectoryError {
            throw Console.refusal("chaos", "\(error)", error.exitCode)
        }
    }

    private func disturb() async throws {
        var settings: [String] = []
        if let policy { settings.append("scheduler.policy=\(policy)") }
        if let episodes { settings.append("episodes=\(episodes)") }
        let topology = try options.load(file, settings: settings)
        let base =
            if let out {
                try RunDirectory.make(at: out)
            } else {
                try RunDirectory.make(name: "chaos-\(topology.name)", seed: seed)
            }
        var trial = ChaosTrial(
            topology: topology, file: file, settings: options.settings + settings,
            dataDirectory: options.dataDirectory, base: base.path)
        let schedule = FaultSchedule(
            seed: seed, kinds: try kinds, meanGap: .seconds(every))
        let report = try await trial.run(FaultInjector(schedule, count: kills))
        Console.show(report.text)
        try base.write(report.text, to: "chaos.txt")
        try base.write(report.faults, to: "faults.csv")
        Console.show("results  \(base.path)\n")
        guard report.exitCode == 0 else { throw ExitCode(report.exitCode) }
    }
}
