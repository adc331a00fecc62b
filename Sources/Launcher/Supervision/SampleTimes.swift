/// When to look at the memory of processes: often at first, since many runs are short, and never
/// so often that looking itself takes much of the time.
struct SampleTimes {
    private static let first = Duration.milliseconds(50)
    private static let longestPause = Duration.seconds(4)
    private static let growth = 1.5
    /// A pause is at least this many times as long as the look before it: reading what a thousand
    /// processes hold takes them a good part of a second.
    private static let rest = 20.0

    /// Of the next look, since the start of the processes.
    private(set) var next = Self.first
    private var pause = Self.first

    mutating func sampled(at time: Duration, taking cost: Duration) {
        pause = min(pause * Self.growth, Self.longestPause)
        next = time + cost + max(pause, cost * Self.rest)
    }
}
