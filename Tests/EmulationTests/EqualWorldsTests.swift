import EdgeModel
import Emulation
import Foundation
import Messaging
import NodeRuntime
import Recording
import SimulationKernel
import Testing
import Topologies

/// A small network in which everything happens, and the ways to run it.
struct World {
    let network: EmulatedNetwork

    init(_ overrides: [String] = []) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = tests.appending(path: "Golden/three-stations.yaml").path()
        let loading = Topology.load(path: path, overrides: overrides)
        network = try EmulatedNetwork(
            #require(loading.topology, "\(loading.diagnostics.map(\.description))"))
    }

    init(network: EmulatedNetwork) { self.network = network }

    var learns: Bool { network.topology.scheduler.policy.isLearned }

    func summary(_ run: (Recorder) throws -> RunFacts) throws -> RunSummary {
        let recorder = try Recorder(network.description, level: .ledger, directory: nil)
        return try recorder.finish(run(recorder))
    }

    func inOneProcess() throws -> RunSummary {
        try summary { recorder in
            var run = InProcessRun(network, sink: recorder)
            return run.run { _ in false }
        }
    }

    /// Groups of nodes that know nothing of each other but what is handed over between windows.
    func divided(into count: Int) throws -> RunSummary {
        try summary { recorder in
            divide(into: count, recorder)
            return RunFacts()
        }
    }

    func divide(into count: Int, _ recorder: Recorder) {
        var groups = (0..<count).map { _ in NodeGroup(sink: recorder) }
        for index in groups.indices {
            let nodes = (0..<NodeIndex(network.nodeCount)).filter { Int($0) % count == index }
            network.add(nodes, to: &groups[index])
        }
        for group in groups.indices { groups[group].start() }
        exchange(&groups)
        while let next = groups.map(\.nextTime).min(), next <= network.topology.plan.end {
            for group in groups.indices {
                groups[group].run(before: next + network.leastDelay)
            }
            exchange(&groups)
        }
    }

    private func exchange(_ groups: inout [NodeGroup]) {
        for sender in groups.indices {
            var deliveries: [Outgoing] = []
            groups[sender].takeOutgoing { deliveries.append($0) }
            for delivery in deliveries {
                groups[Int(delivery.to) % groups.count].receive(
                    delivery.message, key: delivery.key, to: delivery.to)
            }
        }
    }
}

enum EqualWorlds {
    /// Every kind of event, in five seconds of three stations in a line.
    static let events = """
        events=[
        {at: 500 ms, leave: west}, {at: 2500 ms, join: west},
        {at: 1 s, leave: east, orphans: lost}, {at: 1800 ms, join: east},
        {at: 3 s, capacity: 5 GHz, stations: [middle, west]},
        {at: 1200 ms, link: [west, middle], rate: 50 Mbit/s, delay: 1 ms, loss: 0.05},
        {at: 3500 ms, link: [middle, east], one_way: yes, delay: 30 ms},
        {from: 3200 ms, to: 3900 ms, partition: [[west], [middle, east]]},
        {from: 1500 ms, to: 3 s, learner: away},
        {from: 2 s, to: 3 s, burst: 3, stations: middle, classes: image}]
        """.split(separator: "\n").joined(separator: " ")
}

@Suite struct `The same topology and seed` {
    @Test(arguments: ["dsac", "dqn", "ddrl-amsa", "earliest-completion", "random", "waterfill"])
    func `give the same ledger and weights however the nodes are divided`(policy: String) throws {
        let world = try World(["scheduler.policy=\(policy)"])
        let together = try world.inOneProcess()
        #expect(together.verdict == .valid, "\(together.reasons)")
        #expect(together.tasks.arrived > 100)
        #expect((together.weightsDigest != nil) == world.learns)
        for count in [1, 2, 5] {
            let divided = try world.divided(into: count)
            #expect(divided.ledgerDigest == together.ledgerDigest, "\(count) groups")
            #expect(divided.weightsDigest == together.weightsDigest, "\(count) groups")
            #expect(divided.bytes == together.bytes, "\(count) groups")
        }
    }

    @Test func `let weights grow that decide differently`() throws {
        let summary = try World().inOneProcess()
        #expect(summary.weights.version > 3)
        #expect(summary.weights.adoptions > 3)
        let frozen = try World(["training.mode=none"])
        #expect(try frozen.inOneProcess().ledgerDigest != summary.ledgerDigest)
    }

