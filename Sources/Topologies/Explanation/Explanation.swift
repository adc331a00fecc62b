import EdgeModel
import SimulationKernel

/// What a topology amounts to, in words and tables for a person.
package struct Explanation {
    let topology: Topology
    let load: NetworkLoad
    let spread: WorkDivision

    package init(_ topology: Topology) {
        self.topology = topology
        load = NetworkLoad(topology)
        spread = .proportional(topology, load)
    }

    /// Stations listed at most; of more, those whose own users ask the most of them are shown.
    private static let listed = 24

    /// The whole explanation; lines end in a line feed.
    package var text: String {
        [overview, stationTable, trafficTable, verdict, scheduled, placed].filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    // MARK: Overview

    private var overview: String {
        let plan = topology.plan
        let links = topology.neighbours.linkCount
        let scheduler = topology.scheduler
        var lines = [
            "\(topology.name)   seed \(topology.seed)",
            "  stations    \(topology.stations.count), "
                + "\(text(load.totalCapacity, "GHz")) in all",
            "  links       \(links) directed"
                + (links > 0 ? ", \(range(of: \.rate.value)) Mbit/s, \(delays)" : ""),
            "  egress      "
                + (topology.egress == .shared ? "one port a station" : "one port a link"),
            "  time        \(plan.episodes) episode\(plan.episodes == 1 ? "" : "s"), "
                + "\(duration(plan.horizon)) of arrivals and \(duration(plan.drain)) of drain each"
                + (plan.warmup > .zero ? ", the first \(duration(plan.warmup)) left out" : ""),
            "  scheduler   \(scheduler.policy.rawValue), \(scheduler.candidates) candidates, "
                + "state reports every \(duration(scheduler.statePeriod))",
        ]
        if topology.training.mode != .none {
            lines.append(
                "  training    \(topology.training.mode.rawValue), batch \(topology.training.batch)"
                    + ", learner at \(duration(topology.training.learnerLink.delay))")
        }
        if let slot = topology.slot { lines.append("  slot        \(duration(slot))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var delays: String {
        let all = topology.stations.indices.lazy.flatMap { topology.neighbours[$0] }
            .map(\.link.delay)
        guard let least = all.min(), let most = all.max() else { return "" }
        return least == most
            ? "delay \(duration(least))" : "delays \(duration(least)) to \(duration(most))"
    }

    private func range(of value: KeyPath<Link, Double>) -> String {
        let all = topology.stations.indices.lazy.flatMap { topology.neighbours[$0] }
            .map { $0.link[keyPath: value] }
        guard let least = all.min(), let most = all.max() else { return "" }
        return least == most ? number(least) : "\(number(least)) to \(number(most))"
    }

    // MARK: Tables

    private var stationTable: String {
        var table = AlignedTable([
            .left("station"), .right("capacity"), .right("links"), .right("tasks/s"),
            .right("work asked"), .right("load alone"), .right("load shared"), .right("egress"),
        ])
        let alone = topology.stations.indices.map { load.offered[$0].work / load.capacities[$0] }
        let all = Array(topology.stations.indices)
        let shown =
            all.count <= Self.listed
            ? all : Array(all.sorted { (-alone[$0], $0) < (-alone[$1], $1) }.prefix(Self.listed))
        for station in shown {
            table.add([
                topology.stations[station].name, text(load.capacities[station], "GHz"),
                "\(topology.neighbours[station].count)",
                Decimal.text(load.offered[station].tasks, places: 2),
                text(load.offered[station].work, "Gcycles/s"),
                Decimal.text(alone[station], places: 2),
                Decimal.text(spread.servers[station], places: 2),
                Decimal.text(spread.ports[station], places: 2),
            ])
        }
        let rest = all.count - shown.count
        return table.text
            + (rest > 0 ? "  … and \(rest) stations that are asked for less\n" : "")
                + """
                  load alone: each station serves its own users. load shared, egress: every task is
                  divided among its station and the neighbours in proportion to capacity.

                """
    }

    private var trafficTable: String {
        var table = AlignedTable([
            .left("traffic"), .right("stations"), .right("tasks/s"), .right("mean size"),
            .right("mean result"), .right("mean work"), .right("deadline"),
        ])
        for (index, trafficClass) in topology.traffic.enumerated() {
            var alone = topology
            alone.traffic = [topology.traffic[index]]
            let total = NetworkLoad(alone).total
            let tasks = max(total.tasks, .leastNormalMagnitude)
            table.add([
                trafficClass.name, "\(trafficClass.stations.count)",
                Decimal.text(total.tasks, places: 2), text(total.input / tasks, "Mbit"),
                text(total.output / tasks, "Mbit"), text(total.work / tasks, "Gcycles"),
                trafficClass.deadline == .unbounded ? "none" : duration(trafficClass.deadline),
            ])
        }
        return table.text
    }

    // MARK: Verdict

    private var verdict: String {
        let total = load.total
        var lines = [
            "in all      \(Decimal.text(total.tasks, places: 2)) tasks/s, "
                + "\(text(total.input, "Mbit/s")) of input, "
                + "\(text(total.work, "Gcycles/s")) of work",
            "load        \(Decimal.text(load.utilisation, places: 3)) of all capacity",
        ]
        let even = WorkDivision.even(topology, load)
        lines.append(
            "evenly      server at most \(busiest(even.servers)), port \(busiest(even.ports)): "
                + "work spread as evenly as links allow")
        lines.append(
            "shared      server at most \(busiest(spread.servers)), port "
                + "\(busiest(spread.ports)): work shared in proportion to capacity")
        return (lines + carrying(even)).joined(separator: "\n") + "\n"
    }

    private func busiest(_ loads: [Double]) -> String {
        WorkDivision.highest(of: loads).map {
            $0.load > 0
                ? "\(Decimal.text($0.load, places: 3)) (\(topology.stations[$0.station].name))"
                : "0"
        } ?? "0"
    }

    private func carrying(_ even: WorkDivision) -> [String] {
        if let (station, value) = WorkDivision.highest(of: even.servers), value >= 1 {
            return [
                "WARNING: the network cannot carry this. However work is divided, servers around "
                    + "\(topology.stations[station].name) fall behind;\nqueues grow as long as an "
                    + "episode lasts."
            ]
        }
        if even.isCarried || spread.isCarried { return ["The network as a whole can carry this."] }
        let least = WorkDivision.leastPorts(topology, load)
        if let (station, value) = WorkDivision.highest(of: least), value >= 1 {
            return [
                "WARNING: the network cannot carry this. The port of "
                    + "\(topology.stations[station].name) would have to send "
                    + "\(Decimal.text(value, places: 2)) times what it can."
            ]
        }
        return [
            "WARNING: the network may not carry this. Servers could, but spreading the work over "
                + "them asks too\nmuch of transmit ports."
        ]
    }

    // MARK: Events

    private var scheduled: String {
        let lines = topology.eventLines
        guard !lines.isEmpty else { return "" }
        var table = AlignedTable([.left("events, in each episode"), .left("")])
        for line in lines.prefix(Self.listed) { table.add([line.time, line.text]) }
        let rest = lines.count - min(lines.count, Self.listed)
        return table.text + (rest > 0 ? "  … and \(rest) more\n" : "")
            + "  loads above leave events out of account.\n"
    }

    // MARK: Words

    func text(_ value: Double, _ unit: String) -> String { "\(number(value)) \(unit)" }

    /// Three or four digits that count.
    func number(_ value: Double) -> String {
        let size = abs(value)
        let places = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 6
        let text = Decimal.text(value, places: places)
        guard text.contains(".") else { return text }
        var digits = Substring(text)
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }

    func duration(_ duration: VirtualDuration) -> String {
        if duration == .unbounded { return "never" }
        let nanoseconds = Double(duration.nanoseconds)
        if duration.nanoseconds < 1000 { return "\(duration.nanoseconds) ns" }
        if nanoseconds < 1e6 { return text(nanoseconds / 1e3, "us") }
        if nanoseconds < 1e9 { return text(nanoseconds / 1e6, "ms") }
        return text(nanoseconds / 1e9, "s")
    }
}
