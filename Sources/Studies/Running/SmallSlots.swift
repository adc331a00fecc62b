import EdgeModel
import Emulation
import Messaging
import NodeRuntime
import SimulationKernel
import Topologies

/// A network's slots that are small enough for an exact optimum, and what a policy makes of them (docs/STUDIES.md).
///
/// Each is an episode of one slot, so it begins with empty servers. What counts is the sum of the
/// make-spans of its tasks, which are served in the order of slotted timing.
struct SmallSlots {
    /// By episode; nil for a slot without tasks, or with too many.
    private let slots: [SlotInstance?]
    /// By episode, the sum of make-spans that the policy has, seconds.
    private let costs: [Double]

    /// The slots of which there is an optimum.
    var instances: [SlotInstance] { slots.compactMap(\.self) }

    /// - Parameter settings: those of `settings(_:_:_:)`, with a seed, and weights if there are any.
    /// - Throws: `EmulationError` when the topology cannot be run.
    init(
        topology file: String, settings: [String], dataDirectory: String?, tasks limit: Int
    ) throws {
        let loading = Topology.load(
            path: file, overrides: settings, dataDirectory: dataDirectory)
        guard let topology = loading.topology else {
            throw EmulationError(
                description: loading.diagnostics.map(\.description).joined(separator: "; "),
                exitCode: 65)
        }
        let network = try EmulatedNetwork(topology)
        let sums = SpanSums(episodes: topology.plan.episodes)
        var run = SlottedRun(network, sink: sums)
        _ = run.run { _ in false }
        costs = sums.seconds
        slots = (0..<topology.plan.episodes).map { episode in
            var traffic = SlottedTraffic(topology, episode: episode)
            let tasks = traffic.nextSlot()
            guard (1...limit).contains(tasks.count) else { return nil }
            let configuration = network.slottedConfiguration
            return SlotInstance(
                capacities: configuration.capacities, rates: configuration.rates,
                tasks: tasks.map {
                    SlotInstance.Task(
                        station: Int($0.id.origin), size: $0.size.value,
                        workload: $0.workload.value)
                })
        }
    }

    /// The mean over slots of how much longer tasks take than they would in the optimum, per cent.
    ///
    /// - Parameter optima: one for each of `instances`.
    func gap(to optima: [SlotOptimum]) -> Double {
        var next = optima.makeIterator()
        let gaps = zip(slots, costs).compactMap { slot, cost -> Double? in
            guard slot != nil, let optimum = next.next() else { return nil }
            return (cost / optimum.cost - 1) * 100
        }
        return gaps.reduce(0, +) / Double(max(gaps.count, 1))
    }

    /// What makes a cell's topology one of small slots; nil for cells that have no optimum: those
    /// of event timing, and those with results, which are not divided.
    static func settings(
        _ study: StudyFile, _ topology: Topology, _ settings: [String]
    ) -> [String]? {
        guard let optimum = study.optimum, topology.timing == .slotted,
            topology.traffic.allSatisfy({ $0.result.mean == 0 })
        else { return nil }
        // Means over another length of a run are the same but for rounding.
        return settings
            + ["slots=1", "episodes=\(optimum.slots)", "training.transfer=yes"]
    }

    /// Adds up make-spans by episode.
    private final class SpanSums: RecordSink {
        private(set) var seconds: [Double]

        init(episodes: Int) { seconds = Array(repeating: 0, count: episodes) }

        func keep(_ record: Record) {
            guard case .task(let row) = record else { return }
            seconds[Int(row.episode)] += (row.completion - row.arrival).seconds
        }
    }
}
