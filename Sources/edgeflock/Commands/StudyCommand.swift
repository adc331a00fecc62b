import ArgumentParser

/// `edgeflock study NAME`
struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Compare many runs and report what they show.",
        subcommands: [StudyCartPoleCommand.self, StudyAblationCommand.self])
}
