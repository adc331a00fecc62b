import EdgeModel
import Recording
import SimulationKernel
import Topologies

/// How long one task takes between two stations when nothing else is going on.
struct TaskExplanation {
    private let topology: Topology
    private let origin: Int
    private let destinations: [Int]
    private let size: Megabits
    private let result: Megabits
    private let workload: Gigacycles

    /// - Parameters:
    ///   - destination: nil for the station itself and all its neighbours.
    ///   - size, result: Mbit; `workload`: Gcycles.
    init(
        _ topology: Topology, from origin: Int, to destination: Int?, size: Double,
        result: Double, workload: Double
    ) {
        self.topology = topology
        self.origin = origin
        destinations =
            destination.map { [$0] }
            ?? [origin] + topology.neighbours[origin].map(\.station)
        self.size = Megabits(size)
        self.result = Megabits(result)
        self.workload = Gigacycles(workload)
    }

    var text: String {
        var table = TextTable()
        table.add(
            "from \(topology.stations[origin].name) to", "rate, Mbit/s", "delay, ms", "send, ms",
            "compute, ms", "return, ms", "in all, ms")
        for destination in destinations { table.add(row(to: destination)) }
        return "\na task of \(size), \(workload), result \(result), in an idle network:\n"
            + table.text
    }

    private func row(to destination: Int) -> [String] {
        let name = topology.stations[destination].name
        let capacity = topology.stations[destination].capacity.steps[0].capacity
        let compute = workload / capacity
        if destination == origin {
            return [name, "-", "-", "-", milliseconds(compute), "-", milliseconds(compute)]
        }
        guard let link = topology.neighbours.link(from: origin, to: destination) else {
            return [name, "no link", "-", "-", "-", "-", "-"]
        }
        let send = size / link.rate
        var back = VirtualDuration.zero
        if result > .zero, let way = topology.neighbours.link(from: destination, to: origin) {
            back = result / way.rate + way.delay
        }
        return [
            name, Figure.number(link.rate.value), milliseconds(link.delay), milliseconds(send),
            milliseconds(compute), milliseconds(back),
            milliseconds(send + link.delay + compute + back),
        ]
    }

    private func milliseconds(_ duration: VirtualDuration) -> String {
        Figure.number(duration.seconds * 1e3)
    }
}
