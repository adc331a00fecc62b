import ArgumentParser
import Recording

/// `edgeflock report RUN`
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show the results of a run as tables.",
        discussion: "Reads manifest.json and summary.json; run.sqlite has every row.")

    @Argument(help: "The folder of a run, such as runs/latest.")
    var folder: String

    func run() throws {
        do {
            Console.show(try RunReport(folder).text)
        } catch {
            Console.complain("report: error: \(error)")
            throw ExitCode(error.exitCode)
        }
    }
}
