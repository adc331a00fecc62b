import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@testable import Topologies

@Suite struct `An explanation` {
    private func explanation(_ replacements: [Int: String?] = [:]) throws -> Explanation {
        Explanation(try #require(load(Sample.text(replacing: replacements)).topology))
    }

    @Test func `names load alone, shared and in all`() throws {
        #expect(
            try explanation().text == """
                sample   seed 1
                  stations    2, 30 GHz in all
                  links       2 directed, 450 Mbit/s, delay 2 ms
                  egress      one port a station
                  time        1 episode, 10 s of arrivals and 10 s of drain each
                  scheduler   random, 6 candidates, state reports every 1 s

                  station  capacity  links  tasks/s   work asked  load alone  load shared  egress
                  bs1        10 GHz      1     2.00  4 Gcycles/s        0.40         0.27    0.01
                  bs2        20 GHz      1     2.00  4 Gcycles/s        0.20         0.27    0.00
                  load alone: each station serves its own users. load shared, egress: every task is
                  divided among its station and the neighbours in proportion to capacity.

                  traffic  stations  tasks/s  mean size  mean result  mean work  deadline
                  image           2     4.00     3 Mbit       0 Mbit  2 Gcycles      none

                in all      4.00 tasks/s, 12 Mbit/s of input, 8 Gcycles/s of work
                load        0.267 of all capacity
                evenly      server at most 0.267 (bs1), port 0.004 (bs1): work spread as evenly as \
                links allow
                shared      server at most 0.267 (bs1), port 0.009 (bs1): work shared in proportion \
                to capacity
                The network as a whole can carry this.

                """)
    }

    @Test(arguments: [
        ("      poisson: {rate: 2 /s}", "2 Gcycles", "3 Mbit", "can carry this."),
        ("      poisson: {rate: 8 /s}", "2 Gcycles", "3 Mbit", "cannot carry this. However"),
        ("      poisson: {rate: 6 /s}", "2 Gcycles", "600 Mbit", "cannot carry this. The port"),
        ("      poisson: {rate: 4 /s}", "2 Gcycles", "150 Mbit", "can carry this."),
    ])
    func `says whether the network can carry what is asked`(
        arrivals: String, work: String, size: String, says: String
    ) throws {
        let text = try explanation([
            15: arrivals, 16: "    size: \(size)", 17: "    workload: \(work)",
        ]).text
        #expect(text.contains(says), "\(text)")
    }

    @Test func `tells the links between two stations`() throws {
        let explanation = try explanation([10: "  rate_towards: [100 Mbit/s, 1 Gbit/s]"])
        #expect(
            explanation.between(0, 1) == """
                bs1 to bs2   1000 Mbit/s, delay 2 ms
                bs2 to bs1   100 Mbit/s, delay 2 ms

                """)
    }

    @Test func `tells loss, and stations without a link`() throws {
        let lossy = try explanation([11: "  delay: 2 ms\n  loss: 0.02"])
        #expect(lossy.between(0, 1).contains("2 % lost and sent again after 14 ms"))
        let apart = try explanation([11: "  delay: 2 ms\n  shape: none"])
        #expect(apart.between(0, 1).contains("are not neighbours"))
    }

    /// 4.5 Mbit over 450 Mbit/s are 10 ms, 2 Gcycles take 200 ms at 10 GHz and 100 ms at 20 GHz,
    /// 0.9 Mbit of result need 2 ms on the way back.
    @Test func `adds up the times of a task on each server`() throws {
        let task = try explanation().task(
            at: 0, size: Megabits(4.5), work: Gigacycles(2), result: Megabits(0.9))
        #expect(
            task == """
                A task of 4.5 Mbit and 2 Gcycles at bs1, nothing else going on:
                  server  capacity  sending  delay  computing  result  complete  best split
                  bs1       10 GHz     0 ns   0 ns     200 ms    0 ns    200 ms      37.2 %
                  bs2       20 GHz    10 ms   2 ms     100 ms    4 ms    116 ms      62.8 %
                divided so, it is complete after 74.36 ms

                """)
    }
}

@Suite struct `An even division of work` {
    /// A line of three with all the work at one end: only its neighbour can help.
    @Test func `reaches as far as links do`() throws {
        let text = Sample.text(replacing: [
            6: "    capacity: 10 GHz\n  - name: bs3\n    capacity: 70 GHz",
            9: "links:\n  shape: line", 13: "  - name: image\n    stations: bs1",
            15: "      poisson: {rate: 20 /s}",
        ])
        let topology = try #require(load(text).topology)
        let even = WorkDivision.even(topology, NetworkLoad(topology))
        #expect(topology.stations.map(\.name) == ["bs1", "bs3", "bs2"])
        #expect(abs(even.servers[0] - 0.5) < 1e-9 && abs(even.servers[1] - 0.5) < 1e-9)
        #expect(even.servers[2] == 0)
    }

    /// Cut any set of stations: their servers and their neighbours' must do all their work, so the
    /// busiest server cannot have less than that work over that capacity.
    @Test(arguments: Seed.first(40))
    func `leaves the busiest server no more than some neighbourhood must bear`(seed: Seed) throws {
        var stream = seed.stream
        let count = 2 + stream.integer(below: 8)
        let topology = try #require(Self.randomTopology(count, &stream))
        let load = NetworkLoad(topology)
        let even = WorkDivision.even(topology, load)
        var bound = 0.0
        for set in 1..<(1 << count) {
            var servers = Set<Int>()
            var work = 0.0
            for station in 0..<count where set >> station & 1 == 1 {
                work += load.offered[station].work
                servers.insert(station)
                servers.formUnion(topology.neighbours[station].map(\.station))
            }
            bound = max(bound, work / servers.sorted().reduce(0) { $0 + load.capacities[$1] })
        }
        let highest = try #require(WorkDivision.highest(of: even.servers)).load
        #expect(highest >= bound - 1e-9)
        #expect(highest < bound * 1.002, "\(highest) \(bound)")
    }

    private static func randomTopology(_ count: Int, _ stream: inout RandomStream) -> Topology? {
        var lines = ["version: 1", "name: r", "duration: 10 s", "stations:"]
        for station in 0..<count {
            lines.append("  - {name: s\(station), capacity: \(1 + stream.integer(below: 40)) GHz}")
        }
        lines += ["links:", "  rate: 1 Gbit/s", "  delay: 1 ms", "  shape: line", "traffic:"]
        for station in 0..<count {
            lines.append("  - name: c\(station)\n    stations: s\(station)")
            lines.append("    arrivals: {poisson: {rate: \(stream.integer(below: 9)) /s}}")
            lines.append("    size: 1 Mbit\n    workload: 2 Gcycles")
        }
        lines += ["scheduler:", "  policy: random"]
        return load(lines.joined(separator: "\n")).topology
    }
}
