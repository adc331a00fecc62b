/// How an action is taken from the scores of a network.
package enum ActionMode: String, Hashable, Sendable, CaseIterable {
    /// Drawn from a policy's probabilities; of values the greatest, with the run's exploration.
    case sampled
    /// The best one; chains still start from noise, and nothing is explored.
    case greedy
    /// The best one, with a chain that starts from zeros and gets no noise.
    case zeroNoise = "zero-noise"
}

/// Where the chain of a diffusion actor starts.
package enum ChainStart: String, Hashable, Sendable, CaseIterable {
    /// Standard normal draws.
    case noise
    case zeros
    /// The probabilities of the station's previous decision for the same class and ordinal in the
    /// slot (`lad-ts`); noise for the first.
    case previous
}
