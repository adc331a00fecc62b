import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@testable import Messaging

@Suite struct `The wire format` {
    @Test(arguments: MessageKind.allCases, Seed.first(20))
    func `gives back every message`(kind: MessageKind, seed: Seed) throws {
        var samples = Samples(seed)
        let message = samples.message(kind)
        let key = EventKey(
            time: VirtualInstant(nanoseconds: samples.integer()), sender: samples.integer(),
            sequence: samples.integer())
        let buffer = WireBuffer()
        buffer.append(message, key: key, to: 7)
        #expect(buffer.count == message.encodedSize)
        var arrival = Envelope.Arrival()
        let decoded = try buffer.bytes.lend { bytes in
            var reader = WireReader(bytes)
            let entry = try reader.entry(bytes, &arrival)
            try reader.finish()
            return entry
        }
        #expect(decoded == message)
        #expect(arrival.sender == key.sender)
        #expect(arrival.stops == [Envelope.Stop(to: 7, time: key.time, sequence: key.sequence)])
    }

    @Test(arguments: Seed.first(20))
    func `gives back every control message`(seed: Seed) throws {
        var samples = Samples(seed)
        let messages = samples.controlMessages()
        let buffer = WireBuffer()
        for message in messages { buffer.append(message) }
        try buffer.bytes.lend { bytes in
            var reader = WireReader(bytes)
            for message in messages {
                let decoded = try reader.controlEntry(bytes)
                #expect(decoded == .message(message))
            }
            try reader.finish()
        }
    }

    /// A field that somebody adds to a record must be added to the wire as well.
    @Test func `knows every field of the records and statistics`() {
        let station = Mirror(reflecting: StationRecord(station: 0, episode: 0)).children.count
        #expect(station == 5 + StationRecord.counters.count + StationRecord.amounts.count)
        let training = Mirror(reflecting: TrainingRecord(time: .zero)).children.count
        #expect(training == 2 + TrainingRecord.counters.count + TrainingRecord.amounts.count)
        let statistics = Mirror(reflecting: ProcessStatistics()).children.count
        let refusals = Mirror(reflecting: Refusals()).children.count
        #expect(refusals == Refusals().counts.count)
        #expect(statistics - 1 + refusals == 2 + ProcessStatistics.counters.count)
    }

    @Test func `sends one body to several nodes`() throws {
        var samples = Samples(Seed(3))
        let message = samples.message(.report)
        let stops = (0..<5).map {
            Envelope.Stop(to: $0, time: .zero, sequence: UInt64($0) + 40)
        }
        let buffer = WireBuffer()
        buffer.append(message, sender: 9, stops: stops)
        #expect(buffer.count == Envelope.size(deliveries: 5) + message.bodySize)
        var arrival = Envelope.Arrival()
        arrival.stops = [Envelope.Stop(to: 1, time: .zero, sequence: 0)]
        try buffer.bytes.lend { bytes in
            var reader = WireReader(bytes)
            let decoded = try reader.entry(bytes, &arrival)
            #expect(decoded == message)
        }
        #expect(arrival.stops == stops)
    }

    @Test(arguments: Seed.first(5))
    func `refuses entries that are cut off anywhere`(seed: Seed) {
        var samples = Samples(seed)
        for kind in MessageKind.allCases {
            let buffer = WireBuffer()
            let key = EventKey(time: .zero, sender: 1, sequence: 2)
            buffer.append(samples.message(kind), key: key, to: 7)
            for count in 0..<buffer.count {
                expectRefused(Array(buffer.bytes[..<count])) { reader, bytes in
                    var arrival = Envelope.Arrival()
                    _ = try reader.entry(bytes, &arrival)
                }
            }
        }
        for message in samples.controlMessages() {
            let buffer = WireBuffer()
            buffer.append(message)
            for count in 0..<buffer.count {
                expectRefused(Array(buffer.bytes[..<count])) { reader, bytes in
                    _ = try reader.controlEntry(bytes)
                }
            }
        }
    }

    private func expectRefused(
        _ bytes: [UInt8], _ read: (inout WireReader, RawSpan) throws -> Void
    ) {
        #expect(throws: WireError.self) {
            try bytes.lend { bytes in
                var reader = WireReader(bytes)
                try read(&reader, bytes)
            }
        }
    }

    /// Behind the checksum, so that the decoder itself is what is tested.
    @Test(arguments: Seed.first(5))
    func `reads or refuses whatever the bits are`(seed: Seed) {
        var samples = Samples(seed)
        var entries: [[UInt8]] = []
        for kind in MessageKind.allCases {
            let buffer = WireBuffer()
            buffer.append(
                samples.message(kind), key: EventKey(time: .zero, sender: 1, sequence: 2), to: 7)
            entries.append(buffer.bytes)
        }
        for message in samples.controlMessages() {
            let buffer = WireBuffer()
            buffer.append(message)
            entries.append(buffer.bytes)
        }
        var arrival = Envelope.Arrival()
        for var entry in entries {
            for bit in 0..<(8 * entry.count) {
                entry[bit / 8] ^= 1 << UInt8(bit % 8)
                entry.lend { bytes in
                    var reader = WireReader(bytes)
                    _ = try? reader.entry(bytes, &arrival)
                    reader = WireReader(bytes)
                    _ = try? reader.controlEntry(bytes)
                }
                entry[bit / 8] ^= 1 << UInt8(bit % 8)
            }
        }
    }

    @Test func `allocates nothing for a length that the bytes do not have`() {
        let buffer = WireBuffer()
        buffer.append(
            .weights(WeightSnapshot(generation: 0, version: 1, layout: 2, parameters: [])),
            key: EventKey(time: .zero, sender: 1, sequence: 2), to: 7)
        let counts: [UInt64] = [1, 1 << 32, 1 << 61, 1 << 62, 1 << 63, .max]
        for count in counts {
            buffer.overwrite(count, at: buffer.count - 8)
            expectRefused(buffer.bytes) { reader, bytes in
                var arrival = Envelope.Arrival()
                _ = try reader.entry(bytes, &arrival)
            }
        }
    }
}

