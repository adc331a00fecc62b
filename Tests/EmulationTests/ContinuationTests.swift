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

/// Keeps the newest snapshots of all groups, and counts how often they came.
private final class StateShelf: SnapshotKeeper {
    private var kept: [NodeIndex: NodeSnapshot] = [:]
    private(set) var count = 0

    func cannotKeep(_ reason: String) { Issue.record("no snapshot: \(reason)") }

    func keep(_ snapshots: [NodeSnapshot]) {
        count += 1
        for snapshot in snapshots { kept[snapshot.node] = snapshot }
    }

    var newest: [NodeSnapshot] { kept.values.sorted { $0.node < $1.node } }
}

/// Keeps records in memory, for a run that goes on.
private final class RecordShelf: RecordSink {
    private(set) var records: [Record] = []

    func keep(_ record: Record) { records.append(record) }
}

@Suite struct `A run that is continued` {
    private static let smaller = ["duration=3 s", "drain=1 s", "training.minimum_transitions=40"]

    private func topology(_ overrides: [String], episodes: Int) throws -> Topology {
        try World(Self.smaller + overrides + ["episodes=\(episodes)"]).network.topology
    }

    /// So many episodes in one process: what they recorded and what the nodes remember at the end.
    private func first(
        _ overrides: [String], episodes: Int
    ) throws -> (records: [Record], state: [NodeSnapshot]) {
        let network = try EmulatedNetwork(topology(overrides, episodes: episodes))
        let (records, states) = (RecordShelf(), StateShelf())
        var run = InProcessRun(network, sink: records, keeper: states)
        _ = run.run { _ in false }
        #expect(states.count == episodes)
        return (records.records, states.newest)
    }

    /// The rest, by a way of running a world.
    private func rest(
        of former: (records: [Record], state: [NodeSnapshot]), _ overrides: [String],
        episodes: Int, run: (World, Recorder) throws -> RunFacts
    ) throws -> RunSummary {
        let network = try EmulatedNetwork(
            topology(overrides, episodes: episodes), continuing: former.state)
        let recorder = try Recorder(network.description, level: .ledger, directory: nil)
        for record in former.records { recorder.keep(record) }
        return try recorder.finish(run(World(network: network), recorder))
    }

    private func inProcess(_ world: World, _ recorder: Recorder) -> RunFacts {
        var run = InProcessRun(world.network, sink: recorder)
        return run.run { _ in false }
    }

    @Test(arguments: [
        ["scheduler.policy=dsac"], ["scheduler.policy=dqn"], ["scheduler.policy=sac"],
        ["scheduler.policy=lad-ts"], ["training.priority=0.6"], ["scheduler.policy=random"],
        ["scheduler.policy=round-robin"],
        ["scheduler.policy=oracle-waterfill", "processes=single"],
        ["links.jitter={exponential: 1 ms}", "links.loss=0.1"], ["training.step_time=1 ms"],
        ["training.learner.delay=300 ms"], ["scheduler.decision_time={per_step: 30 Mcycles}"],
        ["scheduler.policy=waterfill", "scheduler.knowledge=forecast"],
        ["training.mode=independent"], ["training.mode=independent", "training.step_time=3 ms"],
        ["training.mode=federated", "training.round=1 s"],
        ["training.mode=federated", "training.round=1 s", "training.learner.delay=300 ms"],
        ["training.mode=gossip", "training.round=1 s"],
    ])
    func `comes to what a run of all its episodes comes to`(overrides: [String]) throws {
        let whole = try World(Self.smaller + overrides + ["episodes=5"]).inOneProcess()
        #expect(whole.verdict == .valid, "\(whole.reasons)")
        let former = try first(overrides, episodes: 2)
        let continued = try rest(of: former, overrides, episodes: 5, run: inProcess)
        #expect(continued.verdict == .valid, "\(continued.reasons)")
        #expect(continued.ledgerDigest == whole.ledgerDigest)
        #expect(continued.weightsDigest == whole.weightsDigest)
        #expect(continued.weights == whole.weights)
        #expect(continued.bytes == whole.bytes)
        #expect(continued.episodes == whole.episodes)
    }

    @Test(arguments: [2, 5]) func `may be spread over processes from there on`(count: Int) throws {
        let whole = try World(Self.smaller + ["episodes=3"]).inOneProcess()
        let former = try first([], episodes: 1)
        let continued = try rest(of: former, [], episodes: 3) { world, recorder in
            world.divide(into: count, recorder)
            return RunFacts()
        }
        #expect(continued.ledgerDigest == whole.ledgerDigest)
        #expect(continued.weightsDigest == whole.weightsDigest)
    }

