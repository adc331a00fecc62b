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
            work is spread evenly, and in total. With --from and --to also the way between two \
            stations; with --size or --workload also the time of such a task, in an idle network.

            Example:  edgeflock explain topologies/quickstart.yaml --from bs1 --to bs2 \
            --size "4 Mbit" --workload "2 Gcycles"
            """)

    @Argument(help: "The topology file.")
    var file: String

    @Option(help: ArgumentHelp("The station where a task arrives.", valueName: "station"))
    var from: String?

    @Option(help: ArgumentHelp("The station that computes it.", valueName: "station"))
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
        let size = try amount(size, "--size") { try QuantityText.megabits($0).value }
        let result = try amount(result, "--result") { try QuantityText.megabits($0).value }
        let work = try amount(workload, "--workload") { try QuantityText.gigacycles($0).value }
        let topology = try options.load(file)
        let origin = try station(from, in: topology) ?? 0
        let destination = try station(to, in: topology)
        Console.show(NetworkExplanation(topology).text)
        guard from != nil || to != nil || size != nil || work != nil else { return }
        let way = TaskExplanation(
            topology, from: origin, to: destination, size: size ?? 0, result: result ?? 0,
            workload: work ?? 0)
        Console.show(way.text)
    }

    private func station(_ name: String?, in topology: Topology) throws -> Int? {
        guard let name else { return nil }
        guard let index = topology.station(named: name) else {
            let known = topology.stations.prefix(8).map(\.name).joined(separator: ", ")
            throw ValidationError("no station '\(name)'; there are \(known) ...")
        }
        return index
    }

    private func amount(
        _ text: String?, _ option: String, _ read: (String) throws -> Double
    ) throws -> Double? {
        guard let text else { return nil }
        do {
            return try read(text)
        } catch {
            throw ValidationError("\(option): \(error)")
        }
    }
}
