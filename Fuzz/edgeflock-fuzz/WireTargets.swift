import EdgeModel
import Messaging
import SimulationKernel

/// What comes over the wires.
extension FuzzTarget {
    /// A whole frame: as it is, and with the length and checksum that would let it in.
    static let frame = FuzzTarget(name: "frame") { input in
        let bytes = input.span.bytes
        let run: UInt64 = 7
        _ = try? FrameHeader(checking: bytes, run: run)
        if let offset = try? Topic.length(in: bytes) {
            _ = try? FrameHeader(checking: bytes, at: offset, run: run)
        }
        guard input.count >= FrameHeader.size else { return }
        let sealed = WireBuffer()
        sealed.append(bytes)
        FrameHeader.seal(sealed, run: run)
        guard let header = try? FrameHeader(checking: sealed.span, run: run) else { return }
        let again = WireBuffer()
        header.append(to: again)
        again.append(sealed.span.extracting(droppingFirst: FrameHeader.size))
        FrameHeader.seal(again, run: run)
        require(isEqual(again.span, sealed.span), "a frame has one encoding")
    } seeds: {
        let frame = WireBuffer()
        FrameHeader(kind: .messages, process: 3, sequence: 1, acknowledged: 2)
            .append(to: frame)
        frame.append(.ready)
        FrameHeader.seal(frame, run: 7)
        return [bytes(frame), Array("state/12/".utf8) + bytes(frame)]
    }

    /// The body of a frame of messages or of a publication.
    static let messages = FuzzTarget(name: "messages") { input in
        let bytes = input.span.bytes
        var reader = WireReader(bytes)
        var arrival = Envelope.Arrival()
        let again = WireBuffer()
        while reader.remaining > 0 {
            _ = try? reader.topic(bytes)
            guard let message = try? reader.entry(bytes, &arrival) else { return }
            again.append(message, sender: arrival.sender, stops: arrival.stops)
            let read = bytes.extracting(first: reader.offset)
            require(isEqual(again.span, read), "a message has one encoding")
        }
    } seeds: {
        exampleMessages.map { message in
            let body = WireBuffer()
            let stop = Envelope.Stop(to: 2, time: .zero + .milliseconds(4), sequence: 9)
            body.append(message, sender: 1, stops: [stop, stop])
            return bytes(body)
        }
    }

    /// The body of a control frame.
    static let control = FuzzTarget(name: "control") { input in
        checkPacking(of: input)
        let bytes = input.span.bytes
        var reader = WireReader(bytes)
        let again = WireBuffer()
        while reader.remaining > 0 {
            guard let entry = try? reader.controlEntry(bytes) else { return }
            switch entry {
            case .message(let message): again.append(message)
            case .relay(let process, let place):
                again.append(relay: bytes.extracting(place), to: process)
            }
            let read = bytes.extracting(first: reader.offset)
            require(isEqual(again.span, read), "a control message has one encoding")
        }
    } seeds: {
        let relay = WireBuffer()
        relay.append(relay: [1, 2, 3].span.bytes, to: 4)
        return [bytes(relay)]
            + exampleOrders.map { message in
                let body = WireBuffer()
                body.append(message)
                return bytes(body)
            }
    }

    /// Such a body is packed on the wire.
    private static func checkPacking(of input: [UInt8]) {
        let plain = WireBuffer()
        if (try? plain.append(unpacking: input.span.bytes)) != nil {
            let again = WireBuffer()
            again.append(packing: plain.span)
            require(bytes(again) == input, "what is packed has one form")
        }
        let packed = WireBuffer()
        packed.append(packing: input.span.bytes)
        plain.removeAll()
        require((try? plain.append(unpacking: packed.span)) != nil, "what was packed is unpacked")
        require(bytes(plain) == input, "and the same")
    }

    static func bytes(_ buffer: WireBuffer) -> [UInt8] {
        buffer.span.withUnsafeBytes { [UInt8]($0) }
    }

    private static func isEqual(_ a: RawSpan, _ b: RawSpan) -> Bool {
        a.withUnsafeBytes { a in b.withUnsafeBytes { b in a.elementsEqual(b) } }
    }
}

private let task = TaskID(origin: 1, number: 5)

let exampleMessages: [Message] = [
    .task(
        EdgeTask(
            id: task, episode: 0, trafficClass: 0, ordinal: 1, arrival: .zero,
            size: Megabits(2), result: Megabits(1), workload: Gigacycles(3),
            deadline: .seconds(1))),
    .subtask(
        Subtask(
            task: task, episode: 0, part: 1, size: Megabits(2), result: .zero,
            workload: Gigacycles(1))),
    .notice(
        SubtaskNotice(
            task: task, episode: 0, part: 0, queued: .zero, start: .zero, finish: .zero)),
    .refusal(SubtaskRefusal(task: task, episode: 0, part: 0, instant: .zero)),
    .report(
        StateReport(
            station: 1, episode: 0, sequence: 3, timestamp: .zero, backlog: Gigacycles(1),
            egressBacklog: .zero, capacity: Gigahertz(10))),
    .transitions(
        TransitionBatch(
            station: 1, firstSequence: 4,
            transitions: [
                Transition(
                    features: [1, 2], mask: [true, false, true], choice: 2, reward: -1,
                    nextFeatures: [3, 4], nextMask: [true, true], truncated: true, steps: 2,
                    policyVersion: 6, chainStart: [0.5], nextChainStart: [0.25])
            ])),
    .weights(WeightSnapshot(generation: 1, version: 2, layout: 3, parameters: [1, 2, 3])),
    .update(
        WeightUpdate(sender: 1, round: .zero, samples: 5, layout: 3, parameters: [1, 2, 3])),
]

private let exampleOrders: [ControlMessage] = [
    .hello(Hello(direct: "ipc:///tmp/x/0d", published: "tcp://127.0.0.1:21000")),
    .welcome([PeerAddress(process: 1, direct: "ipc:///a", published: "")]), .ready,
    .start(origin: 12),
    .open(
        WindowOpening(
            window: 1, end: .zero + .seconds(1),
            expected: [.init(sender: 0, window: 1, direct: 2, published: 3)])),
    .done(
        WindowReport(
            window: 1, next: .zero,
            sent: [.init(receiver: 1, direct: 2, published: 3, earliest: .zero)])),
    .records(
        first: 0,
        [
            .state(
                StateReport(
                    station: 1, episode: 0, sequence: 3, timestamp: .zero, backlog: Gigacycles(1),
                    egressBacklog: .zero, capacity: Gigahertz(10))),
            .task(
                TaskRecord(
                    id: task, episode: 0, trafficClass: 0, status: .completed, arrival: .zero,
                    completion: .zero, deadline: .unbounded, workload: .zero, policyVersion: 0,
                    first: nil)),
            .abandoned(
                AbandonedPart(
                    task: task, episode: 0, server: 1, queued: .zero, start: .zero, finish: .zero,
                    work: .zero)),
        ]),
    .missing(MissingPublications(topic: Topic(kind: .report, publisher: 2), from: 3)),
    .stop(.finished), .farewell(ProcessStatistics()), .failed("no more"),
    .working(progress: 3), .clockQuery(sent: 1),
    .clockAnswer(ClockExchange(sent: 1, received: 2, answered: 3)),
]
