@testable import Studies
import Testing

@Suite struct `A logarithmic axis` {
    @Test(arguments: [
        // All of two decades.
        (25.0, 1700.0, ["20", "50", "100", "200", "500", "1000", "2000"]),
        // Three decades and the parts at their ends.
        (22, 9000, ["20", "50", "100", "1000", "10 000"]),
        (45, 14_000, ["20", "50", "100", "1000", "10 000", "20 000"]),
        (10, 10_000, ["10", "100", "1000", "10 000"]),
        // Too long for the parts.
        (0.02, 90_000, ["0.1", "1", "10", "100", "1000", "10 000", "100 000"]),
    ])
    func `has ticks of 1, 2 and 5 where there is room for them`(
        low: Double, high: Double, expected: [String]
    ) {
        let axis = FittedAxis(Axis("Delay", scale: .logarithmic), values: [low, high])
        #expect(axis.ticks.map(\.label) == expected)
    }
}
