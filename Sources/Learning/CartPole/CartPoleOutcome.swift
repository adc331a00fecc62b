/// How long is trained and how it is evaluated; the same for every agent of a comparison.
package struct CartPoleSettings: Hashable, Sendable, Codable {
    /// Environment steps.
    package var steps = 50_000
    /// Evaluations during training, at equal distances; the last is at its end.
    package var checkpoints = 10
    /// Greedy episodes of each of them.
    package var checkpointEpisodes = 100
    /// Episodes in each mode at the end.
    package var finalEpisodes = 100

    package init() {}
}

/// An evaluation during training.
package struct CartPoleCheckpoint: Hashable, Sendable, Codable {
    package var step: Int
    /// The mean return of greedy episodes.
    package var greedy: Double
}

/// The returns of the episodes after training; empty in modes that an agent does not have.
package struct CartPoleFinal: Hashable, Sendable, Codable {
    package var greedy: [Double]
    package var sampled: [Double] = []
    package var zeroNoise: [Double] = []
}

/// What one seed gave; depends on the experiment and the seed alone.
package struct CartPoleOutcome: Hashable, Sendable, Codable {
    package var experiment: CartPoleExperiment
    package var seed: UInt64
    package var checkpoints: [CartPoleCheckpoint]
    package var final: CartPoleFinal
    /// Of the episodes while training, with exploration.
    package var trainingReturns: [Double]
    /// Parameters of the network that acts, and of the critics beside it (targets not counted).
    package var actingParameters: Int
    package var criticParameters: Int
    package var gradientSteps: UInt64
    /// The bits of the network that acts, folded into 16 hexadecimal digits: equal runs have equal
    /// ones.
    package var weights: String
}
