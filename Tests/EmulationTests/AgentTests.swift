import Emulation
import Foundation
import Messaging
import NodeRuntime
import Recording
import Testing
import Topologies

/// Keeps the last checkpoint of a run.
private final class CheckpointSink: RecordSink {
    var bytes: [UInt8] = []
    var training: [TrainingRecord] = []

    func keep(_ record: Record) {
        if case .checkpoint(let checkpoint) = record { bytes = checkpoint.bytes }
        if case .training(let record) = record { training.append(record) }
    }
}

@Suite struct `Every agent of the field` {
    static let names = [
        "dqn", "sac", "dsac", "ddrl-ats", "lad-ts", "drlcoedge", "smcoedge", "amcoedge",
        "ddrl-amsa",
    ]

    private func train(_ policy: String, _ more: [String] = []) throws -> CheckpointSink {
        let sink = CheckpointSink()
        var run = InProcessRun(
            try World(["scheduler.policy=\(policy)", "episodes=1"] + more).network, sink: sink)
        _ = run.run { _ in false }
        return sink
    }

    private func withFile<Result>(
        _ bytes: [UInt8], _ body: (String) throws -> Result
    ) throws -> Result {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "agent-\(UUID().uuidString).safetensors")
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        return try body(path.path())
    }

    @Test(arguments: names)
    func `trains in the emulator, and runs frozen from its checkpoint`(policy: String) throws {
        let trained = try train(policy)
        let last = try #require(trained.training.last)
        #expect(last.gradientSteps > 10 && last.criticLoss.isFinite && last.criticGradientNorm > 0)
        #expect(last.skippedSteps == 0)
        try withFile(trained.bytes) { path in
            let world = try World([
                "scheduler.policy=\(policy)", "training.mode=frozen",
                "training.checkpoint=\(path)", "episodes=1",
            ])
            let summary = try world.inOneProcess()
            #expect(summary.verdict == .valid, "\(summary.reasons)")
            #expect(summary.weights.gradientSteps == 0 && summary.tasks.arrived > 50)
        }
    }

    @Test func `refuses the checkpoint of another agent, choice or topology`() throws {
        let trained = try train("dqn")
        try withFile(trained.bytes) { path in
            func load(_ overrides: [String]) throws {
                _ = try World(["training.checkpoint=\(path)"] + overrides)
            }
            try load(["scheduler.policy=dqn"])
            for (policy, word) in [
                ("sac", "network"), ("drlcoedge", "'servers', not 'partner'"), ("dsac", "network"),
            ] {
                let error = #expect(throws: EmulationError.self) {
                    try load(["scheduler.policy=\(policy)"])
                }
                #expect(error?.description.contains(word) == true, "\(String(describing: error))")
                #expect(error?.exitCode == 65)
            }
            let error = #expect(throws: EmulationError.self) {
                try load(["scheduler.policy=dqn", "scheduler.state_period=1 s"])
            }
            #expect(error?.description.contains("training.transfer") == true)
            try load([
                "scheduler.policy=dqn", "scheduler.state_period=1 s", "training.transfer=yes",
            ])
        }
    }

    @Test func `goes on with its last weights when a rate is absurd`() throws {
        let world = try World(["scheduler.agent.critic_rate=1", "scheduler.agent.actor_rate=1"])
        #expect(try world.inOneProcess().verdict == .valid)
    }
}
