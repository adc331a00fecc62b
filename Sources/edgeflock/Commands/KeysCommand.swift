import ArgumentParser
import Emulation
import Launcher
import NodeRuntime
import Topologies

/// `edgeflock keys FILE`
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make the keys with which the processes of a run know each other.",
        discussion: """
            Each process of the topology gets a key pair: DIR/secret/NAME.key, which only you may \
            read, and a line in DIR/public.keys, the list of who may take part. A topology with \
            'security: {keys: DIR}' is then launched with every connection encrypted and nobody \
            else let in. Delete a line to shut a process out; make new keys with --force to shut \
            out whoever has the old ones.

            Exit codes: 0 made, 64 usage, 65 bad topology, 66 missing file, 73 there are keys \
            already or they cannot be written, 77 not permitted.
            """)

    @Argument(help: "The topology file, such as topologies/quickstart.yaml.")
    var file: String

    @Option(
        help: ArgumentHelp(
            "Where to put the keys; else the folder that the topology names.", valueName: "dir"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "How nodes will be spread: per-station, packed:N or single.", valueName: "plan"))
    var processes: ProcessesName?

    @Flag(help: "Replace keys that are there.")
    var force = false

    @OptionGroup var options: TopologyOptions

    func run() throws {
        let settings = processes.map { ["processes=\($0.setting)"] } ?? []
        let topology = try options.load(file, settings: settings)
        guard let path = out ?? topology.keys else {
            throw Console.refusal(
                "keys",
                "the topology names no folder of keys; add 'security: {keys: DIR}' to it, "
                    + "or give --out DIR")
        }
        do {
            let names = LaunchPlan(try EmulatedNetwork(topology)).names
            try KeyFolder(path).make(names, replacing: force)
            Console.show("made keys of \(names.count) processes in \(path)\n")
        } catch let fault as KeyFault {
            Console.complain("\(fault)")
            throw ExitCode(fault.exitCode)
        } catch let error as EmulationError {
            Console.complain("keys: error: \(error)")
            throw ExitCode(error.exitCode)
        }
    }
}
