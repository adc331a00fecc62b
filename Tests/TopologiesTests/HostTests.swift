import EdgeModel
import SimulationKernel
import Testing

@testable import Topologies

@Suite struct `Hosts of a topology` {
    private static let two = """
        hosts:
          - {name: alpha, address: 127.0.0.1, cores: 2, roles: [hub, traffic], delay: 100 us,
             rate: 1 Gbit/s}
          - {name: beta, address: 127.0.0.2, port: 21000, delay: 3 ms, rate: 1 Gbit/s,
             ssh: {user: edge, port: 2222, folder: /srv/edge}}
        """

    private func text(_ hosts: String = two, station: String = "  - name: bs1\n    host: beta")
        -> String
    {
        Sample.text(replacing: [3: "duration: 10 s\n" + hosts, 5: station])
    }

    @Test func `are read with all that they say`() throws {
        let topology = try #require(load(text()).topology)
        #expect(topology.hosts.map(\.name) == ["alpha", "beta"])
        #expect(topology.hosts[0].cores == 2 && topology.hosts[0].roles == [.hub, .traffic])
        #expect(topology.hosts[0].port == 20_000 && topology.hosts[1].port == 21_000)
        #expect(topology.hosts[0].ssh == Host.SecureShell())
        #expect(
            topology.hosts[1].ssh
                == Host.SecureShell(user: "edge", port: 2222, folder: "/srv/edge"))
        #expect(topology.hosts[1].delay == .milliseconds(3))
        #expect(topology.hosts[1].rate == MegabitsPerSecond(1000))
        #expect(topology.stations.map(\.host) == [1, nil])
    }

    @Test func `change nothing that is emulated`() throws {
        let without = try #require(load(Sample.text).topology)
        #expect(try #require(load(text()).topology).canonicalText == without.canonicalText)
    }

    @Test func `are explained with the real links that they make`() throws {
        let topology = try #require(load(text()).topology)
        let placed = Explanation(topology).placed
        #expect(
            placed.contains(
                "  alpha  127.0.0.1      2          3  20000 to 20006  traffic, hub, bs2"))
        #expect(placed.contains("  beta   127.0.0.2      1          1  21001 to 21002  bs1"))
        let link = "  alpha and beta      2         2 ms    450 Mbit/s        3 ms  1000 Mbit/s"
        #expect(placed.contains(link + "  SLOWER in delay"), "\(placed)")
        #expect(Explanation(try #require(load(Sample.text).topology)).placed.isEmpty)
    }

    static let faults: [(hosts: String, station: String, expected: [String], says: String)] = [
        ("", "  - name: bs1\n    host: beta", ["7:11 E047"], "this file has none"),
        (two, "  - name: bs1\n    host: bta", ["11:11 E047"], "did you mean 'beta'?"),
        ("hosts: []", "  - name: bs1", ["4:1 E023"], "names no machine"),
        ("hosts: {}", "  - name: bs1", ["4:8 E017"], "must be a list"),
        (
            "hosts: [{name: a, address: 10.0.0.1}]", "  - name: bs1", ["4:28 E054"],
            "edgeflock keys"
        ),
        (
            "hosts: [{name: a, address: -oProxyCommand=x}]", "  - name: bs1", ["4:28 E046"],
            "no address"
        ),
        ("hosts: [{name: a, address: 0.0.0.0}]", "  - name: bs1", ["4:28 E046"], "no address"),
        ("hosts: [{name: a}]", "  - name: bs1", ["4:9 E018"], "missing key 'address'"),
        (
            "hosts: [{name: a, address: localhost}, {name: a, address: localhost}]",
            "  - name: bs1", ["4:47 E025"], "already defined at 4:16"
        ),
        (
            "hosts: [{name: a, address: localhost, roles: hub}, "
                + "{name: b, address: localhost, roles: [hub]}]",
            "  - name: bs1", ["4:90 E046"], "already given to a host at 4:46"
        ),
        (
            "hosts: [{name: a, address: localhost, roles: [hug]}]", "  - name: bs1",
            ["4:47 E062"], "did you mean 'hub'?"
        ),
        (
            "hosts: [{name: a, address: localhost, ssh: {user: \"a b\"}}]", "  - name: bs1",
            ["4:51 E046"], "other characters"
        ),
        (
            "hosts: [{name: a, address: localhost, ssh: {folder: ../x}}]", "  - name: bs1",
            ["4:53 E046"], "other characters"
        ),
        (
            "hosts: [{name: a, address: localhost, cores: 0}]", "  - name: bs1", ["4:46 E026"],
            "expected 1"
        ),
    ]

    @Test(arguments: faults.indices)
    func `are refused with their place and what to do`(index: Int) {
        let fault = Self.faults[index]
        let loading = load(text(fault.hosts, station: fault.station))
        #expect(summary(loading) == fault.expected)
        let said = loading.diagnostics.first.map { $0.message + " / " + ($0.hint ?? "") } ?? ""
        #expect(said.contains(fault.says), "\(said)")
    }

    @Test func `need no keys where everything is in one process, or with keys`() {
        let hosts = "hosts: [{name: a, address: 10.0.0.1}]\n"
        for more in ["processes: single", "security: {keys: keys}"] {
            #expect(load(text(hosts + more, station: "  - name: bs1")).topology != nil)
        }
    }

    @Test func `must have ports for all processes`() {
        let hosts = "hosts: [{name: a, address: localhost, port: 60000}]"
        let many = "  - {name: c, count: 4000, capacity: 1 GHz}\n  - name: bs1"
        let text = Sample.text(replacing: [
            3: "duration: 10 s\n" + hosts, 5: many, 9: "links:\n  shape: line",
        ])
        #expect(summary(load(text)).contains("4:45 E026"))
    }
}
