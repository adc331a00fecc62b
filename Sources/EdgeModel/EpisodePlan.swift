package import SimulationKernel

/// The episodes of a run: arrivals for `horizon`, then `drain` without arrivals, again and again.
package struct EpisodePlan: Hashable, Sendable {
    package var episodes: Int
    package var horizon: VirtualDuration
    package var drain: VirtualDuration
    /// Tasks that arrive earlier than this in their episode are left out of the statistics.
    package var warmup: VirtualDuration
    /// Which streams of chance the episodes draw from.
    package var phase: RunPhase

    package init(
        episodes: Int, horizon: VirtualDuration, drain: VirtualDuration,
        warmup: VirtualDuration = .zero, phase: RunPhase = .evaluate
    ) {
        precondition(episodes > 0 && horizon > .zero && drain >= .zero)
        self.episodes = episodes
        self.horizon = horizon
        self.drain = drain
        self.warmup = warmup
        self.phase = phase
    }

    /// The number that keys the streams of an episode's arrivals and links: those of training are
    /// beyond the last that an evaluation can have, so that no two episodes share a draw. What is
    /// drawn once for a run (places, rates, work by index) is the same in both phases.
    package func stream(of episode: Int) -> Int {
        switch phase {
        case .evaluate: episode
        case .train: episode + Self.streamsOfEvaluation
        }
    }

    /// More than a run can have episodes.
    private static let streamsOfEvaluation = 1 << 24

    @inlinable package var period: VirtualDuration { horizon + drain }

    /// When the episode starts, in run time.
    @inlinable package func start(of episode: Int) -> VirtualInstant {
        .zero + period * Int64(episode)
    }

    /// When everything that is unfinished becomes `in_flight`.
    @inlinable package func end(of episode: Int) -> VirtualInstant { start(of: episode + 1) }

    /// The episode that an instant of the run belongs to; the last for the end of the run.
    package func episode(at instant: VirtualInstant) -> Int {
        min(episodes - 1, Int(max(0, instant.nanoseconds) / period.nanoseconds))
    }

    /// The last instant of the run.
    @inlinable package var end: VirtualInstant { start(of: episodes) }
}

/// What a run is for: a policy is judged on other arrivals than those it was trained on.
package enum RunPhase: String, Hashable, Sendable, CaseIterable {
    case evaluate, train
}
