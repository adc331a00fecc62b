package import Messaging

extension Learner {
    /// Which transition of a station comes next.
    private struct Expectation: Codable {
        var station: NodeIndex
        var incarnation: UInt32
        var sequence: UInt64
    }

    package mutating func remember(_ memory: inout Memory) throws {
        try paced.remember(&memory)
        try memory.pass("refused", &refused)
        try memory.pass("checkpoints", &checkpointsTaken)
        try downlinks.remember(&memory)
        var expectations = expected.keys.sorted().compactMap { station in
            expected[station].map {
                Expectation(
                    station: station, incarnation: $0.incarnation, sequence: $0.sequence)
            }
        }
        try memory.pass("expected", &expectations)
        guard memory.isReading else { return }
        expected = [:]
        for next in expectations { expected[next.station] = (next.incarnation, next.sequence) }
    }
}
