import ArgumentParser

/// `edgeflock train cartpole`
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train an agent alone, outside any network.",
        subcommands: [TrainCartPoleCommand.self])
}
