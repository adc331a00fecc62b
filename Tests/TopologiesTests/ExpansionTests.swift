import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@testable import Topologies

@Suite struct `Stations of a topology` {
    @Test func `come in file order, groups counted out from 1`() throws {
        let text = Sample.text(replacing: [
            7: "  - name: small\n    count: 3", 8: "    capacity: {choice: [1 GHz, 2 GHz]}",
        ])
        let topology = try #require(load(text).topology)
        #expect(topology.stations.map(\.name) == ["bs1", "small1", "small2", "small3"])
        #expect(topology.station(named: "small2") == 2)
    }

    @Test func `have capacities that another station does not change`() throws {
        let group = "  - name: g\n    count: 4\n    capacity: {uniform: [1 GHz, 9 GHz]}"
        let few = try #require(load(Sample.text(replacing: [7: group, 8: nil])).topology)
        let more = try #require(
            load(
                Sample.text(replacing: [
                    5: "  - name: new\n    capacity: 1 GHz\n  - name: bs1",
                    7: group, 8: nil,
                ])
            ).topology)
        #expect(few.stations.suffix(4) == more.stations.suffix(4))
        #expect(Set(few.stations.suffix(4).map(\.capacity)).count == 4)
    }

    @Test func `may have a capacity that changes in steps`() throws {
        let profile =
            "    capacity: {profile: [{from: 0 s, capacity: 4 GHz}, "
            + "{from: 5 s, capacity: 2 GHz}]}"
        let topology = try #require(load(Sample.text(replacing: [6: profile])).topology)
        #expect(topology.stations[0].capacity.meanCapacity(over: .seconds(10)) == Gigahertz(3))
    }

    @Test func `stand in metres from the first when degrees are given`() throws {
        let text = Sample.text(replacing: [
            6: "    capacity: 1 GHz\n    position: {lat: 60, lon: 10}",
            8: "    capacity: 1 GHz\n    position: {lat: 60.01, lon: 10.02}",
        ])
        let position = try #require(load(text).topology?.stations[1].position)
        #expect(abs(position.y - 1111.95) < 0.01)
        #expect(abs(position.x - 1111.95) < 0.01)
    }

    @Test(arguments: [
        ("    position: {x: 1 m, lat: 3}", "7:15 E068"),
        ("    position: {x: 1 m}", "7:15 E068"),
        ("    position: {x: 1, y: 2 m}", "7:19 E031"),
        ("    placement: {grid: 1 m}", "7:5 E018"),
        ("    placement: {grid: 1 m, square: 2 m}\n    count: 2", "7:28 E063"),
        ("    placement: {sites: x.csv}", "7:24 E066"),
        ("    count: 10001", "7:12 E026"),
        ("    count: 2\n    position: {x: 1 m, y: 1 m}", "8:5 E063"),
    ])
    func `with a wrong place are reported`(text: String, expected: String) {
        let text = Sample.text(replacing: [6: "    capacity: 1 GHz\n" + text])
        #expect(summary(load(text)) == [expected])
    }

    @Test func `without positions cannot be near those that have one`() {
        let text = Sample.text(replacing: [
            6: "    capacity: 1 GHz\n    position: {x: 1 m, y: 1 m}",
            9: "links:\n  nearest: 1",
        ])
        #expect(summary(load(text)) == ["8:5 E068"])
        let mixed = Sample.text(replacing: [
            6: "    capacity: 1 GHz\n    position: {x: 1 m, y: 1 m}",
            8: "    capacity: 1 GHz\n    position: {lat: 1, lon: 1}",
        ])
        #expect(summary(load(mixed)) == ["8:5 E068"])
    }

    @Test func `are at most ten thousand, a thousand in a mesh`() {
        let group = { (count: Int) in "  - name: g\n    count: \(count)" }
        #expect(summary(load(Sample.text(replacing: [7: group(10_000)]))) == ["8:12 E042"])
        #expect(summary(load(Sample.text(replacing: [7: group(1000)]))) == ["11:3 E042"])
        let ring = Sample.text(replacing: [7: group(9_999), 9: "links:\n  shape: ring"])
        #expect(load(ring).topology?.neighbours.linkCount == 20_000)
    }
}

