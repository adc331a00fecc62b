package import SimulationKernel

/// The episodes of a run: arrivals for `horizon`, then `drain` without arrivals, again and again.
package struct EpisodePlan: Hashable, Sendable {
    package var episodes: Int
    package var horizon: VirtualDuration
    package var drain: VirtualDuration
    /// Tasks that arrive earlier than this in their episode are left out of the statistics.
    package var warmup: VirtualDuration

    package init(
        episodes: Int, horizon: VirtualDuration, drain: VirtualDuration,
        warmup: VirtualDuration = .zero
    ) {
        precondition(episodes > 0 && horizon > .zero && drain >= .zero)
        self.episodes = episodes
        self.horizon = horizon
        self.drain = drain
        self.warmup = warmup
    }

    @inlinable package var period: VirtualDuration { horizon + drain }

    /// When the episode starts, in run time.
    @inlinable package func start(of episode: Int) -> VirtualInstant {
        .zero + period * Int64(episode)
    }

    /// When everything that is unfinished becomes `in_flight`.
    @inlinable package func end(of episode: Int) -> VirtualInstant { start(of: episode + 1) }

    /// The last instant of the run.
    @inlinable package var end: VirtualInstant { start(of: episodes) }
}
