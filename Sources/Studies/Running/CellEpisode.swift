package import Recording

/// What one episode of a run came to, for curves.
package struct CellEpisode: Hashable, Sendable, Codable {
    /// Mean delay of its tasks, ms; nil where none has finished.
    package var delay: Double?
    /// Emulated bytes of experience and weights that were sent from the start of the run until
    /// the end of the episode.
    package var learningBytes: UInt64

    enum CodingKeys: String, CodingKey {
        case delay
        case learningBytes = "learning_bytes"
    }

    package init(delay: Double?, learningBytes: UInt64) {
        self.delay = delay
        self.learningBytes = learningBytes
    }

    package static func episodes(of run: RunSummary) -> [CellEpisode] {
        var sent: UInt64 = 0
        return run.episodes.map { episode in
            sent += episode.learningBytes
            return CellEpisode(delay: episode.meanDelay.map { $0 * 1e3 }, learningBytes: sent)
        }
    }
}
