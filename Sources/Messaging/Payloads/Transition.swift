/// One decision and what came of it (docs/MODEL.md, section 6).
package struct Transition: Hashable, Sendable, Codable {
    /// `[features]`, as the policy encoded them at the decision.
    package var features: [Float]
    /// `[actions]`: which actions could be chosen.
    package var mask: [Bool]
    /// The chosen action's index.
    package var choice: UInt32
    /// Of all its steps, each later one discounted once more.
    package var reward: Float
    package var nextFeatures: [Float]
    package var nextMask: [Bool]
    /// The last of an episode, bootstrapped with its own observation.
    package var truncated: Bool
    /// Nothing follows: the next observation is not to be valued. Never in the emulator.
    package var done: Bool
    /// Decisions from the observation to the next one; more than 1 with n-step returns.
    package var steps: UInt8
    /// The version of the weights that decided.
    package var policyVersion: UInt64
    /// Where the chain of the decision started, for policies that remember it; empty for others.
    package var chainStart: [Float]
    /// Where that of the next observation's decision started.
    package var nextChainStart: [Float]

    package init(
        features: [Float], mask: [Bool], choice: UInt32, reward: Float, nextFeatures: [Float],
        nextMask: [Bool], truncated: Bool, done: Bool = false, steps: UInt8 = 1,
        policyVersion: UInt64, chainStart: [Float] = [], nextChainStart: [Float] = []
    ) {
        self.features = features
        self.mask = mask
        self.choice = choice
        self.reward = reward
        self.nextFeatures = nextFeatures
        self.nextMask = nextMask
        self.truncated = truncated
        self.done = done
        self.steps = steps
        self.policyVersion = policyVersion
        self.chainStart = chainStart
        self.nextChainStart = nextChainStart
    }
}

/// Transitions of one station, in the order in which they were completed.
package struct TransitionBatch: Hashable, Sendable {
    package var station: NodeIndex
    /// How often the station's process has been started again; 0 in an undisturbed run.
    package var incarnation: UInt32
    /// The number of the first transition among all that the station sent in this run, from 0.
    package var firstSequence: UInt64
    package var transitions: [Transition]

    package init(
        station: NodeIndex, incarnation: UInt32 = 0, firstSequence: UInt64,
        transitions: [Transition]
    ) {
        self.station = station
        self.incarnation = incarnation
        self.firstSequence = firstSequence
        self.transitions = transitions
    }
}
