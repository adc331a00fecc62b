import ArgumentParser
import FoundationEssentials
import Launcher
import NodeRuntime
import Recording
import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// `edgeflock part FILE --number N`: what the files of engines start.
struct PartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "part",
        abstract: "Be one part of a run in the folder that it is started in; engines start these.",
        discussion: """
            Puts the keys that the engine handed over into keys/, and looks after the launcher of \
            the host of that number, with its run in run/. SIGTERM ends both at once. A part that \
            is started again finishes what it began; one that is over says so and ends with 0.
            """,
        shouldDisplay: false)

    @Argument(help: "The topology file.")
    var file: String

    @Option(help: "Which of the hosts that have processes, from 0.")
    var number: Int

    @Option(help: ArgumentHelp("The part's keys, as the engine shows them.", valueName: "file"))
    var keys: String?

    @Flag(help: "Let the run outlive the machine.")
    var durable = false

    @OptionGroup var options: TopologyOptions

    func run() async throws {
        umask(0o077)
        do {
            if let keys { try KeyFolder(PartLayout.keys).install(bundle: keys) }
            let topology = try options.load(file)
            let arguments = try arguments(for: topology)
            let program = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
            let code = try await PartRun.run(executable: program, arguments: arguments)
            guard code == 0 else { throw ExitCode(code) }
        } catch let fault as KeyFault {
            Console.complain("\(fault)")
            throw ExitCode(fault.exitCode)
        } catch let error as LaunchError {
            throw Console.refusal("part", "\(error)", 71)
        } catch let error as ResultFileError {
            throw Console.refusal("part", "\(error)", error.exitCode)
        }
    }

    /// Of the launcher.
    private func arguments(for topology: Topology) throws -> [String] {
        let deployment = Deployment(topology)
        let hosts = deployment.usedHosts
        guard hosts.indices.contains(number) else {
            throw Console.refusal("part", "there are parts 0 to \(hosts.count - 1)")
        }
        let host = deployment.hosts[hosts[number]].name
        let order = "\(PartLayout.run)/\(LaunchOrder.fileName)"
        guard FileManager.default.fileExists(atPath: order) else {
            // What there may be is of a start that did not get as far as starting anything.
            try? FileManager.default.removeItem(atPath: PartLayout.run)
            let settings = options.settings.flatMap { ["--set", $0] }
            let data = options.data.map { ["--data", $0] } ?? []
            return ["launch", file, "--host", host, "--out", PartLayout.run, "--tied"]
                + (durable ? ["--durable"] : []) + settings + data
        }
        guard FileManager.default.fileExists(atPath: "\(PartLayout.run)/\(RecoveryPlan.folderName)")
        else {
            Console.complain("part: the run of \(host) is over")
            throw ExitCode.success
        }
        try renew(order, topology)
        return ["launch", "--resume", PartLayout.run, "--tied"]
    }

    /// A part may come back to other machines with other addresses; nothing else may have changed.
    private func renew(_ path: String, _ topology: Topology) throws {
        var order = try LaunchOrder.read(from: path)
        let manifest = try ResultFile.read(RunManifest.self, "manifest.json", of: PartLayout.run)
        guard manifest.topologyDigest == topology.worldDigest.description,
            manifest.seed == topology.seed
        else {
            throw Console.refusal("part", "\(PartLayout.run) holds the run of another topology", 65)
        }
        guard order.settings != options.settings else { return }
        order.settings = options.settings
        order.sourceDigest = try SourceDigest.digest(file: file, settings: options.settings)
            .description
        try RunDirectory.write(Array(order.encoded().utf8), to: path)
    }
}
