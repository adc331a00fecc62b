package import Messaging
package import NeuralNetwork
import SimulationKernel

/// Decides with a learned policy: every agent of docs/MODEL.md, section 7, at its station.
package struct LearnedDecisionMaker: DecisionMaker {
    package let policy: LearnedPolicy
    /// The version of the weights in use, 0 for the initial ones.
    package private(set) var version: UInt64 = 0
    private var generation: UInt32 = 0
    private var actor: PolicyActor
    private var memory = ChoiceMemory()
    private var stream: RandomStream
    private let layout: UInt64
    private let seed: UInt64
    private let station: String
    private var features: [Float]
    /// By slot, and by action.
    private var candidates: [Bool]
    private var mask: [Bool]

    /// - Parameters:
    ///   - parameters: the weights until others are adopted.
    ///   - exploration: of action values while they are trained; nil for none.
    ///   - station: the name of the station, which keys its stream of chance.
    package init(
        policy: LearnedPolicy, parameters: ParameterVector<Float>, mode: ActionMode,
        exploration: ExplorationSchedule? = nil, seed: UInt64, station: String
    ) {
        self.policy = policy
        self.seed = seed
        self.station = station
        layout = policy.network.layout
        actor = PolicyActor(
            network: policy.network, selection: policy.space.selection, parameters: parameters,
            mode: mode, startsFromZeros: policy.start == .zeros, exploration: exploration,
            prior: policy.prior)
        stream = RandomStream(seed: seed, episode: 0, entity: station, purpose: "policy")
        features = Array(repeating: 0, count: policy.network.features)
        candidates = Array(repeating: false, count: policy.encoder.slots)
        mask = Array(repeating: false, count: policy.network.actions)
    }

    package mutating func begin(episode: Int) {
        stream = RandomStream(seed: seed, episode: episode, entity: station, purpose: "policy")
        memory.forget()
    }

    package mutating func adopt(_ weights: WeightSnapshot) {
        guard weights.layout == layout, weights.parameters.count == actor.parameters.count,
            weights.isNewer(than: (generation, version))
        else { return }
        let parameters = ParameterVector(weights.parameters)
        // Better the last good policy than one that decides by what is not a number.
        guard parameters.isFinite else { return }
        actor.replaceParameters(parameters)
        generation = weights.generation
        version = weights.version
    }

    package mutating func remember(_ memory: inout Memory) throws {
        try actor.remember(&memory)
        try memory.pass("generation", &generation)
        try memory.pass("version", &version)
        try memory.pass("chance", &stream)
        try memory.pass("choices", &self.memory)
    }

    package mutating func decide(_ observation: Observation) -> Action {
        policy.encoder.encode(observation, features: &features, mask: &candidates)
        policy.space.allow(candidates, into: &mask)
        let choice: UInt32
        var chainStart: [Float] = []
        if policy.start == .previous {
            let last = memory.probabilities(for: observation, slots: policy.encoder.slots)
            choice = actor.choose(features, mask: mask, from: &stream, startingAt: last)
            memory.remember(actor.probabilities, for: observation)
            chainStart = actor.start
        } else {
            choice = actor.choose(features, mask: mask, from: &stream)
        }
        return Action(
            placement: policy.space.placement(of: choice, observation), policyVersion: version,
            experience: Action.Experience(
                features: features, mask: mask, choice: choice, chainStart: chainStart))
    }
}
