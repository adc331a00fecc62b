import ArgumentParser
import Emulation
import FoundationEssentials

/// `edgeflock verify FILE...`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Hold this build against reference vectors.",
        discussion: """
            A file holds recorded values that independent programs computed; its content tells \
            which kind it is. Known are slotted runs by the published equations (agreement means \
            1e-9), chains, losses and gradients of diffusion actors (1e-9 in Float64, 2e-4 of the \
            largest value in Float32), whole updates of discrete soft actor-critic (1e-8), and \
            episodes of CartPole-v1 (1e-12 in each step). Every value is computed again; the \
            largest errors of each case are shown, relative to values above 1. Exit code 1 when \
            one is beyond its tolerance, 65 when a file makes no sense.
            """)

    @Argument(help: "JSON files of reference cases, such as diffusion-actor.json.")
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
        let errors = item.largestErrors.map { "\($0.error) (of \($0.tolerance))" }
        var text = "\(item.name), \(item.extent), largest error "
        text += "\(errors.joined(separator: " and ")): \(verdict)\n"
        for finding in item.findings where !finding.isWithinTolerance {
            text += "  \(finding.quantity): \(finding.error) at \(finding.place)\n"
        }
        return text
    }
}
