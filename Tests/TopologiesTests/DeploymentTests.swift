import SimulationKernel
import TestSupport
import Testing

@testable import Topologies

@Suite struct `A deployment` {
    private let names = ["bs1", "bs2", "bs3", "bs4", "bs5"]

    @Test func `gives each station a process, and traffic and learner one`() {
        let deployment = Deployment(stations: names, hasLearner: true, plan: .perStation)
        #expect(deployment.processes.map(\.name) == names + ["traffic", "learner", "hub"])
        #expect(deployment.processes.map(\.nodes) == [[0], [1], [2], [3], [4], [5], [6], []])
        #expect(!deployment.isNamed && !deployment.isSpread)
    }

    @Test func `has no learner where nobody trains`() {
        let deployment = Deployment(stations: names, hasLearner: false, plan: .perStation)
        #expect(deployment.processes.map(\.name) == names + ["traffic", "hub"])
    }

    @Test func `packs stations in blocks of the file's order`() {
        let deployment = Deployment(stations: names, hasLearner: true, plan: .packed(2))
        #expect(
            deployment.processes.map(\.name)
                == ["stations-1", "stations-2", "traffic", "learner", "hub"])
        #expect(deployment.processes.map(\.nodes) == [[0, 1], [2, 3, 4], [5], [6], []])
    }

    @Test func `has no more processes than stations`() {
        let deployment = Deployment(stations: ["a"], hasLearner: false, plan: .packed(8))
        #expect(deployment.processes.map(\.name) == ["stations-1", "traffic", "hub"])
    }

    @Test func `puts all nodes into one process on demand`() {
        let hosts = [Host(name: "a", address: "127.0.0.1"), Host(name: "b", address: "127.0.0.2")]
        let deployment = Deployment(
            stations: names, hasLearner: true, plan: .single, hosts: hosts)
        #expect(deployment.processes.map(\.name) == ["nodes", "hub"])
        #expect(deployment.processes[0].nodes == [0, 1, 2, 3, 4, 5, 6])
        #expect(!deployment.isSpread)
    }

    @Test func `keeps its own names from stations`() {
        let deployment = Deployment(
            stations: ["hub", "traffic"], hasLearner: false, plan: .perStation)
        #expect(
            deployment.processes.map(\.name) == [
                "station-hub", "station-traffic", "traffic", "hub",
            ])
    }

    @Test func `follows the file where that says something, and cores where not`() {
        let hosts = [
            Host(name: "a", address: "127.0.0.1", cores: 1),
            Host(name: "b", address: "127.0.0.2", cores: 3, roles: [.hub]),
        ]
        let deployment = Deployment(
            stations: names, pinned: [1, nil, nil, nil, nil], hasLearner: false,
            plan: .perStation, hosts: hosts)
        // Traffic fills the first host's one core, so stations go to the second.
        #expect(deployment.processes.map(\.host) == [1, 0, 1, 1, 1, 0, 1])
        #expect(deployment.hub.host == 1)
        #expect(
            (0..<7).map { deployment.port(of: $0) } == [
                20_001, 20_003, 20_005, 20_007, 20_009, 20_011, 20_000,
            ])
    }

    /// What a random world looks like, and what its deployment is.
    private struct World {
        let hosts: [Host]
        let pinned: [Int?]
        let deployment: Deployment
        var nodes: Int

        init(_ seed: Seed) {
            var stream = seed.stream
            let count = 1 + stream.integer(below: 5)
            hosts = (0..<count).map { index in
                Host(
                    name: "h\(index)", address: "127.0.0.\(index + 1)",
                    cores: 1 + stream.integer(below: 16))
            }
            let stations = 1 + stream.integer(below: 60)
            let share = stream.uniform()
            pinned = (0..<stations).map { _ in
                stream.bernoulli(share) ? stream.integer(below: count) : nil
            }
            let hasLearner = stream.bernoulli(0.5)
            nodes = stations + (hasLearner ? 2 : 1)
            deployment = Deployment(
                stations: (0..<stations).map { "s\($0)" }, pinned: pinned, hasLearner: hasLearner,
                plan: stream.bernoulli(0.5)
                    ? .perStation : .packed(1 + stream.integer(below: 70)),
                hosts: hosts)
        }

        /// By station, its host.
        var homes: [Int] {
            var homes = pinned.map { _ in -1 }
            for process in deployment.processes {
                for node in process.nodes where node < homes.count { homes[node] = process.host }
            }
            return homes
        }
    }

    @Test(arguments: Seed.first(200))
    func `has every node exactly once, and every process on one host`(seed: Seed) {
        let world = World(seed)
        let deployment = world.deployment
        #expect(deployment.processes.flatMap(\.nodes).sorted() == Array(0..<world.nodes))
        #expect(deployment.processes.dropLast().allSatisfy { !$0.nodes.isEmpty })
        #expect(deployment.processes.allSatisfy { $0.nodes == $0.nodes.sorted() })
        let all = world.hosts.indices.flatMap { deployment.members(of: $0) }
        #expect(all.sorted() == Array(deployment.processes.indices))
        #expect(Set(deployment.processes.map(\.name)).count == deployment.processes.count)
        let ports = deployment.processes.indices.flatMap { process in
            [deployment.port(of: process)]
                + (process == deployment.processes.count - 1
                    ? [] : [deployment.port(of: process) + 1])
        }
        #expect(Set(ports).count == ports.count)
    }

    @Test(arguments: Seed.first(200))
    func `keeps stations where they are pinned and the others where there is most room`(
        seed: Seed
    ) {
        let world = World(seed)
        let homes = world.homes
        var loads = world.hosts.map { _ in 0 }
        for host in homes { loads[host] += 1 }
        for process in world.deployment.processes
        where process.nodes.allSatisfy({ $0 >= homes.count }) { loads[process.host] += 1 }
        for (station, pin) in world.pinned.enumerated() {
            if let pin {
                #expect(homes[station] == pin)
                continue
            }
            // Nobody who was free would be better off elsewhere.
            let own = homes[station]
            let load = Double(loads[own]) / Double(world.hosts[own].cores)
            for other in world.hosts.indices {
                let there = Double(loads[other] + 1) / Double(world.hosts[other].cores)
                #expect(load <= there + 1e-9)
            }
        }
    }

    @Test(arguments: Seed.first(50))
    func `packs in proportion to the stations of each host`(seed: Seed) {
        let world = World(seed)
        for host in world.deployment.usedHosts {
            let sizes = world.deployment.members(of: host)
                .map { world.deployment.processes[$0].nodes }
                .filter { $0.contains { $0 < world.pinned.count } }.map(\.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        }
    }
}
