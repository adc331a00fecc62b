package import EdgeModel
import SimulationKernel

extension Explanation {
    /// The links between two stations, given by index.
    package func between(_ first: Int, _ second: Int) -> String {
        let names = (topology.stations[first].name, topology.stations[second].name)
        guard topology.neighbours.link(from: first, to: second) != nil else {
            return "\(names.0) and \(names.1) are not neighbours: they send each other nothing\n"
        }
        var text = ""
        for (from, to) in [(first, second), (second, first)] {
            guard let link = topology.neighbours.link(from: from, to: to) else { continue }
            text += "\(topology.stations[from].name) to \(topology.stations[to].name)   "
            text += "\(self.text(link.rate.value, "Mbit/s")), delay \(duration(link.delay))"
            if link.jitter != nil { text += " and jitter" }
            if link.loss > 0 {
                text += ", \(number(100 * link.loss)) % lost and sent again after "
                text += duration(link.retransmissionTimeout)
            }
            text += "\n"
        }
        return text
    }

    /// How long a task takes on each server that its station may choose, when nothing else is
    /// going on, and how it is best divided among them (docs/MODEL.md, section 4).
    package func task(
        at origin: Int, size: Megabits, work: Gigacycles, result: Megabits = .zero
    ) -> String {
        let all = candidates(origin, size: size, work: work, result: result)
        let servers = Array(all.prefix(topology.scheduler.candidates))
        let split = Allocation.waterfill(servers.map(\.estimate))

        var table = AlignedTable([
            .left("server"), .right("capacity"), .right("sending"), .right("delay"),
            .right("computing"), .right("result"), .right("complete"), .right("best split"),
        ])
        for (server, fraction) in zip(servers, split.fractions) {
            table.add([
                topology.stations[server.station].name,
                text(server.capacity.value, "GHz"), duration(server.sending),
                duration(server.delay), duration(server.computing), duration(server.result),
                duration(server.complete), "\(Decimal.text(100 * fraction, places: 1)) %",
            ])
        }
        let others = all.count - servers.count
        var text = "A task of \(self.text(size.value, "Mbit")) and "
        text += "\(self.text(work.value, "Gcycles")) at \(topology.stations[origin].name), "
        text += "nothing else going on:\n" + table.text
        if others > 0 { text += "  … and \(others) neighbours beyond the candidates\n" }
        text += "divided so, it is complete after \(duration(.seconds(split.makespan)))\n"
        return text
    }

    // MARK: Servers of a task

    /// One server, with the whole task placed on it at the start of an episode.
    private struct Server {
        var station: Int
        var capacity: Gigahertz
        var sending: VirtualDuration
        var delay: VirtualDuration
        var computing: VirtualDuration
        /// Of the result on its way back, zero without one.
        var resultSending = VirtualDuration.zero
        var resultDelay = VirtualDuration.zero

        var result: VirtualDuration { resultSending + resultDelay }

        /// As the emulator adds up: each quotient rounded to the nanosecond once.
        var complete: VirtualDuration { sending + delay + computing + result }

        var estimate: CompletionEstimate {
            CompletionEstimate(
                ready: delay.seconds, transfer: sending.seconds, wait: 0,
                service: computing.seconds, resultTransfer: resultSending.seconds,
                resultDelay: resultDelay.seconds)
        }
    }

    /// The station itself first, then its neighbours, soonest first.
    private func candidates(
        _ origin: Int, size: Megabits, work: Gigacycles, result: Megabits
    ) -> [Server] {
        func computing(_ station: Int) -> VirtualDuration {
            topology.stations[station].capacity.completion(of: work, from: .zero)
        }
        let own = Server(
            station: origin, capacity: topology.stations[origin].capacity.capacity(at: .zero),
            sending: .zero, delay: .zero, computing: computing(origin))
        let others = topology.neighbours[origin].map { neighbour in
            var server = Server(
                station: neighbour.station,
                capacity: topology.stations[neighbour.station].capacity.capacity(at: .zero),
                sending: size / neighbour.link.rate, delay: neighbour.link.delay,
                computing: computing(neighbour.station))
            let back = topology.neighbours.link(from: neighbour.station, to: origin)
            if result > .zero, let back {
                server.resultSending = result / back.rate
                server.resultDelay = back.delay
            }
            return server
        }
        return [own] + others.sorted { ($0.complete, $0.station) < ($1.complete, $1.station) }
    }
}
