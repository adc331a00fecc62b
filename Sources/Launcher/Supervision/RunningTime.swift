/// Real time in which this program runs: while it is stopped, or the machine sleeps, what it looks
/// after stands still too.
///
/// It is looked at many times a second; where more than a second has passed since the last look,
/// only a second counts.
struct RunningTime {
    static let longestStep = Duration.seconds(1)

    private var last: ContinuousClock.Instant
    private(set) var elapsed = Duration.zero

    init(since start: ContinuousClock.Instant) { last = start }

    mutating func advance(to now: ContinuousClock.Instant) {
        elapsed += min(now - last, Self.longestStep)
        last = now
    }
}
