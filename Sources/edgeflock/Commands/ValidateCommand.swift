import ArgumentParser
import Topologies

/// `edgeflock validate FILE...`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check topology files and say everything that is wrong with them.",
        discussion: """
            Nothing is started. Data that a file names and that is not here is a warning; \
            launching would need it.
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
            if loading.validationExitCode == 0 {
                Console.show("\(file): valid\n")
            } else if exitCode == 0 {
                exitCode = loading.validationExitCode
            }
        }
        guard exitCode == 0 else { throw ExitCode(exitCode) }
    }
}