    @Test(arguments: [
        ["scheduler.decision_time={per_step: 30 Mcycles}"], ["scheduler.decision_time=5 ms"],
        ["links.jitter={exponential: 1 ms}", "links.loss=0.1"], ["links.egress=per_link"],
        ["training.learner.share_egress=yes", "links.rate=45 Mbit/s"],
        ["training.step_time=1 ms"],
        [
            "scheduler.agent.return_steps=3", "training.priority=0.6",
            "scheduler.agent.gradient_limit=1", "scheduler.agent.rate_schedule=cosine",
        ],
        ["scheduler.policy=lad-ts", "scheduler.recipe=x0-chain", "scheduler.agent.noise_draws=2"],
        ["scheduler.agent.decision_steps=2", "scheduler.agent.decision_noise=0"],
        ["scheduler.knowledge=forecast"],
        ["scheduler.agent.prior=estimate", "scheduler.agent.reward_scale=20 ms"],
        ["scheduler.policy=amcoedge", "scheduler.agent.prior=estimate"],
    ])
    func `give valid and equal ledgers whatever the model is asked for`(
        overrides: [String]
    ) throws {
        let world = try World(overrides)
        let together = try world.inOneProcess()
        let divided = try world.divided(into: 5)
        #expect(together.verdict == .valid, "\(together.reasons)")
        #expect(divided.ledgerDigest == together.ledgerDigest)
        #expect(divided.weightsDigest == together.weightsDigest)
        #expect(try World().inOneProcess().ledgerDigest != together.ledgerDigest)
    }

    @Test(arguments: ["dsac", "earliest-completion", "waterfill", "random"])
    func `give the same ledger whatever is scheduled`(policy: String) throws {
        let world = try World(["scheduler.policy=\(policy)", EqualWorlds.events])
        let together = try world.inOneProcess()
        #expect(together.verdict == .valid, "\(together.reasons)")
        let scheduled = try #require(together.scheduled)
        #expect(scheduled.events.count == 10 && scheduled.inheritedTasks > 0)
        #expect(scheduled.refusedParts > 0 && scheduled.replacedParts > 0)
        #expect(together.tasks.lost == scheduled.lost.values.reduce(0, +))
        #expect(together.tasks.lost > 0)
        for count in [2, 5] {
            let divided = try world.divided(into: count)
            #expect(divided.ledgerDigest == together.ledgerDigest, "\(count) groups")
            #expect(divided.weightsDigest == together.weightsDigest, "\(count) groups")
            #expect(divided.scheduled == together.scheduled, "\(count) groups")
        }
    }

    @Test(arguments: ["oracle-earliest-completion", "oracle-waterfill"])
    func `give valid runs to oracles when stations leave`(policy: String) throws {
        let world = try World([
            "scheduler.policy=\(policy)", "processes=single", EqualWorlds.events,
        ])
        let summary = try world.inOneProcess()
        #expect(summary.verdict == .valid, "\(summary.reasons)")
        #expect(try #require(summary.scheduled).inheritedTasks > 0)
    }

    @Test(arguments: ["local", "earliest-completion", "dsac"])
    func `lose no task when a station leaves and returns under load`(policy: String) throws {
        let world = try World([
            "scheduler.policy=\(policy)", "drain=60 s",
            "events=[{at: 1 s, leave: middle}, {at: 3 s, join: middle}]",
        ])
        let summary = try world.inOneProcess()
        #expect(summary.verdict == .valid, "\(summary.reasons)")
        #expect(summary.tasks.lost == 0 && summary.tasks.inFlight == 0)
        #expect(summary.tasks.completed + summary.tasks.late == summary.tasks.arrived)
        #expect(try #require(summary.scheduled).inheritedTasks > 5)
        #expect(try world.divided(into: 5).ledgerDigest == summary.ledgerDigest)
    }

    @Test func `run ahead of each other by no more than the least delay that is scheduled`() throws
    {
        let world = try World(["events=[{at: 1 s, link: [west, middle], delay: 400 us}]"])
        #expect(world.network.leastDelay == VirtualDuration(nanoseconds: 400_000))
        #expect(try World().network.leastDelay == .milliseconds(2))
    }

    @Test func `give other worlds to other seeds`() throws {
        let first = try World(["scheduler.policy=local"]).inOneProcess()
        let second = try World(["scheduler.policy=local", "seed=8"]).inOneProcess()
        #expect(first.ledgerDigest != second.ledgerDigest)
    }

    @Test func `give every policy the same arrivals`() throws {
        let arrived = try ["local", "random", "dsac"].map {
            try World(["scheduler.policy=\($0)"]).inOneProcess().tasks.arrived
        }
        #expect(Set(arrived).count == 1)
    }
}
