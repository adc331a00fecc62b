import ArgumentParser
import EdgeModel
import Topologies

/// `edgeflock explain FILE`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a topology asks of its network, and whether it can be carried.",
        discussion: """
            Shows stations, links and the offered load: of each server, of each transmit port if \
            work is shared in proportion to capacity, and in total. With --from and --to also the \
            links between two stations; with --size or --workload also how long such a task takes \
            at --from on each server, in an idle network, and how it is best divided.

            Example:  edgeflock explain topologies/quickstart.yaml --from bs1 --to bs2 \
            --size "4 Mbit" --workload "2 Gcycles"
            """)

    @Argument(help: "The topology file.")
    var file: String

    @Option(help: ArgumentHelp("The station where a task arrives.", valueName: "station"))
    var from: String?

    @Option(help: ArgumentHelp("The other end of a link.", valueName: "station"))
    var to: String?

    @Option(help: ArgumentHelp("The task's input, such as \"4 Mbit\".", valueName: "data"))
    var size: String?

    @Option(
        help: ArgumentHelp("The task's computing, such as \"2 Gcycles\".", valueName: "work"))
    var workload: String?

    @Option(
        help: ArgumentHelp("The task's output; \"0 Mbit\" if not given.", valueName: "data"))
    var result: String?

    @OptionGroup var options: TopologyOptions

    func run() throws {
        let size = try amount(size, "--size") { try QuantityText.megabits($0) }
        let result = try amount(result, "--result") { try QuantityText.megabits($0) }
        let work = try amount(workload, "--workload") { try QuantityText.gigacycles($0) }
        let topology = try options.load(file)
        let origin = try station(from, in: topology) ?? 0
        let explanation = Explanation(topology)
        Console.show(explanation.text)
        if let destination = try station(to, in: topology), destination != origin {
            Console.show("\n" + explanation.between(origin, destination))
        }
        guard size != nil || work != nil else { return }
        let task = explanation.task(
            at: origin, size: size ?? .zero, work: work ?? .zero, result: result ?? .zero)
        Console.show("\n" + task)
    }

    private func station(_ name: String?, in topology: Topology) throws -> Int? {
        guard let name else { return nil }
        guard let index = topology.station(named: name) else {
            let known = topology.stations.map(\.name)
            throw Console.refusal(
                "explain",
                "no station '\(name)'" + Suggestion.phrase(for: name, among: known)
                    + " (there are \(Console.few(known)))")
        }
        return index
    }

    private func amount<Amount>(
        _ text: String?, _ option: String, _ read: (String) throws -> Amount
    ) throws -> Amount? {
        guard let text else { return nil }
        do {
            return try read(text)
        } catch {
            throw Console.refusal("explain", "\(option): \(error)")
        }
    }
}
