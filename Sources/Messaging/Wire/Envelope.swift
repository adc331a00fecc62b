package import SimulationKernel

/// What stands before a message's body: who sent it, and to whom it goes when.
///
/// A published message has several deliveries and one body.
package enum Envelope {
    /// One copy of the message: to which node, and its key's time and sequence number.
    @frozen
    package struct Stop: Hashable, Sendable {
        package var to: NodeIndex
        package var time: VirtualInstant
        package var sequence: UInt64

        @inlinable package init(to: NodeIndex, time: VirtualInstant, sequence: UInt64) {
            self.to = to
            self.time = time
            self.sequence = sequence
        }
    }

    /// Who sent an entry's message and where it goes; used again for every entry that is read.
    package struct Arrival: Sendable {
        package var sender: NodeIndex = 0
        package var stops: [Stop] = []

        package init() {}
    }

    /// The size of an envelope, in bytes.
    package static func size(deliveries: Int) -> Int { 12 + 20 * deliveries }
}

extension WireBuffer {
    /// Appends one message to one node, as an entry of a frame.
    package func append(
        _ message: Message, key: EventKey, to: NodeIndex
    ) {
        appendHead(of: message, sender: key.sender, deliveries: 1)
        append(Envelope.Stop(to: to, time: key.time, sequence: key.sequence))
        append(body: message)
    }

    /// Appends one message to several nodes, as an entry of a frame.
    package func append(
        _ message: Message, sender: NodeIndex, stops: some Collection<Envelope.Stop>
    ) {
        appendHead(of: message, sender: sender, deliveries: stops.count)
        for stop in stops { append(stop) }
        append(body: message)
    }

    private func appendHead(of message: Message, sender: NodeIndex, deliveries: Int) {
        let size = message.bodySize
        precondition(deliveries <= Int(UInt16.max) && size <= WireLimits.largestBody)
        append(message.kind.rawValue)
        append(UInt8(0))
        append(UInt16(deliveries))
        append(UInt32(size))
        append(sender)
    }

    private func append(_ stop: Envelope.Stop) {
        append(stop.to)
        append(stop.time.nanoseconds)
        append(stop.sequence)
    }
}

extension WireReader {
    /// Reads an entry; who it is from and for goes to `arrival`.
    package mutating func entry(
        _ bytes: RawSpan, _ arrival: inout Envelope.Arrival
    ) throws(WireError) -> Message {
        let number: UInt8 = try integer(bytes)
        guard let kind = MessageKind(rawValue: number) else { throw .unknownKind(number) }
        guard try integer(bytes) as UInt8 == 0 else { throw .invalidValue }
        let count = Int(try integer(bytes) as UInt16)
        let size = Int(try integer(bytes) as UInt32)
        arrival.sender = try integer(bytes)
        guard size <= WireLimits.largestBody else { throw .tooLong }
        guard count * 20 + size <= remaining else { throw .truncated }
        arrival.stops.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            arrival.stops.append(
                Envelope.Stop(
                    to: try integer(bytes), time: try instant(bytes),
                    sequence: try integer(bytes)))
        }
        let start = offset
        let message = try message(kind, bytes)
        guard offset - start == size else { throw .invalidValue }
        return message
    }

    /// Looks at an entry and leaves it out.
    package mutating func skipEntry(
        _ bytes: RawSpan
    ) throws(WireError) -> (kind: MessageKind, sender: NodeIndex) {
        let topic = try topic(bytes)
        try skip(2)
        let count = Int(try integer(bytes) as UInt16)
        let size = Int(try integer(bytes) as UInt32)
        try skip(4 + 20 * count + size)
        return (topic.kind, topic.publisher)
    }

    /// The topic of the entry that comes next; nothing else of it is checked.
    package func topic(_ bytes: RawSpan) throws(WireError) -> Topic {
        var reader = self
        let number: UInt8 = try reader.integer(bytes)
        guard let kind = MessageKind(rawValue: number) else { throw .unknownKind(number) }
        try reader.skip(7)
        return Topic(kind: kind, publisher: try reader.integer(bytes))
    }
}

/// What a frame may hold at most; both ends check against these.
package enum WireLimits {
    /// The body of one message, in bytes: weights of 16 million parameters.
    package static let largestBody = 64 << 20
    /// A frame, in bytes.
    package static let largestFrame = largestBody + (1 << 20)
}
