import EdgeModel
import Emulation
import Foundation
import Messaging
import NodeRuntime
import Recording
import SimulationKernel
import TestSupport
import Testing
import Topologies

/// Adds up the emulated messages that nodes send, and keeps what is averaged.
private final class Scales: InputTape {
    struct Sum: Hashable {
        var messages: UInt64 = 0
        var bytes: UInt64 = 0
    }

    private(set) var sums: [MessageKind: Sum] = [:]
    /// Networks that were sent, once for each that they were sent to.
    private(set) var updates: [WeightUpdate] = []
    /// How far decisions that came to the learner were behind what it had published.
    private var lag: UInt64 = 0
    private var transitions: UInt64 = 0
    private var published: UInt64 = 0

    func note(_ message: Message, key: EventKey, to: NodeIndex) {
        guard case .transitions(let batch) = message else { return }
        for transition in batch.transitions {
            lag += published - transition.policyVersion
            transitions += 1
        }
    }

    func note(_ message: Message, sentAs key: EventKey, to: NodeIndex) {
        sums[message.kind, default: Sum()].messages += 1
        sums[message.kind, default: Sum()].bytes += UInt64(message.encodedSize)
        if case .update(let update) = message { updates.append(update) }
        if case .weights(let weights) = message { published = max(published, weights.version) }
    }

    /// As of the last record of training, which is what results can know.
    private(set) var known: (lag: UInt64, transitions: UInt64) = (0, 0)

    func note(_ record: Record, by node: NodeIndex) {
        if case .training = record { known = (lag, transitions) }
    }

    func sum(_ kinds: MessageKind...) -> Sum {
        kinds.reduce(into: Sum()) { total, kind in
            total.messages += sums[kind]?.messages ?? 0
            total.bytes += sums[kind]?.bytes ?? 0
        }
    }
}

@Suite struct `Training modes` {
    static func mode(_ name: String, _ more: String...) -> [String] {
        ["training.mode=\(name)", "training.round=1 s"] + more
    }

    private func summary(
        _ world: World, _ scales: Scales? = nil
    ) throws -> RunSummary {
        try world.summary { recorder in
            var run = InProcessRun(world.network, sink: recorder, tape: scales)
            return run.run { _ in false }
        }
    }

    @Test(arguments: [
        mode("independent"), mode("federated"), mode("gossip"),
        mode("independent", "training.step_time=2 ms", "scheduler.policy=dqn"),
        mode("federated", "training.step_time=2 ms", "training.learner.delay=80 ms"),
        mode("gossip", "training.parameters=per-station", "training.learner.share_egress=yes"),
        mode("gossip", "links.jitter={exponential: 1 ms}", "links.loss=0.1"),
        mode("federated", EqualWorlds.events), mode("gossip", EqualWorlds.events),
        mode("independent", "scheduler.state_reports=no"),
    ])
    func `give the same ledger and weights however the nodes are divided`(
        overrides: [String]
    ) throws {
        let world = try World(overrides)
        let together = try world.inOneProcess()
        #expect(together.verdict == .valid, "\(together.reasons)")
        #expect(together.weightsDigest != nil && together.weights.gradientSteps > 10)
        for count in [2, 5] {
            let divided = try world.divided(into: count)
            #expect(divided.ledgerDigest == together.ledgerDigest, "\(count) groups")
            #expect(divided.weightsDigest == together.weightsDigest, "\(count) groups")
            #expect(divided.bytes == together.bytes, "\(count) groups")
            #expect(divided.weights == together.weights, "\(count) groups")
        }
    }

    @Test(arguments: ["central", "independent", "federated", "gossip"])
    func `count the bytes and messages that were sent, and staleness`(name: String) throws {
        let scales = Scales()
        let summary = try summary(World(Self.mode(name)), scales)
        #expect(summary.bytes.experience == scales.sum(.transitions).bytes)
        #expect(summary.messages.experience == scales.sum(.transitions).messages)
        #expect(summary.bytes.weights == scales.sum(.weights, .update).bytes)
        #expect(summary.messages.weights == scales.sum(.weights, .update).messages)
        #expect(summary.bytes.state == scales.sum(.report).bytes)
        let learning = summary.bytes.experience + summary.bytes.weights
        #expect(summary.episodes.reduce(0) { $0 + $1.learningBytes } == learning)
        #expect((learning > 0) == (name != "independent"))
        #expect((summary.bytes.experience > 0) == (name == "central"))
        guard name == "central" else { return }
        let staleness = try #require(summary.weights.staleness)
        #expect(summary.weights.transitions == scales.known.transitions)
        #expect(staleness == Double(scales.known.lag) / Double(scales.known.transitions))
    }

    @Test func `send nothing at all for learning or state when stations keep to themselves`() throws
    {
        let scales = Scales()
        let overrides = Self.mode("independent", "scheduler.state_reports=no")
        let summary = try summary(World(overrides), scales)
        #expect(Set(scales.sums.keys).isSubset(of: [.task, .subtask, .notice]))
        #expect(summary.bytes.state == 0 && summary.stateAge == nil)
        #expect(summary.weights.gradientSteps > 10)
    }

