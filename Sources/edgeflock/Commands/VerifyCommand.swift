import ArgumentParser
import EdgeModel
import Emulation
import FoundationEssentials

/// `edgeflock verify FILE...`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hold this build against reference vectors.",
        discussion: """
            A file holds recorded decisions in the slotted timing and what independent programs \
            computed for them by the published equations. Every value is computed again; the \
            largest error of each case is shown. Exit code 1 when one is beyond 1e-9 (relative \
            to values above 1).
            """)

    @Argument(help: "JSON files of reference cases, such as slotted-divisible.json.")
    var files: [String]

    func run() throws {
        var isGood = true
        for file in files {
            guard FileManager.default.isReadableFile(atPath: file) else {
                Console.complain("verify: error: \(file): cannot be read")
                throw ExitCode(66)
            }
            do {
                let verification = try ReferenceVerification(file: file)
                isGood = isGood && verification.isWithinTolerance
                for (index, item) in verification.cases.enumerated() {
                    Console.show("\(file) case \(index): " + Self.describe(item))
                }
            } catch {
                Console.complain("verify: error: \(error)")
                throw ExitCode(65)
            }
        }
        guard isGood else { throw ExitCode(1) }
    }

    private static func describe(_ item: ReferenceVerification.Case) -> String {
        let verdict = item.isWithinTolerance ? "ok" : "BEYOND TOLERANCE"
        var text = "\(item.name), \(item.tasks) tasks, "
        text += "largest error \(item.largestError): \(verdict)\n"
        for finding in item.findings where finding.error > SlottedVerification.tolerance {
            text += "  \(finding.quantity): \(finding.error) at slot \(finding.slot)"
            text += finding.task.map { ", task \($0)\n" } ?? "\n"
        }
        return text
    }
}
