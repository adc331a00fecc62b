import Messaging

/// How far the hub's clock is ahead of that of this process, from exchanges of their readings.
///
/// The hub's clock was read somewhere between two readings of ours, so an estimate is wrong by at
/// most half the time that the exchange took. Of each block of exchanges the shortest counts: it
/// says how far the clocks have drifted apart since the block before, and corrects that when it is
/// more than the estimate itself may be wrong.
struct ClockOffset {
    /// Exchanges in a block.
    static let block = 8

    /// The hub's reading less ours, nanoseconds, as it is used now.
    private(set) var offset: Int64 = 0
    /// The largest difference that a block has found to the offset in use, nanoseconds.
    private(set) var drift: Int64 = 0
    /// By how much that may be wrong at most, nanoseconds.
    private(set) var uncertainty: Int64 = 0

    private var best: (offset: Int64, error: Int64)?
    private var count = 0
    private var isAligned = false

    /// Whether the clocks were compared, so that the offset can be used.
    var isKnown: Bool { isAligned }

    /// - Parameter returned: our reading when the answer came.
    mutating func add(_ exchange: ClockExchange, returned: Int64) {
        let away = returned &- exchange.sent
        let there = exchange.answered &- exchange.received
        // Anything else is not an answer of a clock.
        guard there >= 0, away >= there else { return }
        let error = (away - there) / 2
        let ahead = (exchange.received &- exchange.sent) &- error
        if best.map({ error < $0.error }) ?? true { best = (ahead, error) }
        count += 1
        if count == Self.block { closeBlock() }
    }

    /// Takes what the exchanges since the last block say.
    mutating func closeBlock() {
        guard let best else { return }
        let change = (best.offset &- offset).magnitude
        if isAligned {
            drift = max(drift, Int64(clamping: change))
            uncertainty = max(uncertainty, best.error)
        }
        if change > UInt64(best.error) { offset = best.offset }
        isAligned = true
        self.best = nil
        count = 0
    }
}

/// For tests: a clock that is ahead of the machine's and goes faster, as on another host.
package struct ClockSkew: Hashable, Sendable {
    /// Nanoseconds.
    package var ahead: Int64 = 0
    /// Seconds that it gains in a second.
    package var gain = 0.0

    package init() {}

    /// Its reading when the machine's clock reads so much.
    func reading(at time: Int64) -> Int64 {
        gain == 0 ? time + ahead : time + ahead + Int64(gain * Double(time))
    }
}
