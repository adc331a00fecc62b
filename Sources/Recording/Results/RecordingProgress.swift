import Messaging

/// How far a run has come, for a line on the screen.
package struct RecordingProgress: Hashable, Sendable {
    /// Tasks that have a row.
    package var tasks: UInt64
    package var closedEpisodes: Int
    package var episodes: Int
    /// The mean delay in the newest episode that has one, seconds.
    package var meanDelay: Double?
    /// The version of the weights that decided last.
    package var policyVersion: UInt64

    init(_ statistics: RunStatistics) {
        tasks = statistics.total.arrived
        closedEpisodes = statistics.closedEpisodes
        episodes = statistics.episodes.count
        meanDelay = statistics.episodes.last { $0.measured > 0 }?.meanDelay
        policyVersion = statistics.training?.version ?? statistics.sums.policyVersion
    }
}
