import ArgumentParser
import Launcher
import NodeRuntime
import Recording
import Topologies

/// `edgeflock render ENGINE FILE --out DIR`
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Write the files with which an engine starts a run, for review.",
        discussion: """
            ENGINE is slurm (a batch script), compose or swarm (services of Docker), or kubernetes \
            (an indexed Job and what it needs). Each part of the run is one task or container: a \
            launcher with its processes. The hosts of the topology become parts; where it names \
            none, the run is cut into --parts, and the engine places them. The files say at \
            their top how they are used. Keys are made anew, unless the topology names a folder \
            of keys; they stand in files and objects that hold nothing else.

            Exit codes: 0 written, 64 usage, 65 bad topology, 66 missing file, 73 the folder is \
            not empty or cannot be made, 77 not permitted.
            """)

    @Argument(help: "slurm, compose, swarm or kubernetes.")
    var engine: Engine

    @Argument(help: "The topology file, such as topologies/quickstart.yaml.")
    var file: String

    @Option(help: ArgumentHelp("Where to put the files: a new or empty folder.", valueName: "dir"))
    var out: String

    @Flag(help: "Write what recovery needs to the disk at once: slow, but outlives a power cut.")
    var durable = false

    @OptionGroup var parting: PartOptions
    @OptionGroup var options: TopologyOptions

    func run() throws {
        do {
            let request = EngineRequest(
                engine: engine, file: file, options: options, parting: parting,
                isDurable: durable)
            let plan = try request.plan().plan
            let files = try engine.render(plan)
            try EngineFolder(at: out).write(files)
            Console.show("\(plan.parts.count) parts, \(files.count) files in \(out)\n")
        } catch let fault as KeyFault {
            Console.complain("\(fault)")
            throw ExitCode(fault.exitCode)
        } catch let error as LaunchError {
            throw Console.refusal("render", "\(error)", 65)
        } catch let error as RunDirectoryError {
            throw Console.refusal("render", "\(error)", error.exitCode)
        }
    }
}

extension Engine: ExpressibleByArgument {}
