import ArgumentParser
import EdgeModel
import Emulation
import FoundationEssentials
import Launcher
import Messaging
import NodeRuntime
import Recording
import Topologies

/// `edgeflock replay RUN --node NAME`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run one node of a recorded run again, alone, and prove that it does the same.",
        discussion: """
            The run must have been launched with --record. The node gets the inputs it got then, \
            from the input log of its process; everything it gives out is held against the log. \
            Exit code 0 when all of it is the same, 1 when something differs.
            """)

    @Argument(help: "The folder of a run, such as runs/latest.")
    var folder: String

    @Option(help: "The node: a station, traffic or learner.")
    var node: String

    func run() throws {
        let order: LaunchOrder
        let network: EmulatedNetwork
        do {
            order = try LaunchOrder.read(from: folder + "/" + LaunchOrder.fileName)
            network = try order.network()
        } catch {
            Console.complain("replay: error: \(error)")
            throw ExitCode(66)
        }
        guard let index = network.index(named: node) else {
            let known = network.topology.stations.map(\.name) + ["traffic", "learner"]
            throw Console.refusal(
                "replay",
                "the run has no node '\(node)'" + Suggestion.phrase(for: node, among: known)
                    + " (there are \(Console.few(known)))")
        }
        do {
            let log = try InputLogReader(path: path(of: index, in: network, order))
            let level = try order.level
            let result = try InputReplay.run(log, node: index, end: network.topology.plan.end) {
                network.add([index], to: &$0, recordsStates: level == .full)
            }
            try show(result)
        } catch let error as InputLogError {
            Console.complain("replay: error: \(error)")
            throw ExitCode(order.keepsInputs ? 65 : 66)
        }
    }

    private func path(
        of index: NodeIndex, in network: EmulatedNetwork, _ order: LaunchOrder
    ) throws(InputLogError) -> String {
        guard order.keepsInputs else {
            throw InputLogError("the run kept no inputs; launch it with --record")
        }
        let member = LaunchPlan(network).members.first { $0.nodes.contains(index) }
        let process = order.sockets == nil ? LaunchOrder.singleProcess : member?.name ?? node
        return LaunchOrder.inputLog(of: process, in: folder)
    }

    private func show(_ result: InputReplay.Result) throws {
        let counts =
            "\(result.inputs) inputs, \(result.outputs) messages, \(result.records) records"
        if let difference = result.difference {
            Console.show("\(node): DIFFERENT: \(counts), then\n  \(difference)\n")
            throw ExitCode(1)
        }
        let end = result.isComplete ? "" : " (the log ends early)"
        Console.show("\(node): the same: \(counts)\(end)\n")
    }
}
