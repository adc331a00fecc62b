import Learning
import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A checkpoint of an agent` {
    static func agent(
        seed: UInt64, hidden: Int = 6, steps: Int = 5
    ) -> SoftActorCritic<Float> {
        var stream = Seed(seed).stream
        let policy = DiffusionPolicy(
            features: 3, actions: 2, hidden: [hidden], schedule: NoiseSchedule(steps: steps))
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [5]
        settings.batch = 2
        return SoftActorCritic(
            network: .diffusion(policy), settings: settings,
            actor: policy.initialParameters(from: &stream),
            from: &stream)
    }

    @Test func `restores every network and the temperature`() throws {
        var trained = Self.agent(seed: 1)
        trained.logTemperature = ParameterVector([-1.25])
        trained.targets[1].values[3] = 9
        var other = Self.agent(seed: 2)
        try other.restore(
            from: Checkpoint(decoding: trained.checkpoint(isComplete: false).encoded()))
        #expect(other.actor == trained.actor)
        #expect(other.critics == trained.critics)
        #expect(other.targets == trained.targets)
        #expect(other.logTemperature == trained.logTemperature)
        #expect(
            try other.network.parameters(from: trained.checkpoint(isComplete: false))
                == trained.actor)
    }

    @Test(arguments: [(7, 5), (6, 4)])
    func `is refused by an agent of another shape, which stays as it was`(
        hidden: Int, steps: Int
    ) {
        let trained = Self.agent(seed: 1)
        var other = Self.agent(seed: 2, hidden: hidden, steps: steps)
        let before = other.actor
        #expect(throws: CheckpointError.self) {
            try other.restore(from: trained.checkpoint(isComplete: false))
        }
        #expect(other.actor == before)
    }

    @Test func `is refused when any number in it is none, and the agent stays as it was`() throws {
        let whole = Self.agent(seed: 1).checkpoint(isComplete: true)
        var other = Self.agent(seed: 2)
        let before = other.checkpoint(isComplete: true)
        var tried = 0
        for index in whole.tensors.indices {
            var spoilt = whole
            switch whole.tensors[index].values {
            case .float32(var values):
                values[values.count - 1] = .nan
                spoilt.tensors[index].values = .float32(values)
            case .float64(var values):
                values[values.count - 1] = .infinity
                spoilt.tensors[index].values = .float64(values)
            case .unsigned64: continue
            }
            tried += 1
            let name = whole.tensors[index].name
            #expect(throws: CheckpointError.self, "\(name)") { try other.restore(from: spoilt) }
            #expect(other.checkpoint(isComplete: true) == before, "\(name)")
        }
        #expect(tried > 20)
    }
}
