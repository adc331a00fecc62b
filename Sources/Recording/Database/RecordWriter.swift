import Dispatch
import Messaging
import Synchronization

/// Digests and stores records in a thread of its own, a batch at a time.
///
/// The queue holds at most `depth` batches; whoever gives more waits, so a slow disk slows the run
/// and never fills the memory.
final class RecordWriter: Sendable {
    /// Records in a batch, which is one transaction.
    static let batch = 4096
    /// Batches that may wait.
    static let depth = 8

    private struct Books {
        var ledger: TaskLedger
        var database: RunDatabase?
    }

    /// Locked by the writing thread only, so nobody ever waits for it.
    private let books: Mutex<Books>
    private let trouble = Mutex<String?>(nil)
    private let thread = DispatchQueue(label: "recorder", qos: .utility)
    private let room = DispatchSemaphore(value: RecordWriter.depth)

    init(stations: Int, database: RunDatabase?) {
        books = Mutex(Books(ledger: TaskLedger(stations: stations), database: database))
    }

    /// Why records can no longer be stored; nil as long as they can.
    var failure: String? { trouble.withLock { $0 } }

    /// Takes a batch; waits while too many are queued.
    func add(_ records: [Record]) {
        room.wait()
        thread.async { [self] in
            books.withLock { store(records, in: &$0) }
            room.signal()
        }
    }

    /// Waits for everything that was added.
    ///
    /// - Returns: the digest of the ledger.
    func finish() -> ContentDigest {
        thread.sync {
            books.withLock { books in
                if failure == nil { attempt { try books.database?.finish() } }
                books.database = nil
                return books.ledger.finish()
            }
        }
    }

    private func store(_ records: [Record], in books: inout Books) {
        for record in records {
            switch record {
            case .task(let row): books.ledger.add(row)
            case .station(let station): books.ledger.close(station.episode)
            case .state, .abandoned, .training, .checkpoint: break
            }
        }
        if failure == nil { attempt { try books.database?.write(records) } }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            trouble.withLock { $0 = "run.sqlite: \(error)" }
        }
    }
}
