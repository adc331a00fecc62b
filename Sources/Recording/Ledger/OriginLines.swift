/// The ledger lines of one origin in one episode, in the order in which they came.
struct OriginLines: Sendable {
    private struct Entry {
        var number: UInt32
        var length: UInt32
        var start: Int
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var ascending = true

    mutating func append(_ line: UnsafeBufferPointer<UInt8>, number: UInt32) {
        if let last = entries.last, last.number >= number { ascending = false }
        entries.append(Entry(number: number, length: UInt32(line.count), start: bytes.count))
        bytes.append(contentsOf: line)
    }

    /// Digests the lines in order of their numbers.
    func feed(_ hash: inout RunningDigest) {
        guard !ascending else { return hash.update(bytes) }
        bytes.withUnsafeBytes { all in
            for entry in entries.sorted(by: { $0.number < $1.number }) {
                let end = entry.start + Int(entry.length)
                hash.update(UnsafeRawBufferPointer(rebasing: all[entry.start..<end]))
            }
        }
    }
}
