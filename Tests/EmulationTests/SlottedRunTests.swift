import EdgeModel
import Emulation
import Foundation
import Messaging
import NodeRuntime
import Recording
import Testing
import Topologies

@Suite struct `A run in slotted timing` {
    private static func network(_ settings: [String]) throws -> EmulatedNetwork {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "topologies/amcoedge-5.yaml").path()
        let loading = Topology.load(
            path: path, overrides: ["timing=slotted", "processes=single"] + settings)
        return try EmulatedNetwork(
            #require(loading.topology, "\(loading.diagnostics.map(\.description))"))
    }

    private static func run(_ settings: [String]) throws -> RunSummary {
        let network = try network(settings)
        let recorder = try Recorder(network.description, level: .ledger, directory: nil)
        var run = SlottedRun(network, sink: recorder)
        let summary = try recorder.finish(run.run { _ in false })
        #expect(summary.verdict == .valid, "\(summary.reasons)")
        return summary
    }

    /// Means of an independent simulator of the published equations, in seconds, over ten draws of
    /// what is drawn once for a run; they scatter by 0.007 from one draw to the next.
    @Test(arguments: [
        ("oracle-waterfill", "waterfill", 0.2106), ("waterfill", "cwa", 0.2373),
        ("oracle-earliest-completion", "waterfill", 0.2200), ("local", "waterfill", 0.3425),
    ])
    func `has the delays that others found`(
        policy: String, split: String, expected: Double
    ) throws {
        var delays: [Double] = []
        for seed in 1...6 {
            let summary = try Self.run([
                "scheduler.policy=\(policy)", "scheduler.split=\(split)", "episodes=1", "slots=20",
                "seed=\(seed)",
            ])
            delays.append(try #require(summary.delay.cappedMean))
        }
        let mean = delays.reduce(0, +) / Double(delays.count)
        #expect(abs(mean - expected) < 3 * 0.007, "\(delays)")
    }

    @Test func `is the same run again, and learns`() throws {
        let settings = [
            "scheduler.policy=dqn", "scheduler.agent.hidden=16", "training.batch=16",
            "training.minimum_transitions=100", "scheduler.agent.epsilon_decisions=200",
            "episodes=3", "slots=10",
        ]
        let runs = try [Self.run(settings), Self.run(settings)]
        #expect(runs[0].ledgerDigest == runs[1].ledgerDigest)
        #expect(runs[0].weightsDigest != nil && runs[0].weightsDigest == runs[1].weightsDigest)
        let episodes = runs[0].episodes.compactMap(\.meanDelay)
        #expect(episodes.count == 3 && episodes[2] < episodes[0])
    }

    @Test func `gives every scheduler the arrivals of event timing`() throws {
        let events = Topology.load(
            path: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "topologies/amcoedge-5.yaml").path(),
            overrides: ["scheduler.policy=random", "episodes=2", "slots=5"]
        ).topology
        let network = try EmulatedNetwork(#require(events))
        let recorder = try Recorder(network.description, level: .ledger, directory: nil)
        var run = InProcessRun(network, sink: recorder)
        let expected = try recorder.finish(run.run { _ in false })
        for policy in ["random", "waterfill"] {
            let summary = try Self.run(["scheduler.policy=\(policy)", "episodes=2", "slots=5"])
            #expect(summary.tasks.arrived == expected.tasks.arrived)
        }
    }

    /// What a station knows decides: with the published knowledge all tasks of a slot are placed
    /// by the backlogs of its start, so that greedy rules herd.
    @Test func `tells a scheduler no more than it should know`() throws {
        func delay(_ settings: String...) throws -> Double {
            let all = settings + ["episodes=1", "slots=10"]
            return try #require(try Self.run(all).delay.mean)
        }
        let truth = try delay("scheduler.policy=oracle-earliest-completion")
        let known = try delay("scheduler.policy=earliest-completion")
        let own = try delay("scheduler.policy=earliest-completion", "scheduler.own_work=no")
        let published = try delay(
            "scheduler.policy=earliest-completion", "scheduler.observation=published")
        #expect(truth < known && known < own && own <= published)
    }
}
