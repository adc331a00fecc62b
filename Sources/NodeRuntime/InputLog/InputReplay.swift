package import Messaging
package import SimulationKernel

/// Runs one node again from an input log and holds what it gives out against the log.
package final class InputReplay: RecordSink {
    /// What came of it.
    package struct Result: Hashable, Sendable {
        package var inputs = 0
        package var outputs = 0
        package var records = 0
        /// Whether the log was written to the end of its run.
        package var isComplete = false
        /// What was given out differently for the first time; nil when all of it was the same.
        package var difference: String?
    }

    /// Something that a node gives out: a message or a record.
    private enum Given: Hashable {
        case output(InputLogEntry.Output)
        case record(InputLogEntry.Fingerprint)

        var description: String {
            switch self {
            case .output(let output):
                "\(output.kind) to node \(output.to) for \(output.key.time), number "
                    + "\(output.key.sequence), \(output.fingerprint.length) bytes"
            case .record(let fingerprint): "a record of \(fingerprint.length) bytes"
            }
        }
    }

    private let node: NodeIndex
    private var result = Result()
    /// What the log says and what came now, as far as the other side has not come yet.
    private var recorded = Queue<Given>()
    private var given = Queue<Given>()
    private var prints = Fingerprinter()

    private init(node: NodeIndex) { self.node = node }

    /// - Parameters:
    ///   - end: the last instant of the run.
    ///   - populate: adds the node, and no other, to a group.
    /// - Throws: `InputLogError` when the log cannot be understood.
    package static func run(
        _ log: InputLogReader, node: NodeIndex, end: VirtualInstant,
        _ populate: (inout NodeGroup) -> Void
    ) throws(InputLogError) -> Result {
        let replay = InputReplay(node: node)
        var group = NodeGroup(sink: replay)
        group.tape = replay
        populate(&group)
        group.start()
        var reached = VirtualInstant(nanoseconds: .min)
        while let entry = try log.next() {
            switch entry {
            case .input(let message, let key, let to) where to == node:
                if key.time > reached { group.run(before: key.time) }
                reached = max(reached, key.time)
                group.receive(message, key: key, to: node)
                replay.result.inputs += 1
            case .output(let output) where output.key.sender == node:
                replay.recorded.append(.output(output))
            case .record(let by, let fingerprint) where by == node:
                replay.recorded.append(.record(fingerprint))
            case .end:
                replay.result.isComplete = true
            case .input, .output, .record:
                break
            }
            group.takeOutgoing { _ in }
            replay.compare()
            if replay.result.difference != nil { return replay.result }
        }
        group.run(before: end + VirtualDuration(nanoseconds: 1))
        replay.compare()
        replay.compareRest()
        return replay.result
    }

    package func keep(_ record: Record) {}

    /// Takes pairs of what should be the same from both sides.
    private func compare() {
        while result.difference == nil, let theirs = recorded.first, let mine = given.first {
            recorded.removeFirst()
            given.removeFirst()
            switch theirs {
            case .output: result.outputs += 1
            case .record: result.records += 1
            }
            guard theirs != mine else { continue }
            result.difference =
                "recorded: \(theirs.description); now: \(mine.description); after "
                + "\(result.outputs) messages and \(result.records) records"
        }
    }

    /// What a log that ends early does not hold cannot be compared.
    private func compareRest() {
        guard result.difference == nil else { return }
        if let theirs = recorded.first {
            result.difference = "recorded: \(theirs.description); now: nothing more"
        } else if let mine = given.first, result.isComplete {
            result.difference = "recorded: nothing more; now: \(mine.description)"
        }
    }
}

extension InputReplay: InputTape {
    package func note(_ message: Message, key: EventKey, to: NodeIndex) {}

    package func note(_ message: Message, sentAs key: EventKey, to: NodeIndex) {
        given.append(
            .output(
                InputLogEntry.Output(
                    kind: message.kind, key: key, to: to,
                    fingerprint: prints.fingerprint(of: message))))
    }

    package func note(_ record: Record, by node: NodeIndex) {
        given.append(.record(prints.fingerprint(of: record)))
    }
}

/// First in, first out; room in front is given back when half of the storage is unused.
private struct Queue<Element> {
    private var storage: [Element] = []
    private var start = 0

    var first: Element? { start < storage.count ? storage[start] : nil }

    mutating func append(_ element: Element) { storage.append(element) }

    mutating func removeFirst() {
        start += 1
        guard start * 2 > storage.count, start > 64 else { return }
        storage.removeFirst(start)
        start = 0
    }
}
