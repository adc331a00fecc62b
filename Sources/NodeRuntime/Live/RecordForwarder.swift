package import Messaging

/// The record sink of a process of a live run: keeps records in wire form until they go to the hub.
package final class RecordForwarder: RecordSink {
    private let waiting = WireBuffer()
    private var count: UInt32 = 0
    /// Records that have gone to the hub, of this process and of its earlier lives.
    var forwarded: UInt64 = 0

    package init() {}

    package func keep(_ record: Record) {
        waiting.append(record)
        count += 1
    }

    var isEmpty: Bool { count == 0 }
    /// Bytes that wait.
    var size: Int { waiting.count }

    /// Moves everything that waits into a control frame.
    func move(to frame: WireBuffer) {
        frame.append(encodedRecords: waiting, first: forwarded, count: count)
        forwarded += UInt64(count)
        waiting.removeAll()
        count = 0
    }
}