    @Test func `make one station that is averaged one that is left alone`() throws {
        // Whatever is learned decides at once, so that an average, which does too, changes nothing.
        let alone = [
            "stations=[{name: only, capacity: 50 GHz}]", "training.publish_interval=1 ms",
            "training.minimum_transitions=40",
        ]
        let federated = try summary(World(Self.mode("federated") + alone))
        let independent = try summary(World(Self.mode("independent") + alone))
        #expect(federated.weights.averages > 3 && federated.weights.mixed > 3)
        #expect(federated.weights.gradientSteps > 10)
        #expect(federated.weightsDigest == independent.weightsDigest)
        #expect(federated.delay == independent.delay)
    }

    @Test(arguments: ["links.shape=line", "links.shape=mesh"])
    func `bring neighbours together round by round`(shape: String) throws {
        // Hardly anything is learned, so what changes is what is mixed.
        let overrides = Self.mode(
            "gossip", shape, "training.parameters=per-station", "scheduler.agent.actor_rate=1e-12",
            "scheduler.agent.critic_rate=1e-12", "training.minimum_transitions=5",
            "training.batch=4", "episodes=1", "duration=8 s")
        let scales = Scales()
        _ = try summary(World(overrides), scales)
        let rounds = Dictionary(grouping: scales.updates, by: \.round).sorted { $0.key < $1.key }
        let spreads = rounds.map { round in
            let networks = Set(round.value).map(\.parameters)
            return networks[0].indices.reduce(Float(0)) { most, index in
                let values = networks.map { $0[index] }
                return max(most, values.max()! - values.min()!)
            }
        }
        let senders = rounds.map { Set($0.value.map(\.sender)).count }
        #expect(senders.count > 4 && senders.allSatisfy { $0 == 3 })
        for (former, later) in zip(spreads, spreads.dropFirst()) where former > 1e-5 {
            #expect(later < former * 0.8)
        }
        #expect(try #require(spreads.first) > 0.1)
        // With everyone a neighbour of everyone the default weights are 1/3: one round is enough.
        if shape == "links.shape=mesh" { #expect(spreads[1] < 1e-5) }
    }

    @Test func `leave stations that train themselves alone while the learner is away`() throws {
        let away = "events=[{from: 500 ms, to: 4500 ms, learner: away}]"
        for name in ["independent", "gossip"] {
            let there = try summary(World(Self.mode(name)))
            let gone = try summary(World(Self.mode(name, away)))
            #expect(there.ledgerDigest == gone.ledgerDigest)
            #expect(there.weightsDigest == gone.weightsDigest)
        }
        let there = try summary(World(Self.mode("federated")))
        let gone = try summary(World(Self.mode("federated", away)))
        #expect(gone.verdict == .valid, "\(gone.reasons)")
        #expect(gone.weights.averages < there.weights.averages)
        #expect(gone.weights.gradientSteps > there.weights.gradientSteps / 2)
        #expect(try #require(gone.scheduled).learnerAwayDelay != nil)
    }
}

@Suite struct `The weights of stations that train themselves` {
    private let files = TemporaryFolder()
    private var root: String { files.path }

    private func run(_ overrides: [String], at path: String? = nil) throws -> RunSummary {
        let world = try World(overrides)
        let directory = try path.map { try RunDirectory.make(at: $0) }
        let recorder = try Recorder(world.network.description, level: .full, directory: directory)
        var run = InProcessRun(world.network, sink: recorder)
        return try recorder.finish(run.run { _ in false })
    }

    private func frozen(_ checkpoint: String, _ parameters: String) -> [String] {
        [
            "training.mode=frozen", "training.checkpoint='\(checkpoint)'",
            "training.parameters=\(parameters)",
        ]
    }

    @Test func `are kept one by one, and decide when they are loaded again`() throws {
        let summary = try run(`Training modes`.mode("independent"), at: root)
        let folder = root + "/checkpoints"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["east.safetensors", "middle.safetensors", "west.safetensors"])
        let own = try run(frozen(folder, "per-station"))
        let shared = try run(frozen(folder + "/west.safetensors", "shared"))
        #expect(own.verdict == .valid && own.weights.gradientSteps == 0)
        #expect(own.ledgerDigest != shared.ledgerDigest)
        // The same file for everyone is one policy for all.
        for name in ["east", "middle"] {
            let file = "\(folder)/\(name).safetensors"
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.copyItem(atPath: folder + "/west.safetensors", toPath: file)
        }
        #expect(try run(frozen(folder, "per-station")).ledgerDigest == shared.ledgerDigest)
        #expect(summary.weightsDigest != nil)

        try FileManager.default.removeItem(atPath: folder + "/east.safetensors")
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let loading = Topology.load(
            path: tests.appending(path: "Golden/three-stations.yaml").path(),
            overrides: frozen(folder, "per-station"))
        #expect(loading.diagnostics.contains { $0.message.contains("east.safetensors") })
    }

    @Test func `are what training goes on from`() throws {
        _ = try run(`Training modes`.mode("gossip"), at: root)
        let again = `Training modes`.mode(
            "gossip", "training.parameters=per-station",
            "training.checkpoint='\(root)/checkpoints'")
        let warm = try run(again)
        #expect(warm.verdict == .valid)
        #expect(try run(`Training modes`.mode("gossip")).ledgerDigest != warm.ledgerDigest)
    }
}
