import ArgumentParser

/// The program: one binary, a subcommand for each thing that a person wants.
@main
struct EdgeFlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edgeflock",
        abstract: "Emulate an edge network whose schedulers learn.",
        discussion: """
            A topology file becomes a network of base stations: real processes that talk over \
            ZeroMQ, or one process for speed. Times, rates and work are emulated; from one \
            topology and one seed the result is the same either way, byte for byte.

            A first run:  edgeflock launch topologies/quickstart.yaml

            Exit codes: 0 good, 1 different or beyond tolerance, 2 the run is INVALID, 3 the run \
            was aborted, 64 usage, 65 bad data, 66 no such file, 69 in use, 73 cannot create, \
            77 not permitted, 130 interrupted.
            """,
        version: ProgramVersion.text,
        subcommands: [
            ValidateCommand.self, ExplainCommand.self, LaunchCommand.self, ReportCommand.self,
            CompareCommand.self, VerifyCommand.self, ReplayCommand.self, TrainCommand.self,
            StudyCommand.self, ChaosCommand.self, KeysCommand.self, RenderCommand.self,
            HealthCommand.self, PartCommand.self, RoleCommand.self,
        ])

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let option = repeated(in: arguments) {
            Console.complain("Error: \(option) is given twice; which one is meant?")
            exit(withError: ExitCode.validationFailure)
        }
        await main(joiningNegatives(of: arguments))
    }

    /// A number below zero after an option is its value, and that says which range it has; the
    /// parser would take it for an option of its own, and call the value missing.
    static func joiningNegatives(of arguments: [String]) -> [String] {
        arguments.reduce(into: []) { joined, argument in
            if let option = joined.last, option.hasPrefix("--"), !option.contains("="),
                option != "--", argument.hasPrefix("-"), Double(argument) != nil
            {
                joined[joined.count - 1] = option + "=" + argument
            } else {
                joined.append(argument)
            }
        }
    }

    /// An option that is given more than once, of those that count only once: the parser would
    /// follow the last without a word.
    static func repeated(in arguments: [String]) -> String? {
        var seen: Set<Substring> = []
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = argument.prefix { $0 != "=" }
            if name != "--set", !seen.insert(name).inserted { return String(name) }
        }
        return nil
    }
}

/// Which program this is.
enum ProgramVersion {
    static let text = "0.1.0"
}

extension ProgramVersion {
    #if compiler(>=6.4)
        static let compiler = "6.4 or newer"
    #elseif compiler(>=6.3)
        static let compiler = "6.3"
    #else
        static let compiler = "6.2"
    #endif
}
