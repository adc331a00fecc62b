/// When a process that has died is started again, and when that is no use any more.
///
/// At once at first, then after 0.2 s, 0.4 s and so on up to 5 s, each a fifth more or less so that
/// many do not start at the same time. A while without a death starts from the beginning.
package struct RestartPolicy: Hashable, Sendable {
    /// More deaths of a process than this within ``period`` end the run.
    package var limit = 5
    /// Nanoseconds.
    package var period: Int64 = 10_000_000_000
    private static let firstDelay: Int64 = 200_000_000
    private static let longestDelay: Int64 = 5_000_000_000

    package init() {}

    /// How long to wait before a process is started again.
    ///
    /// - Parameters:
    ///   - deaths: when it has died, nanoseconds, the last being now.
    ///   - jitter: in [0, 1).
    /// - Returns: nanoseconds; nil when it has died too often.
    package func delay(after deaths: [Int64], jitter: Double) -> Int64? {
        guard let now = deaths.last else { return 0 }
        let recent = deaths.count { now - $0 <= period }
        guard recent <= limit else { return nil }
        guard recent > 1 else { return 0 }
        let delay = min(Self.longestDelay, Self.firstDelay << Int64(min(recent - 2, 10)))
        return Int64(Double(delay) * (0.8 + 0.4 * jitter))
    }

    /// Whether a process that ended like this may do better next time: not when it has found fault
    /// with its input or its surroundings.
    package func applies(to ending: Supervision.Ending) -> Bool {
        switch ending {
        case .signalled: true
        case .exited(let code): code == 69
        }
    }
}
