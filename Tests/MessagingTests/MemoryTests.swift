import EdgeModel
import Messaging
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A memory` {
    private enum Mood: Hashable, Codable {
        case calm
        case cross(since: VirtualInstant, reasons: [String])
    }

    private struct Everything: Hashable, Codable, Remembering {
        var truth = true
        var small: Int8 = -7
        var large: UInt64 = .max
        var area: Int128 = -(1 << 100)
        var number = -0.1
        var infinite = Double.infinity
        var weights: [Float] = [1, -2.5, .leastNonzeroMagnitude]
        var flags = [true, false, true]
        var words = ["", "base station", "\u{1F4E1}"]
        var absent: VirtualDuration?
        var present: VirtualDuration? = .seconds(3)
        var moods: [Mood?] = [.calm, nil, .cross(since: .zero, reasons: ["late", "lost"])]
        var nested: [[UInt32]] = [[], [1], [2, 3]]
        var stream = RandomStream(seed: 5, entity: "memory", purpose: "test")
        var message: Message?

        init() {}

        mutating func remember(_ memory: inout Memory) throws {
            var copy = self
            try memory.pass("everything", &copy)
            self = copy
        }
    }

    private static var forgetful: Everything {
        var other = Everything()
        other.truth = false
        other.weights = []
        other.absent = .zero
        other.present = nil
        other.moods = []
        return other
    }

    @Test(arguments: MessageKind.allCases)
    func `is put back as it was`(kind: MessageKind) throws {
        var samples = Samples(Seed(3))
        var original = Everything()
        original.message = samples.message(kind)
        let snapshot = try Memory.snapshot(of: original)
        var other: any Remembering = Self.forgetful
        try Memory.restore(&other, from: snapshot)
        #expect(other as? Everything == original)
    }

    @Test func `is refused when it is cut off, at every byte`() throws {
        let snapshot = try Memory.snapshot(of: Everything())
        for length in snapshot.bytes.indices {
            var other: any Remembering = Self.forgetful
            #expect(throws: (any Error).self) {
                try Memory.restore(
                    &other, from: .init(bytes: Array(snapshot.bytes[..<length])))
            }
        }
    }

    /// What is restored from garbage may be garbage; it must not be a crash.
    @Test(arguments: Seed.first(200)) func `survives damage`(seed: Seed) throws {
        var stream = seed.stream
        var bytes = try Memory.snapshot(of: Everything()).bytes
        for _ in 0...stream.integer(below: 3) {
            bytes[stream.integer(below: bytes.count)] = UInt8(stream.integer(below: 256))
        }
        var other: any Remembering = Self.forgetful
        try? Memory.restore(&other, from: .init(bytes: bytes))
    }
}
