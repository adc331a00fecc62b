import EdgeModel
package import Messaging

extension Learner {
    /// Which transition of a station comes next.
    private struct Expectation: Codable {
        var station: NodeIndex
        var incarnation: UInt32
        var sequence: UInt64
    }

    package mutating func remember(_ memory: inout Memory) throws {
        try trainer.remember(&memory)
        try memory.pass("version", &version)
        try memory.pass("refused", &refused)
        try memory.pass("publications", &publications)
        try memory.pass("next publication", &nextPublication)
        try memory.pass("published updates", &publishedUpdates)
        try memory.pass("checkpoints", &checkpointsTaken)
        try memory.pass("waiting to publish", &isWaitingToPublish)
        try memory.pass("stepping", &isStepping)
        var ports = subscribers.map(\.port)
        try memory.pass("ports", &ports)
        guard ports.count == subscribers.count else {
            throw MemoryError("it had \(ports.count) subscribers, not \(subscribers.count)")
        }
        for index in ports.indices { subscribers[index].port = ports[index] }
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
