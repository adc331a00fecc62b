import ArgumentParser
import Recording

/// `edgeflock compare RUN RUN`
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Tell whether two runs had the same ledger, or where they first differ.",
        discussion: """
            Exit code 0 when ledgers (and weights, if any) are equal, 1 when they are not. The \
            first difference can be shown when both runs were recorded in full.
            """)

    @Argument(help: "The folder of a run, such as runs/latest.") var first: String
    @Argument(help: "The folder of the other.") var second: String

    func run() throws {
        let comparison: RunComparison
        do {
            comparison = try RunComparison(first, second)
        } catch let error as ResultFileError {
            Console.complain("compare: error: \(error)")
            throw ExitCode(error.exitCode)
        } catch {
            Console.complain("compare: error: \(error)")
            throw ExitCode(65)
        }
        Console.show(comparison.text)
        guard comparison.isEqual else { throw ExitCode(1) }
    }
}
