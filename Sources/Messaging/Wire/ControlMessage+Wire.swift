import SimulationKernel

/// The number of a kind of control message on the wire.
enum ControlKind: UInt8 {
    case hello = 1
    case welcome = 2
    case ready = 3
    case start = 4
    case open = 5
    case done = 6
    case records = 7
    case missing = 8
    case stop = 9
    case farewell = 10
    case failed = 11
    case relay = 12
    case working = 13
    case clockQuery = 14
    case clockAnswer = 15
    case resume = 16
    case returned = 17
}

extension ControlMessage {
    var kind: ControlKind {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .ready: .ready
        case .start: .start
        case .open: .open
        case .done: .done
        case .records: .records
        case .missing: .missing
        case .stop: .stop
        case .farewell: .farewell
        case .failed: .failed
        case .working: .working
        case .clockQuery: .clockQuery
        case .clockAnswer: .clockAnswer
        case .resume: .resume
        case .returned: .returned
        }
    }
}

extension WireBuffer {
    /// Appends an entry of a control frame: kind 1, zero 3, body length 4, body.
    package func append(_ message: ControlMessage) {
        let head = count
        append(message.kind.rawValue)
        append(UInt8(0))
        append(UInt16(0))
        append(UInt32(0))
        append(body: message)
        overwrite(UInt32(count - head - 8), at: head + 4)
    }

    /// Appends a `relay` entry: message entries for the nodes of another process.
    package func append(relay entries: RawSpan, to process: UInt32) {
        append(ControlKind.relay.rawValue)
        append(UInt8(0))
        append(UInt16(0))
        append(UInt32(entries.byteCount + 4))
        append(process)
        append(entries)
    }

    /// Appends a `records` entry from records that were encoded as they came.
    package func append(encodedRecords records: WireBuffer, first: UInt64, count: UInt32) {
        append(ControlKind.records.rawValue)
        append(UInt8(0))
        append(UInt16(0))
        append(UInt32(records.count + 12))
        append(first)
        append(count)
        append(records.span)
    }

    private func append(body message: ControlMessage) {
        switch message {
        case .hello(let hello):
            append(hello.direct)
            append(hello.published)
        case .welcome(let peers):
            append(UInt32(peers.count))
            for peer in peers {
                append(peer.process)
                append(peer.direct)
                append(peer.published)
            }
        case .ready: break
        case .start(let origin): append(origin)
        case .open(let opening): append(opening)
        case .done(let report): append(report)
        case .records(let first, let records):
            append(first)
            append(UInt32(records.count))
            for record in records { append(record) }
        case .missing(let missing):
            append(missing.topic.kind.rawValue)
            append(missing.topic.publisher)
            append(missing.from)
        case .stop(let reason): append(reason.rawValue)
        case .farewell(let statistics): append(statistics)
        case .failed(let reason): append(reason)
        case .working(let progress): append(progress)
        case .clockQuery(let sent): append(sent)
        case .clockAnswer(let exchange):
            append(exchange.sent)
            append(exchange.received)
            append(exchange.answered)
        case .resume(let resumption):
            append(resumption.reports)
            append(resumption.records)
        case .returned(let process): append(process)
        }
    }

    private func append(_ opening: WindowOpening) {
        append(opening.window)
        append(opening.end.nanoseconds)
        append(UInt32(opening.expected.count))
        for expectation in opening.expected {
            append(expectation.sender)
            append(expectation.window)
            append(expectation.direct)
            append(expectation.published)
        }
    }

    private func append(_ report: WindowReport) {
        append(report.window)
        append(report.next.nanoseconds)
        append(UInt32(report.sent.count))
        for dispatch in report.sent {
            append(dispatch.receiver)
            append(dispatch.direct)
            append(dispatch.published)
            append(dispatch.earliest.nanoseconds)
        }
    }

    private func append(_ statistics: ProcessStatistics) {
        for counter in ProcessStatistics.counters { append(statistics[keyPath: counter]) }
        for histogram in [statistics.decisionTimes, statistics.lateness] {
            append(UInt32(histogram.count))
            for entry in histogram {
                append(entry.bucket)
                append(entry.count)
            }
        }
    }
}

extension WireReader {
    /// Looks at an entry of a control frame and leaves it out.
    ///
    /// - Returns: whether processes may say such a thing to the hub, and the message entries that
    ///   it is to pass on.
    package mutating func skipControlEntry(
        _ bytes: RawSpan
    ) throws(WireError) -> (isOfProcess: Bool, relayed: Range<Int>?) {
        let number: UInt8 = try integer(bytes)
        guard let kind = ControlKind(rawValue: number) else { throw .unknownKind(number) }
        try skip(3)
        let length = Int(try integer(bytes) as UInt32)
        let start = offset
        try skip(length)
        switch kind {
        case .relay: return (length >= 4, min(start + 4, offset)..<offset)
        case .hello, .ready, .done, .records, .missing, .farewell, .failed, .working, .clockQuery:
            return (true, nil)
        case .welcome, .start, .open, .stop, .clockAnswer, .resume, .returned:
            return (false, nil)
        }
    }