@Suite struct `A frame` {
    private func sample(topic: Topic? = nil) -> (bytes: [UInt8], offset: Int) {
        var samples = Samples(Seed(1))
        let buffer = WireBuffer()
        if let topic { topic.bytes.lend { buffer.append($0) } }
        let offset = buffer.count
        FrameHeader(kind: .messages, process: 3, sequence: 17).append(to: buffer)
        buffer.append(
            samples.message(.task), key: EventKey(time: .zero, sender: 1, sequence: 2), to: 7)
        FrameHeader.seal(buffer, at: offset, run: 99, acknowledging: 12)
        return (buffer.bytes, offset)
    }

    @Test(arguments: [nil, Topic(kind: .report, publisher: 12)])
    func `gives back its header`(topic: Topic?) throws {
        let (bytes, offset) = sample(topic: topic)
        let header = try bytes.lend { try FrameHeader(checking: $0, at: offset, run: 99) }
        let expected = FrameHeader(
            kind: .messages, process: 3, sequence: 17, acknowledged: 12)
        #expect(header == expected)
    }

    @Test func `is refused when cut off anywhere or when something follows`() {
        let (bytes, _) = sample()
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) {
                try Array(bytes[..<count]).lend { try FrameHeader(checking: $0, run: 99) }
            }
        }
        #expect(throws: WireError.wrongChecksum) {
            try (bytes + [0]).lend { try FrameHeader(checking: $0, run: 99) }
        }
    }

    @Test(arguments: [0, 98, 99 + 1 << 63] as [UInt64])
    func `is none of another run`(run: UInt64) {
        let (bytes, _) = sample()
        #expect(throws: WireError.wrongChecksum) {
            try bytes.lend { try FrameHeader(checking: $0, run: run) }
        }
    }

    @Test(arguments: [1, 1 << 32 - 1, 1 << 32, 1 << 40 - 1] as [UInt64])
    func `carries numbers of five bytes`(number: UInt64) throws {
        let buffer = WireBuffer()
        FrameHeader(
            kind: .status, process: 65_535, epoch: 65_534, peerEpoch: 65_533, sequence: number
        ).append(to: buffer)
        FrameHeader.seal(buffer, run: 99, acknowledging: number - 1)
        let header = try FrameHeader(checking: buffer.span, run: 99)
        let expected = FrameHeader(
            kind: .status, process: 65_535, epoch: 65_534, peerEpoch: 65_533, sequence: number,
            acknowledged: number - 1)
        #expect(header == expected)
    }

    @Test(arguments: [nil, Topic(kind: .report, publisher: 12)])
    func `is refused when any bit has changed`(topic: Topic?) {
        var (bytes, offset) = sample(topic: topic)
        for bit in 0..<(8 * bytes.count) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: WireError.self, "bit \(bit)") {
                try bytes.lend { try FrameHeader(checking: $0, at: offset, run: 99) }
            }
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    /// Other implementations can be held against these.
    @Test(
        arguments: [
            ("", 0xF548_9F85_710C_2C39), ("123456789", 0xEE89_C20D_66EC_99B6),
            ("12345678", 0x1619_019D_5E59_8CEA),
        ] as [(String, UInt64)])
    func `has this checksum`(text: String, expected: UInt64) {
        let checksum = Array(text.utf8).lend { Checksum.of($0) }
        #expect(checksum == expected, "0x\(String(checksum, radix: 16))")
    }
}

@Suite struct `A topic` {
    @Test func `is never the beginning of another`() {
        let topics = MessageKind.allCases.flatMap { kind in
            [0, 1, 12, 123, UInt32.max].map { Topic(kind: kind, publisher: $0).description }
        }
        for topic in topics {
            #expect(topics.count { $0.hasPrefix(topic) } == 1)
        }
    }

    @Test func `ends where the frame begins`() throws {
        for publisher in [0, 12, NodeIndex.max] {
            let topic = Topic(kind: .transitions, publisher: publisher)
            let bytes = topic.bytes + [UInt8](repeating: UInt8(ascii: "/"), count: 9)
            #expect(try bytes.lend { try Topic.length(in: $0) } == topic.bytes.count)
        }
        #expect(throws: WireError.wrongMagic) {
            try [UInt8](repeating: 65, count: 100).lend { try Topic.length(in: $0) }
        }
    }
}
