import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import NodeRuntime

@Suite struct `A clock beside the hub's` {
    /// Two clocks and the ways between them; times in nanoseconds.
    private struct Clocks {
        /// The hub's clock less ours, at the time 0 of ours.
        var ahead: Int64
        /// What the hub's clock gains in a second of ours.
        var gain = 0.0
        var chance: RandomStream
        var now: Int64 = 5_000_000_000

        func hub(_ time: Int64) -> Int64 { time + ahead + Int64(gain * Double(time)) }

        /// One exchange: 20 to 500 us each way, independently.
        mutating func compare(_ offset: inout ClockOffset) {
            let there = now + 20_000 + Int64(chance.integer(below: 480_000))
            let answered = there + 5_000
            let back = answered + 20_000 + Int64(chance.integer(below: 480_000))
            offset.add(
                ClockExchange(sent: now, received: hub(there), answered: hub(answered)),
                returned: back)
            now = back
        }

        var truth: Int64 { hub(now) - now }
    }

    @Test(arguments: Seed.first(50), [-3_600_000_000_000, 0, 90_000_000_000] as [Int64])
    func `knows its offset to half an exchange`(seed: Seed, ahead: Int64) {
        var clocks = Clocks(ahead: ahead, chance: seed.stream)
        var offset = ClockOffset()
        for _ in 0..<ClockOffset.block { clocks.compare(&offset) }
        #expect(offset.isKnown)
        #expect(abs(offset.offset - clocks.truth) <= 500_000)
        #expect(offset.drift == 0)
    }

    @Test(arguments: Seed.first(20))
    func `sees clocks drift apart and follows`(seed: Seed) {
        // 2 ms in each block of 8 exchanges, a second apart; any of them may be the best.
        var clocks = Clocks(ahead: 7_000_000, gain: 250e-6, chance: seed.stream)
        var offset = ClockOffset()
        for _ in 0..<(5 * ClockOffset.block) {
            clocks.compare(&offset)
            clocks.now += 1_000_000_000
        }
        #expect((1_000_000...4_500_000).contains(offset.drift))
        #expect(offset.uncertainty <= 500_000)
        #expect(abs(offset.offset - clocks.truth) < 3_000_000)
    }

    @Test(arguments: Seed.first(20))
    func `leaves equal clocks alone`(seed: Seed) {
        var clocks = Clocks(ahead: 0, chance: seed.stream)
        var offset = ClockOffset()
        for _ in 0..<(5 * ClockOffset.block) { clocks.compare(&offset) }
        #expect(offset.offset == 0)
        #expect(offset.drift <= offset.uncertainty)
    }

    @Test func `ignores answers that no clock gives`() {
        var offset = ClockOffset()
        for _ in 0..<ClockOffset.block {
            offset.add(ClockExchange(sent: 10, received: 9, answered: 8), returned: 20)
            offset.add(ClockExchange(sent: 10, received: 0, answered: 99), returned: 20)
            offset.add(ClockExchange(sent: .max, received: 0, answered: .max), returned: .min)
        }
        offset.closeBlock()
        #expect(!offset.isKnown)
    }
}
