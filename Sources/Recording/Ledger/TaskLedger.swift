import EdgeModel
package import Messaging

/// The ledger's digest, taken episode by episode.
///
/// Rows come in any order. Those of an episode are put in order and digested when every station
/// has closed it, and forgotten then, so that memory holds the lines of the episodes still open
/// (about 100 bytes a task) and no more.
package struct TaskLedger {
    private struct Chapter {
        let episode: UInt32
        var origins: [OriginLines]
        var open: Int
    }

    private let stations: Int
    /// By episode, ascending; those before the first are digested.
    private var chapters: [Chapter] = []
    private var hash = RunningDigest()
    private var line = LedgerLine()
    /// The episode that the next line of the digest may belong to.
    private var next: UInt32 = 0
    /// Rows taken in so far.
    package private(set) var rows: UInt64 = 0

    package init(stations: Int) { self.stations = stations }

    /// Takes in a row.
    ///
    /// - Precondition: not every station has closed its episode yet.
    package mutating func add(_ row: TaskRecord) {
        rows += 1
        let chapter = position(of: row.episode)
        let origin = Int(row.id.origin)
        line.write(row) { bytes in
            chapters[chapter].origins[origin].append(bytes, number: row.id.number)
        }
    }

    /// A station will give no more rows of this episode.
    package mutating func close(_ episode: UInt32) {
        chapters[position(of: episode)].open -= 1
        while let first = chapters.first, first.open == 0, first.episode == next {
            digest(chapters.removeFirst())
            next += 1
        }
    }

    /// The digest of all rows; those of episodes that are still open are digested as they are.
    package mutating func finish() -> ContentDigest {
        for chapter in chapters { digest(chapter) }
        chapters = []
        return hash.finished()
    }

    private mutating func position(of episode: UInt32) -> Int {
        precondition(episode >= next, "a row of episode \(episode), which is closed")
        if let last = chapters.last, last.episode == episode { return chapters.count - 1 }
        if let found = chapters.firstIndex(where: { $0.episode >= episode }) {
            if chapters[found].episode == episode { return found }
            chapters.insert(chapter(episode), at: found)
            return found
        }
        chapters.append(chapter(episode))
        return chapters.count - 1
    }

    private func chapter(_ episode: UInt32) -> Chapter {
        Chapter(
            episode: episode, origins: Array(repeating: OriginLines(), count: stations),
            open: stations)
    }

    private mutating func digest(_ chapter: consuming Chapter) {
        for lines in chapter.origins { lines.feed(&hash) }
    }
}
