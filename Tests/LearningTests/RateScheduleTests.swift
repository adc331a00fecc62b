import Testing

@testable import Learning

@Suite struct `A schedule of rates` {
    @Test(arguments: [
        (RateSchedule.constant, UInt64(1_000_000), 1.0),
        (.linear(updates: 100, floor: 0.2), 0, 1), (.linear(updates: 100, floor: 0.2), 50, 0.6),
        (.linear(updates: 100, floor: 0.2), 100, 0.2),
        (.linear(updates: 100, floor: 0.2), 500, 0.2),
        (.cosine(updates: 100, floor: 0.2), 0, 1), (.cosine(updates: 100, floor: 0.2), 50, 0.6),
        (.cosine(updates: 100, floor: 0.2), 25, 0.882_842_712_474_619),
        (.cosine(updates: 100, floor: 0.2), 900, 0.2),
    ])
    func `multiplies them by this`(schedule: RateSchedule, update: UInt64, factor: Double) {
        #expect((schedule.factor(at: update) - factor).magnitude < 1e-12)
    }
}
