import EdgeModel
import Recording
import SimulationKernel
import Topologies

/// A topology in words and tables: what is there, what is asked of it, whether it can be carried.
struct NetworkExplanation {
    /// Rows of a table; the most loaded come first.
    private static let shown = 20

    private let topology: Topology
    private let load: NetworkLoad
    private let egress: EgressLoad

    init(_ topology: Topology) {
        self.topology = topology
        load = NetworkLoad(topology)
        egress = EgressLoad(topology, load)
    }

    var text: String { heading + links + traffic + servers + verdict }

    private var heading: String {
        let plan = topology.plan
        var text = "\(topology.name): \(topology.stations.count) stations, \(plan.episodes) "
        text += plan.episodes == 1 ? "episode" : "episodes"
        text += " of \(seconds(plan.horizon)) (+ \(seconds(plan.drain)) drain), "
        text += "seed \(topology.seed)\n"
        text += "scheduler \(topology.scheduler.policy.rawValue), "
        text += "\(topology.scheduler.candidates) candidates, state reports every "
        text += "\(seconds(topology.scheduler.statePeriod)); "
        text += "training \(topology.training.mode.rawValue)\n"
        return text
    }

    private var links: String {
        var delays: [Double] = []
        var rates: [Double] = []
        var degrees: [Int] = []
        for station in topology.stations.indices {
            let row = topology.neighbours[station]
            degrees.append(row.count)
            delays += row.map(\.link.delay.seconds)
            rates += row.map(\.link.rate.value)
        }
        guard !delays.isEmpty else { return "no links\n" }
        var text = "\(topology.neighbours.linkCount) links, "
        text += "\(range(degrees.map(Double.init))) neighbours a station, "
        text += "delay \(range(delays.map { $0 * 1e3 })) ms, rate \(range(rates)) Mbit/s, "
        text += "egress \(topology.egress.rawValue)\n"
        return text
    }

    private var traffic: String {
        var text = ""
        for item in topology.traffic {
            text += "traffic \(item.name): \(item.stations.count) stations, "
            text +=
                item.deadline == .unbounded
                ? "no deadline" : "deadline \(seconds(item.deadline))"
            text += "\n"
        }
        let total = load.total
        text +=
            "offered: \(Figure.number(total.tasks)) tasks/s, \(Figure.number(total.input)) Mbit/s in, "
        text += "\(Figure.number(total.output)) Mbit/s out, \(Figure.number(total.work)) Gcycles/s "
        text += "of \(Figure.number(load.totalCapacity)) GHz\n"
        return text
    }

    /// The most loaded stations first.
    private var servers: String {
        let loads = topology.stations.indices.map { load.offered[$0].work / load.capacities[$0] }
        let order = topology.stations.indices.sorted {
            (-loads[$0], $0) < (-loads[$1], $1)
        }
        var table = TextTable()
        table.add(
            "station", "capacity, GHz", "tasks/s", "own load", "egress load if spread")
        for station in order.prefix(Self.shown) {
            table.add(
                topology.stations[station].name, Figure.number(load.capacities[station]),
                Figure.number(load.offered[station].tasks), Figure.number(loads[station]),
                Figure.number(egress.ports[station]))
        }
        let rest = order.count - Self.shown
        return table.text + (rest > 0 ? "(\(rest) stations with less load)\n" : "")
    }

    private var verdict: String {
        var text = "load of the whole network: \(Figure.number(load.utilisation)); "
        if load.utilisation < 1 {
            text += "its servers can carry what is offered\n"
        } else {
            text += "its servers cannot carry what is offered\n"
            text += "warning: queues grow for as long as tasks arrive\n"
        }
        if let highest = egress.highest, highest.load >= 1 {
            let name = topology.stations[highest.station].name
            text += "warning: if every task were spread evenly, the egress port of \(name) "
            text += "would be asked for \(Figure.number(highest.load)) of its time\n"
        }
        return text
    }

    private func seconds(_ duration: VirtualDuration) -> String {
        Figure.plain(Double(duration.nanoseconds) / 1e9) + " s"
    }

    private func range(_ values: [Double]) -> String {
        let low = values.min() ?? 0
        let high = values.max() ?? 0
        return low == high ? Figure.plain(low) : "\(Figure.plain(low)) - \(Figure.plain(high))"
    }
}
