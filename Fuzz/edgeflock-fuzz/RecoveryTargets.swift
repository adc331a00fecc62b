import Messaging
import NodeRuntime
import SimulationKernel

/// What a process that was killed has left.
extension FuzzTarget {
    /// The first byte says what the rest is: a whole file, entries, or entries that are to get the
    /// lengths and checksums that would let them in.
    static let recoveryLog = FuzzTarget(name: "recovery-log") { input in
        guard let form = input.first else { return }
        let rest = input.dropFirst()
        guard form % 3 > 0 else {
            // The header of a file is followed by zeros that nobody looks at.
            let file = file(header: rest.prefix(16), settled: rest.dropFirst(16))
            _ = try? RecoveryLog.read(file.span.bytes) { _, _ in }
            return
        }
        let bytes = form % 3 == 1 ? Array(rest) : framed(rest)
        let again = WireBuffer()
        let end = try? RecoveryLog.entries(of: bytes.span.bytes, from: 0) {
            kind, entry throws(LiveError) in append(kind, entry, to: again)
        }
        require(Array(bytes.prefix(end ?? 0)) == Self.bytes(again), "an entry has one encoding")
    } seeds: {
        let entry: [UInt8] = [5, 6, 7]
        let log = WireBuffer()
        for kind in [RecoveryLog.Kind.control, .direct, .publication, .start] {
            append(kind, entry.span.bytes, to: log)
        }
        let header = WireBuffer()
        header.append(RecoveryLog.magic)
        header.append(UInt64(log.count))
        return [
            [0] + bytes(header) + bytes(log), [1] + bytes(log), [2, 3, 2, 1, 4, 1, 0],
        ]
    }

    private static func file(header: ArraySlice<UInt8>, settled: ArraySlice<UInt8>) -> [UInt8] {
        let young = [UInt8](repeating: 0, count: RecoveryLog.mappedSize - header.count)
        return header + young + settled
    }

    private static func append(_ kind: RecoveryLog.Kind, _ bytes: RawSpan, to log: WireBuffer) {
        let place = log.count
        log.append(UInt32(bytes.byteCount))
        log.append(RecoveryLog.checksum(of: bytes, kind, at: place))
        log.append(kind.rawValue)
        log.append(bytes)
    }

    /// Entries that take a kind and a length of a byte each, and so many bytes of the input.
    private static func framed(_ input: ArraySlice<UInt8>) -> [UInt8] {
        var rest = input
        let log = WireBuffer()
        while let number = rest.popFirst(), let kind = RecoveryLog.Kind(rawValue: number),
            let count = rest.popFirst()
        {
            append(kind, Array(rest.prefix(Int(count))).span.bytes, to: log)
            rest = rest.dropFirst(Int(count))
        }
        return bytes(log)
    }

    /// The state of a process, without the checksum of its file.
    static let processMemory = FuzzTarget(name: "process-memory") { input in
        guard let memory = try? Memory.value(ProcessMemory.self, from: input[...]) else { return }
        guard let bytes = try? Memory.bytes(of: memory) else { return }
        let again = try? Memory.value(ProcessMemory.self, from: bytes[...])
        require(again != nil, "a state is read as it was written")
    } seeds: {
        [(try? Memory.bytes(of: ExampleMemory())) ?? []]
    }

    /// The fields of a `ProcessMemory`, which only a driver can make.
    private struct ExampleMemory: Encodable {
        var window: UInt64 = 3
        var windowEnd = VirtualInstant.zero
        var nodes: [UInt8] = []
        var nextSnapshot = VirtualInstant.distantFuture
        var departed: [UInt8] = []
        var records: UInt64 = 4
        var statistics = ProcessStatistics()
        var links = [Link(), Link()]
        var publications = [Publications()]
        var subscriptions = Subscriptions()
        var dispatches = Dispatches()
        var control: [[UInt8]] = [[1, 2]]

        struct Link: Encodable {
            var peer = 1
            var received: UInt64 = 2
            var acknowledged: UInt64 = 3
            var frames: [[UInt8]] = [[4, 5], []]
        }
        struct Publications: Encodable {
            var number: UInt64 = 1
            var kept: [[UInt8]] = [[2]]
        }
        struct Subscriptions: Encodable {
            var numbers: [UInt64] = [1, 2]
            var early: [[UInt64]] = [[], [3]]
        }
        struct Dispatches: Encodable {
            var direct: [UInt64] = [1]
            var published: [UInt64] = [2]
        }
    }
}
