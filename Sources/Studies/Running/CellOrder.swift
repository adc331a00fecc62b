import FoundationEssentials
import Recording

/// Everything that decides what comes of one cell: a cell is done when a result with the same
/// order is there.
package struct CellOrder: Hashable, Sendable, Codable {
    /// The topology file.
    package var topology: String
    /// SHA-256 of its bytes.
    package var topologyDigest: String
    /// `KEY=VALUE` for training, if the policy is trained first; else nil.
    package var training: [String]?
    /// `KEY=VALUE` for the run that is judged.
    package var settings: [String]
    /// `KEY=VALUE` for the slots whose optimum is known, and the most tasks of one; nil without.
    package var smallSlots: [String]?
    package var smallSlotTasks: Int?
    /// Whether stations are processes of their own.
    package var isLive: Bool
    package var seed: UInt64

    enum CodingKeys: String, CodingKey {
        case topology, training, settings, seed
        case topologyDigest = "topology_digest"
        case smallSlots = "small_slots"
        case smallSlotTasks = "small_slot_tasks"
        case isLive = "live"
    }

    /// Names the files of the cell: 16 hexadecimal digits.
    package var id: String {
        var parts = [
            topology, topologyDigest, (training ?? []).joined(separator: "\n"),
            settings.joined(separator: "\n"), "\(training != nil) \(isLive) \(seed)",
        ]
        if let smallSlots {
            parts.append(smallSlots.joined(separator: "\n") + " \(smallSlotTasks ?? 0)")
        }
        let digest = ContentDigest(of: parts.joined(separator: "\u{0}").utf8)
        return String(digest.description.prefix(16))
    }
}

/// One point of the grid with one seed.
package struct StudyCell: Hashable, Sendable, Codable {
    package var id: String
    /// For each axis, the place of the cell's value.
    package var place: [Int]
    package var seed: UInt64
    package var order: CellOrder
    /// The work that its topology offers, of what all servers can do; nil in studies of earlier
    /// versions.
    package var load: Double?
}
