import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@testable import Learning

@Suite struct `A trainer` {
    typealias Kind = `Every agent`.Kind

    private static func unit(_ stream: inout RandomStream) -> [Float] {
        let state = stream.integer(below: 4)
        return (0..<4).map { $0 == state ? 1 : 0 }
    }

    private func play(_ loop: inout `Every agent`.Loop, _ steps: Int) {
        loop.play(steps, state: Self.unit) { state, choice, _ in Double(state[Int(choice)]) }
    }

    @Test(arguments: [Kind.dqn, .x0Closed, .ladTS, .published])
    func `goes on from a complete checkpoint bit for bit`(kind: Kind) throws {
        var loop = `Every agent`.Loop(
            kind, features: 4, actions: 4, priorities: PrioritySettings())
        play(&loop, 50)
        var resumed = loop
        var fresh = `Every agent`.Loop(
            kind, features: 4, actions: 4, seed: 9, priorities: PrioritySettings())
        try fresh.trainer.restore(from: loop.trainer.checkpoint(isComplete: true))
        resumed.trainer = fresh.trainer
        play(&loop, 30)
        play(&resumed, 30)
        #expect(resumed.trainer.weights == loop.trainer.weights)
        #expect(
            resumed.trainer.checkpoint(isComplete: true)
                == loop.trainer.checkpoint(isComplete: true))
    }

    @Test func `takes only networks from a checkpoint that is not complete`() throws {
        var loop = `Every agent`.Loop(.sac, features: 4, actions: 4)
        play(&loop, 50)
        var fresh = `Every agent`.Loop(.sac, features: 4, actions: 4, seed: 9).trainer
        try fresh.restore(from: loop.trainer.checkpoint(isComplete: false))
        #expect(fresh.weights == loop.trainer.weights)
        #expect(fresh.inserted == 0 && fresh.updates == 0 && fresh.pendingUpdates == 0)
    }

    @Test func `refuses a file that is cut off, broken, or of another agent`() throws {
        var loop = `Every agent`.Loop(.dqn, features: 4, actions: 4)
        play(&loop, 40)
        let file = loop.trainer.checkpoint(isComplete: true)
        var other = `Every agent`.Loop(.dqn, features: 4, actions: 4, seed: 9).trainer
        let before = other.checkpoint(isComplete: true)
        for length in stride(from: 0, to: file.count, by: 997) {
            #expect(throws: (any Error).self) { try other.restore(from: Array(file[..<length])) }
        }
        let soft = `Every agent`.Loop(.sac, features: 4, actions: 4).trainer
        #expect(throws: CheckpointError.self) {
            try other.restore(from: soft.checkpoint(isComplete: true))
        }
        var broken = try Checkpoint(decoding: file)
        let place = try #require(broken.tensors.firstIndex { $0.name == "replay.rows" })
        guard case .unsigned64(var rows) = broken.tensors[place].values else { return }
        rows[0] = 77
        broken.tensors[place].values = .unsigned64(rows)
        #expect(throws: CheckpointError.self) { try other.restore(from: broken.encoded()) }
        #expect(other.checkpoint(isComplete: true) == before)
    }

    /// What a complete file of a soft actor-critic may hold but never says.
    private static let damages: [(String, Checkpoint.Values)] = [
        ("limiter", .unsigned64([40, 0, 1 << 62])),
        ("stream.updates", .unsigned64([0, 0, 0, 0])),
        ("stream.probe", .unsigned64([0, 0, 0, 0])),
        ("log_temperature", .float64([800])),
        ("log_temperature", .float64([-1e300])),
        ("optimiser.temperature.second", .float64([-1])),
        ("replay.masks", .unsigned64([UInt64](repeating: 0b1_1111, count: 40))),
        ("replay.next_masks", .unsigned64([UInt64](repeating: 0b1_1111, count: 40))),
    ]

    @Test(arguments: damages.indices)
    func `refuses a complete file with values that cannot be`(damage: Int) throws {
        let (name, values) = Self.damages[damage]
        var loop = `Every agent`.Loop(.x0Closed, features: 4, actions: 4)
        play(&loop, 40)
        var file = try Checkpoint(decoding: loop.trainer.checkpoint(isComplete: true))
        let place = try #require(file.tensors.firstIndex { $0.name == name }, "\(name)")
        file.tensors[place].values = values
        var other = `Every agent`.Loop(.x0Closed, features: 4, actions: 4, seed: 9).trainer
        let error = #expect(throws: CheckpointError.self) {
            try other.restore(from: file.encoded())
        }
        #expect("\(error as Any)".contains(name))
    }

    @Test(.timeLimit(.minutes(1)))
    func `takes any number of steps of an optimiser at once`() throws {
        var loop = `Every agent`.Loop(.x0Closed, features: 4, actions: 4)
        play(&loop, 40)
        var file = try Checkpoint(decoding: loop.trainer.checkpoint(isComplete: true))
        for place in file.tensors.indices where file.tensors[place].name.hasSuffix(".steps") {
            file.tensors[place].values = .unsigned64([.max])
        }
        var other = `Every agent`.Loop(.x0Closed, features: 4, actions: 4, seed: 9).trainer
        try other.restore(from: file.encoded())
        #expect(other.weights == loop.trainer.weights)
    }

    @Test func `tells the entropy given the noise from that of its policy`() {
        for (kind, isNoisy) in [(Kind.published, true), (.sac, false)] {
            var loop = `Every agent`.Loop(kind, features: 4, actions: 4)
            play(&loop, 40)
            let record = loop.trainer.takeRecord(at: .zero, version: 1)
            let gap = record.marginalEntropy - record.conditionalEntropy
            #expect(isNoisy ? gap > 0.1 : gap.magnitude < 1e-6, "\(kind) \(gap)")
            #expect(record.gradientSteps > 0 && record.actorGradientNorm > 0)
            #expect(record.samplesPerInsert > 0)
        }
    }
}