    /// Reads one entry of a control frame.
    package mutating func controlEntry(_ bytes: RawSpan) throws(WireError) -> ControlEntry {
        let number: UInt8 = try integer(bytes)
        guard let kind = ControlKind(rawValue: number) else { throw .unknownKind(number) }
        guard try integer(bytes) == UInt8(0), try integer(bytes) == UInt16(0) else {
            throw .invalidValue
        }
        let length = Int(try integer(bytes) as UInt32)
        guard length <= remaining else { throw .truncated }
        let end = offset + length
        guard kind != .relay else {
            guard length >= 4 else { throw .truncated }
            let process: UInt32 = try integer(bytes)
            let entries = offset..<end
            try skip(entries.count)
            return .relay(to: process, entries)
        }
        let message = try body(kind, bytes)
        guard offset == end else { throw .invalidValue }
        return .message(message)
    }

    private mutating func body(
        _ kind: ControlKind, _ bytes: RawSpan
    ) throws(WireError) -> ControlMessage {
        switch kind {
        case .hello: return .hello(Hello(direct: try text(bytes), published: try text(bytes)))
        case .welcome: return .welcome(try peers(bytes))
        case .ready: return .ready
        case .start: return .start(origin: try integer(bytes))
        case .open: return .open(try opening(bytes))
        case .done: return .done(try report(of: bytes))
        case .records: return .records(first: try integer(bytes), try records(bytes))
        case .missing:
            let number: UInt8 = try integer(bytes)
            guard let kind = MessageKind(rawValue: number) else { throw .unknownKind(number) }
            let topic = Topic(kind: kind, publisher: try integer(bytes))
            return .missing(MissingPublications(topic: topic, from: try integer(bytes)))
        case .stop:
            guard let reason = StopReason(rawValue: try integer(bytes)) else {
                throw .invalidValue
            }
            return .stop(reason)
        case .farewell: return .farewell(try statistics(bytes))
        case .failed: return .failed(try text(bytes))
        case .working: return .working(progress: try integer(bytes))
        case .clockQuery: return .clockQuery(sent: try integer(bytes))
        case .clockAnswer:
            return .clockAnswer(
                ClockExchange(
                    sent: try integer(bytes), received: try integer(bytes),
                    answered: try integer(bytes)))
        case .resume:
            return .resume(
                Resumption(reports: try integer(bytes), records: try integer(bytes)))
        case .returned: return .returned(process: try integer(bytes))
        case .relay: throw .unknownKind(kind.rawValue)
        }
    }

    /// Reads how many items follow, each at least so many bytes long.
    mutating func itemCount(atLeast size: Int, _ bytes: RawSpan) throws(WireError) -> Int {
        let count = Int(try integer(bytes) as UInt32)
        guard count <= remaining / size else { throw .truncated }
        return count
    }

    private mutating func peers(_ bytes: RawSpan) throws(WireError) -> [PeerAddress] {
        var peers: [PeerAddress] = []
        for _ in 0..<(try itemCount(atLeast: 6, bytes)) {
            peers.append(
                PeerAddress(
                    process: try integer(bytes), direct: try text(bytes),
                    published: try text(bytes)))
        }
        return peers
    }

    private mutating func opening(_ bytes: RawSpan) throws(WireError) -> WindowOpening {
        var opening = WindowOpening(
            window: try integer(bytes), end: try instant(bytes), expected: [])
        let count = try itemCount(atLeast: 28, bytes)
        opening.expected.reserveCapacity(count)
        for _ in 0..<count {
            opening.expected.append(
                WindowOpening.Expectation(
                    sender: try integer(bytes), window: try integer(bytes),
                    direct: try integer(bytes), published: try integer(bytes)))
        }
        return opening
    }

    private mutating func report(of bytes: RawSpan) throws(WireError) -> WindowReport {
        var report = WindowReport(window: try integer(bytes), next: try instant(bytes), sent: [])
        let count = try itemCount(atLeast: 28, bytes)
        report.sent.reserveCapacity(count)
        for _ in 0..<count {
            report.sent.append(
                WindowReport.Dispatch(
                    receiver: try integer(bytes), direct: try integer(bytes),
                    published: try integer(bytes), earliest: try instant(bytes)))
        }
        return report
    }

    private mutating func statistics(_ bytes: RawSpan) throws(WireError) -> ProcessStatistics {
        var statistics = ProcessStatistics()
        for counter in ProcessStatistics.counters {
            statistics[keyPath: counter] = try integer(bytes)
        }
        statistics.decisionTimes = try histogram(bytes)
        statistics.lateness = try histogram(bytes)
        return statistics
    }

    private mutating func histogram(
        _ bytes: RawSpan
    ) throws(WireError) -> [ProcessStatistics.BucketCount] {
        var entries: [ProcessStatistics.BucketCount] = []
        for _ in 0..<(try itemCount(atLeast: 12, bytes)) {
            entries.append(.init(bucket: try integer(bytes), count: try integer(bytes)))
        }
        return entries
    }
}
