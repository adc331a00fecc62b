import ArgumentParser
import Launcher
import NodeRuntime
import Topologies

/// `edgeflock validate FILE...`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check topology files and say everything that is wrong with them.",
        discussion: """
            Nothing is started. Data and keys that a file names and that are not here are a \
            warning; launching would need them.
            """)

    @Argument(help: "Topology files, such as topologies/quickstart.yaml.")
    var files: [String]

    @OptionGroup var options: TopologyOptions

    func run() throws {
        var exitCode: Int32 = 0
        for file in files {
            let loading = Topology.load(
                path: file, overrides: options.settings, dataDirectory: options.dataDirectory)
            for diagnostic in loading.diagnostics { Console.complain("\(diagnostic)") }
            if let topology = loading.topology { warnOfKeys(of: topology) }
            if loading.validationExitCode == 0 {
                Console.show("\(file): valid\n")
            } else if exitCode == 0 {
                exitCode = loading.validationExitCode
            }
        }
        guard exitCode == 0 else { throw ExitCode(exitCode) }
    }

    /// Says what a launch here would find wrong with the keys.
    private func warnOfKeys(of topology: Topology) {
        guard let folder = topology.keys else { return }
        let names = LaunchPlan(Deployment(topology)).names
        do {
            try KeyFolder(folder).check(topology.hosts.isEmpty ? names : [], among: names)
        } catch {
            Console.complain("warning: the keys cannot be used: \(error)")
        }
    }
}
