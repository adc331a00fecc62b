import EdgeModel
import GRDB
import Messaging
import SimulationKernel

/// The first task that two ledgers tell differently.
package struct LedgerDifference: Hashable, Sendable, CustomStringConvertible {
    package var episode: UInt32
    package var station: String
    package var number: UInt32
    /// One line for each field that differs, `A | B`.
    package var fields: [String]

    package var description: String {
        "first difference: episode \(episode), \(station), task \(number)\n"
            + fields.map { "  \($0)\n" }.joined()
    }

    /// Compares rows that should be of the same task.
    ///
    /// - Returns: nil when they are equal.
    static func between(_ a: TaskRecord?, _ b: TaskRecord?, stations: [String]) -> Self? {
        guard a != b, let earlier = earlier(a, b) else { return nil }
        let origin = Int(earlier.id.origin)
        var difference = Self(
            episode: earlier.episode, station: name(origin, stations), number: earlier.id.number,
            fields: [])
        guard let a, let b, a.id == b.id, a.episode == b.episode else {
            difference.fields = [
                earlier == a ? "only the first run has it" : "only the second has it"
            ]
            return difference
        }
        let left = fields(of: a, stations)
        let right = fields(of: b, stations)
        for index in 0..<max(left.count, right.count) {
            let name = index < left.count ? left[index].0 : right[index].0
            let mine = index < left.count ? left[index].1 : "-"
            let theirs = index < right.count ? right[index].1 : "-"
            if mine != theirs { difference.fields.append("\(name): \(mine) | \(theirs)") }
        }
        return difference
    }

    /// The one that comes first in the ledger's order.
    private static func earlier(_ a: TaskRecord?, _ b: TaskRecord?) -> TaskRecord? {
        guard let a, let b else { return a ?? b }
        return (a.episode, a.id) <= (b.episode, b.id) ? a : b
    }

    private static func fields(of row: TaskRecord, _ stations: [String]) -> [(String, String)] {
        var fields = [
            ("arrival", time(row.arrival)), ("status", row.status.name),
            ("completion", time(row.completion)), ("deadline", time(row.deadline)),
            ("class", "\(row.trafficClass)"), ("workload", "\(row.workload)"),
            ("policy version", "\(row.policyVersion)"), ("loss", row.loss?.name ?? "-"),
        ]
        let parts = [row.first].compactMap(\.self) + row.others
        for (index, part) in parts.enumerated() {
            fields += [
                ("part \(index) server", name(Int(part.server), stations)),
                ("part \(index) fraction", "\(part.fraction)"),
                ("part \(index) queued", time(part.queued)),
                ("part \(index) start", time(part.start)),
                ("part \(index) finish", time(part.finish)),
            ]
        }
        return fields
    }

    private static func name(_ index: Int, _ stations: [String]) -> String {
        index < stations.count ? stations[index] : "station \(index)"
    }

    private static func time(_ duration: VirtualDuration) -> String {
        duration == .unbounded ? "-" : "\(duration.nanoseconds) ns"
    }

    /// Looks through the rows of two runs, in the order of the digest.
    ///
    /// - Returns: nil when all rows are equal.
    /// - Throws: when a database cannot be read.
    static func first(
        between a: String, _ b: String, stations: [String]
    ) throws -> LedgerDifference? {
        var configuration = Configuration()
        configuration.readonly = true
        let left = try DatabaseQueue(path: a + "/run.sqlite", configuration: configuration)
        let right = try DatabaseQueue(path: b + "/run.sqlite", configuration: configuration)
        return try left.read { mine in
            try right.read { theirs in
                let a = try LedgerReader(mine)
                let b = try LedgerReader(theirs)
                while true {
                    let rows = (try a.next(), try b.next())
                    if let found = between(rows.0, rows.1, stations: stations) { return found }
                    if rows.0 == nil { return nil }
                }
            }
        }
    }
}
