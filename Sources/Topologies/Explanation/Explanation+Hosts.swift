import EdgeModel
import SimulationKernel

/// Where the processes are, and what that asks of the real network.
extension Explanation {
    /// Empty where the topology names no hosts.
    var placed: String {
        let deployment = Deployment(topology)
        guard deployment.isNamed else { return "" }
        return hostTable(deployment) + (deployment.isSpread ? "\n" + realLinkTable(deployment) : "")
    }

    private func hostTable(_ deployment: Deployment) -> String {
        var table = AlignedTable([
            .left("host"), .left("address"), .right("cores"), .right("processes"),
            .left("ports"), .left("runs"),
        ])
        for (index, host) in deployment.hosts.enumerated() {
            let members = deployment.members(of: index)
            let first = members.map { deployment.port(of: $0) }.min() ?? 0
            let last = members.map { deployment.port(of: $0) + 1 }.max() ?? 0
            table.add([
                host.name, host.address, "\(host.cores)", "\(members.count)",
                deployment.isSpread && !members.isEmpty ? "\(first) to \(last)" : "none",
                runs(members.map { deployment.processes[$0] }),
            ])
        }
        return table.text
            + (deployment.isSpread
                ? "  all processes talk over tcp, "
                    + (topology.keys == nil
                        ? "without keys, since nobody else can connect\n" : "with keys\n")
                : "  all processes are on one host and talk over Unix sockets\n")
    }

    /// Such as `hub, traffic, bs1 … bs4`.
    private func runs(_ processes: [Deployment.Process]) -> String {
        let count = topology.stations.count
        let stations = processes.flatMap(\.nodes).filter { $0 < count }
            .map { topology.stations[$0].name }
        var words = processes.filter { $0.nodes.allSatisfy { $0 >= count } }.map(\.name)
        switch stations.count {
        case 0...3: words += stations
        default: words.append("\(stations[0]) … \(stations[stations.count - 1])")
        }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }

    private func realLinkTable(_ deployment: Deployment) -> String {
        var table = AlignedTable([
            .left("between hosts"), .right("links"), .right("least delay"), .right("largest rate"),
            .right("real delay"), .right("real rate"), .left("real link is"),
        ])
        for real in RealLink.all(of: topology, deployment) {
            let ends = [deployment.hosts[real.from], deployment.hosts[real.to]]
            let delay = ends.compactMap(\.delay).max()
            let rate = ends.compactMap(\.rate).map(\.value).min()
            table.add([
                "\(ends[0].name) and \(ends[1].name)", "\(real.count)", duration(real.leastDelay),
                text(real.largestRate, "Mbit/s"), delay.map(duration) ?? "?",
                rate.map { text($0, "Mbit/s") } ?? "?", verdict(real, delay, rate),
            ])
        }
        return table.text + """
              links: emulated ones that cross. Only the wall clock needs faster real ones: what comes
              late makes such a run INVALID. Data of tasks is emulated, and does not cross at all.

            """
    }

    private func verdict(_ real: RealLink, _ delay: VirtualDuration?, _ rate: Double?) -> String {
        var slower: [String] = []
        if let delay, delay >= real.leastDelay { slower.append("delay") }
        if let rate, rate < real.largestRate { slower.append("rate") }
        if !slower.isEmpty { return "SLOWER in " + slower.joined(separator: " and ") }
        return delay == nil || rate == nil ? "not known (see hosts[].delay, rate)" : "faster"
    }
}

/// The emulated links that cross between two hosts, both ways.
struct RealLink: Hashable, Sendable {
    var from: Int
    var to: Int
    var count = 0
    var leastDelay = VirtualDuration.unbounded
    /// Mbit/s.
    var largestRate = 0.0

    private mutating func add(_ link: Link) {
        count += 1
        leastDelay = min(leastDelay, link.delay)
        largestRate = max(largestRate, link.rate.value)
    }

    /// Ascending by host; hosts that no emulated link connects are left out.
    static func all(of topology: Topology, _ deployment: Deployment) -> [RealLink] {
        var homes: [Int: Int] = [:]
        for process in deployment.processes {
            for node in process.nodes { homes[node] = process.host }
        }
        let hosts = deployment.hosts.count
        var found: [Int: RealLink] = [:]
        func add(_ link: Link, _ a: Int, _ b: Int) {
            guard let a = homes[a], let b = homes[b], a != b else { return }
            let (from, to) = (min(a, b), max(a, b))
            found[from * hosts + to, default: RealLink(from: from, to: to)].add(link)
        }
        let learner = topology.stations.count + 1
        for station in topology.stations.indices {
            for neighbour in topology.neighbours[station] {
                add(neighbour.link, station, neighbour.station)
            }
            guard homes[learner] != nil else { continue }
            for _ in 0..<2 { add(topology.training.learnerLink, station, learner) }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}