    @Test func `needs the state of the same network`() throws {
        let former = try first([], episodes: 1)
        func refusal(_ state: [NodeSnapshot], _ overrides: [String] = []) throws -> String? {
            let topology = try topology(overrides, episodes: 3)
            do {
                _ = try EmulatedNetwork(topology, continuing: state)
                return nil
            } catch {
                #expect(error.exitCode == 65)
                return error.description
            }
        }
        #expect(try refusal(former.state) == nil)
        #expect(try refusal(Array(former.state.dropLast()))?.contains("4 nodes, not of 5") == true)
        #expect(try refusal(former.state, ["training.mode=none"])?.contains("5 nodes") == true)
        #expect(try refusal(former.state, ["duration=2 s"])?.contains("instants") == true)
        let wider = ["scheduler.agent.hidden=20"]
        #expect(try refusal(former.state, wider)?.contains("weights") == true)
        let elsewhere = ["scheduler.agent.start=zeros"]
        #expect(try refusal(former.state, elsewhere)?.contains("'start'") == true)
        var damaged = former.state
        damaged[1].memory.bytes.removeLast()
        #expect(try refusal(damaged)?.contains("node 1") == true)
    }
}

@Suite struct `The state of a run` {
    private let files = TemporaryFolder()
    private var root: String { files.path }

    /// A run of two episodes with everything that `launch` keeps.
    private func recordedRun() throws -> (World, RunSummary) {
        let world = try World(["duration=3 s", "training.minimum_transitions=40"])
        let directory = try RunDirectory.make(at: root)
        let recorder = try Recorder(
            world.network.description, level: .full, directory: directory, curves: true)
        let keeper = RunStateKeeper(of: "nodes", in: directory)
        var run = InProcessRun(world.network, sink: recorder, keeper: keeper)
        let summary = try recorder.finish(run.run { _ in false })
        #expect(keeper.failure == nil)
        return (world, summary)
    }

    @Test func `comes back from its files, with all rows`() throws {
        let (world, summary) = try recordedRun()
        let state = try RunState.read(from: root + "/state")
        #expect(state.map(\.node) == Array(0..<NodeIndex(world.network.nodeCount)))
        var topology = world.network.topology
        topology.plan.episodes = 4
        _ = try EmulatedNetwork(topology, continuing: state)
        let again = try Recorder(world.network.description, level: .ledger, directory: nil)
        try RecordedRows(of: root).read { again.keep($0) }
        let copy = try again.finish(RunFacts())
        #expect(copy.ledgerDigest == summary.ledgerDigest)
        #expect(copy.weights == summary.weights)
        #expect(copy.bytes == summary.bytes)
        #expect(copy.messages == summary.messages)
        #expect(copy.stations == summary.stations)
        #expect(copy.reasons == [])
        let digest = try RecordedRows(of: root).digest(stations: 3)
        #expect(digest.description == summary.ledgerDigest)
    }

    @Test func `is refused when a byte of it is missing or changed`() throws {
        _ = try recordedRun()
        func refusal(_ name: String, _ change: (inout Data) -> Void) throws -> String {
            let file = URL(filePath: root + "/state/" + name)
            let original = try Data(contentsOf: file)
            var data = original
            change(&data)
            try data.write(to: file)
            defer { try? original.write(to: file) }
            do {
                _ = try RunState.read(from: root + "/state")
                return "accepted"
            } catch {
                #expect(error.exitCode == 65)
                return error.description
            }
        }
        #expect(try refusal("nodes.state") { $0.removeLast() }.contains("checksum"))
        #expect(try refusal("nodes.state") { $0[$0.count / 2] ^= 1 }.contains("checksum"))
        #expect(try refusal("nodes.state") { $0 = Data("hello".utf8) }.contains("state file"))
        let learner = "learner.safetensors"
        #expect(try refusal(learner) { $0[$0.count / 2] ^= 1 }.contains("not the file"))
        #expect(try refusal(learner) { $0.removeLast() }.contains("not the file"))
        do {
            _ = try RunState.read(from: root + "/nowhere")
            Issue.record("a state was read from nowhere")
        } catch {
            #expect(error.exitCode == 66)
        }
    }
}
