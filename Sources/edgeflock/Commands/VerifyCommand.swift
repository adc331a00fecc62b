import ArgumentParser

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
            let cases: [SlottedCase]
            do {
                cases = try ReferenceFile.read(file)
            } catch {
                Console.complain("verify: error: \(error)")
                throw ExitCode(error.exitCode)
            }
            for (index, item) in cases.enumerated() {
                let verification = SlottedVerification(item)
                isGood = isGood && verification.isWithinTolerance
                Console.show(Self.describe(verification, item, name: "\(file) case \(index)"))
            }
        }
        guard isGood else { throw ExitCode(1) }
    }

    private static func describe(
        _ verification: SlottedVerification, _ item: SlottedCase, name: String
    ) -> String {
        let kind = item.allocation.map { "\(item.model), \($0)" } ?? item.model
        let verdict = verification.isWithinTolerance ? "ok" : "BEYOND TOLERANCE"
        var text = "\(name) (\(kind)): \(verification.slots) slots, \(verification.tasks) tasks, "
        text += "largest error \(verification.error): \(verdict)\n"
        for entry in verification.largest where entry.error > SlottedVerification.tolerance {
            text += "  \(entry.quantity): \(entry.error) at \(entry.place)\n"
        }
        return text
    }
}
