import Messaging

/// The timers of a base station. Each carries its episode, so that those of an episode that is
/// over are known and ignored; but for those of its trainer, which outlives episodes.
enum StationTimer {
    enum Kind: UInt32 {
        case episodeEnd = 1
        /// Publish the state.
        case report
        /// The oldest job of the server is done.
        case serviceEnd
        /// A decision takes effect.
        case decisionEnd
        /// Send once more what was lost; the payload is its place in the list.
        case repetition
        /// Send the transitions that are complete.
        case experience
        /// A scheduled event; the payload is its place among those of the episode.
        case event
        /// Begin a round of averaging.
        case round
        /// Whoever has not come to the round by now is too late.
        case roundEnd
        /// The oldest job of the server is done, and it is the station's own.
        case ownServiceEnd
    }

    enum RunKind: UInt32 {
        /// A gradient step that takes time is over.
        case step = 14
        /// New weights have waited long enough.
        case publication
    }

    private static var kindBits: UInt32 { 4 }

    static func timer(_ kind: Kind, episode: UInt32, payload: UInt32 = 0) -> Timer {
        Timer(kind: episode << kindBits | kind.rawValue, payload: payload)
    }

    static func ofRun(_ kind: RunKind) -> Timer { Timer(kind: kind.rawValue) }

    /// The kind of a timer that belongs to no episode; nil for the others.
    static func runKind(of timer: Timer) -> RunKind? {
        RunKind(rawValue: timer.kind & ((1 << kindBits) - 1))
    }

    /// The kind, or nil when the timer belongs to another episode.
    static func kind(of timer: Timer, in episode: UInt32) -> Kind? {
        guard timer.kind >> kindBits == (episode << kindBits) >> kindBits else { return nil }
        return kind(of: timer)
    }

    /// The kind, whatever the episode.
    static func kind(of timer: Timer) -> Kind? {
        Kind(rawValue: timer.kind & ((1 << kindBits) - 1))
    }
}
