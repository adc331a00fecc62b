import Emulation
import Foundation
import Messaging
import NeuralNetwork
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
            // What explains most comes first, however else the topology differs.
            for (policy, word) in [
                ("sac", "'deep-q-network', not by 'soft-actor-critic'"),
                ("dsac", "'deep-q-network', not by 'soft-actor-critic'"),
                ("drlcoedge", "'servers', not 'partner'"),
                ("amcoedge", "'servers', not 'subsets'"),
                ("dqn scheduler.agent.hidden=20", "shape"),
                ("dqn scheduler.agent.activation=relu", "'layout'"),
                ("dqn scheduler.agent.prior=estimate", "'prior'"),
            ] {
                let error = #expect(throws: EmulationError.self) {
                    try load(
                        "scheduler.policy=\(policy) scheduler.state_period=1s"
                            .split(separator: " ").map(String.init))
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

    /// A chain is trained for where it starts, and a network means what its recipe says.
    @Test(arguments: [
        (["scheduler.policy=dsac"], "'previous', not 'noise'"),
        (["scheduler.policy=lad-ts", "scheduler.agent.start=zeros"], "'previous', not 'zeros'"),
        (["scheduler.policy=sac"], "recipe x0-closed', not 'softmax'"),
        (
            ["scheduler.policy=dsac", "scheduler.recipe=published"],
            "recipe x0-closed', not 'diffusion, recipe published'"
        ),
        (["scheduler.policy=dsac", "scheduler.agent.start=previous"], nil as String?),
    ])
    func `refuses chains of another start or recipe`(other: [String], reason: String?) throws {
        try withFile(train("lad-ts").bytes) { path in
            for mode in ["frozen", "central"] {
                let load = {
                    try World(["training.mode=\(mode)", "training.checkpoint=\(path)"] + other)
                }
                guard let reason else {
                    _ = try load()
                    continue
                }
                let error = #expect(throws: EmulationError.self) { _ = try load() }
                #expect(error?.description.contains(reason) == true, "\(error as Any)")
                #expect(error?.exitCode == 65)
            }
        }
    }

    /// What a policy that only decides never reads, and yet tells that the file is not what it was.
    @Test(arguments: ["format", "algorithm", "critic.1.0.weight", "log_temperature", "limiter"])
    func `refuses a file with a broken part that decisions do without`(part: String) throws {
        var file = try Checkpoint(decoding: train("dsac").bytes)
        if let place = file.tensors.firstIndex(where: { $0.name == part }) {
            switch file.tensors[place].values {
            case .float32(var values):
                values[3] = .nan
                file.tensors[place].values = .float32(values)
            case .float64: file.tensors[place].values = .float64([.infinity])
            case .unsigned64: file.tensors[place].values = .unsigned64([1, 0, 1 << 40])
            }
        } else {
            file.metadata[part] = "another"
        }
        try withFile(file.encoded()) { path in
            let error = #expect(throws: EmulationError.self) {
                _ = try World([
                    "scheduler.policy=dsac", "training.mode=frozen", "training.checkpoint=\(path)",
                ])
            }
            #expect(error?.description.contains("'\(part)'") == true, "\(error as Any)")
        }
    }

    @Test func `goes on with its last weights when a rate is absurd`() throws {
        let world = try World(["scheduler.agent.critic_rate=1", "scheduler.agent.actor_rate=1"])
        #expect(try world.inOneProcess().verdict == .valid)
    }
}