@Suite struct `Links of a topology` {
    private func rows(_ shape: String, stations: Int) throws -> [[Int]] {
        let text = Sample.text(replacing: [
            5: "  - name: a", 7: "  - name: g\n    count: \(stations - 1)", 9: "links:\n  \(shape)",
        ])
        let table = try #require(load(text).topology).neighbours
        return (0..<stations).map { table[$0].map(\.station) }
    }

    @Test func `follow the shape`() throws {
        #expect(try rows("shape: mesh", stations: 3) == [[1, 2], [0, 2], [0, 1]])
        #expect(try rows("shape: line", stations: 3) == [[1], [0, 2], [1]])
        #expect(try rows("shape: ring", stations: 4) == [[1, 3], [0, 2], [1, 3], [0, 2]])
        #expect(try rows("shape: ring", stations: 2) == [[1], [0]])
        #expect(try rows("shape: star", stations: 3) == [[1, 2], [0], [0]])
        #expect(try rows("shape: star\n  centre: g2", stations: 3) == [[2], [2], [0, 1]])
        #expect(try rows("nearest: 3", stations: 6)[0] == [1, 2, 4, 5])
        #expect(try rows("nearest: 9", stations: 3) == [[1, 2], [0, 2], [0, 1]])
        #expect(try rows("shape: none", stations: 2) == [[], []])
    }

    @Test(arguments: Seed.first(60))
    func `reach the nearest stations, as a search through all of them finds`(seed: Seed) {
        var stream = seed.stream
        let count = 1 + stream.integer(below: 60)
        let k = 1 + stream.integer(below: 8)
        let isFlat = stream.bernoulli(0.2)
        // Whole metres, so that equal distances and equal places occur.
        let positions = (0..<count).map { _ in
            Position(
                x: Double(stream.integer(below: 20)),
                y: isFlat ? 5 : Double(stream.integer(below: 20)))
        }
        var expected = [Set<Int>](repeating: [], count: count)
        for station in 0..<count {
            let others = (0..<count).filter { $0 != station }.sorted {
                (positions[station].distance(to: positions[$0]), $0)
                    < (positions[station].distance(to: positions[$1]), $1)
            }
            for other in others.prefix(k) {
                expected[station].insert(other)
                expected[other].insert(station)
            }
        }
        #expect(NearestStations.byPosition(positions, k: k) == expected.map { $0.sorted() })
    }

    @Test func `take the rate of their destination`() throws {
        let text = Sample.text(replacing: [10: "  rate_towards: [100 Mbit/s, 1 Gbit/s]"])
        let table = try #require(load(text).topology).neighbours
        #expect(table.link(from: 0, to: 1)?.rate == MegabitsPerSecond(1000))
        #expect(table.link(from: 1, to: 0)?.rate == MegabitsPerSecond(100))
        #expect(table.link(from: 0, to: 0) == nil)
    }

    @Test func `draw once for both ways and keep what pairs say`() throws {
        let text = Sample.text(replacing: [
            7: "  - name: g\n    count: 3",
            11: """
              delay: {uniform: [1 ms, 9 ms]}
              jitter: {exponential: 100 us}
              loss: 0.01
              rto: 7 ms
              pairs:
                - {from: bs1, to: g2, delay: 20 ms, loss: 0}
                - {between: [g1, g3], rate: 1 Gbit/s}
            """,
        ])
        let table = try #require(load(text).topology).neighbours
        let there = try #require(table.link(from: 0, to: 1))
        #expect(there == table.link(from: 1, to: 0))
        #expect(there.delay > .milliseconds(1) && there.delay < .milliseconds(9))
        #expect(there.jitter == .exponential(mean: 1e-4))
        #expect(there.loss == 0.01 && there.retransmissionTimeout == .milliseconds(7))
        #expect(table.link(from: 0, to: 2)?.delay == .milliseconds(20))
        #expect(table.link(from: 0, to: 2)?.loss == 0)
        #expect(table.link(from: 2, to: 0)?.loss == 0.01)
        #expect(table.link(from: 3, to: 1)?.rate == MegabitsPerSecond(1000))
        #expect(table.link(from: 1, to: 3)?.rate == MegabitsPerSecond(1000))
    }

    @Test func `without a timeout repeat after twice the delay and 10 ms`() throws {
        let link = try #require(load(Sample.text).topology?.neighbours.link(from: 0, to: 1))
        #expect(link.retransmissionTimeout == .milliseconds(14))
    }
}
