import EdgeModel
import Messaging
import SimulationKernel

/// When each version of weights was published and how it was used: those of the learner, or those
/// of each station that trains itself, which counts its own.
struct VersionBook: Sendable {
    /// How the weights of one version were used.
    private struct Use: Sendable {
        var published: VirtualInstant?
        var decisions: UInt64 = 0
        var instants = Int128.zero
    }

    /// Versions of one trainer beyond this are not followed one by one.
    private static let limit = 1_000_000

    /// By station where each has its own; else one for all.
    private var uses: [[Use]]

    init(trainers: Int) { uses = Array(repeating: [], count: trainers) }

    private func trainer(of station: NodeIndex?) -> Int {
        uses.count == 1 ? 0 : station.map { Int($0) } ?? -1
    }

    /// A station decided at an instant with a version.
    mutating func noteUse(of version: UInt64, by station: NodeIndex, at instant: VirtualInstant) {
        let trainer = trainer(of: station)
        guard let index = makeRoom(for: version, of: trainer) else { return }
        uses[trainer][index].decisions += 1
        uses[trainer][index].instants += Int128(instant.nanoseconds)
    }

    /// A version is there, of a station's own weights or of the learner's.
    mutating func notePublication(of record: TrainingRecord) {
        let trainer = trainer(of: record.station)
        // A learner that only averages publishes nothing that is decided with as it is.
        guard trainer >= 0, let index = makeRoom(for: record.version, of: trainer) else { return }
        if uses[trainer][index].published == nil { uses[trainer][index].published = record.time }
    }

    private mutating func makeRoom(for version: UInt64, of trainer: Int) -> Int? {
        guard version < Self.limit else { return nil }
        while uses[trainer].count <= Int(version) { uses[trainer].append(Use()) }
        return Int(version)
    }

    /// How old versions were when they decided, seconds, mean; nil without such decisions.
    var meanAge: Double? {
        var (decisions, age) = (UInt64(0), 0.0)
        for use in uses.joined() where use.decisions > 0 {
            guard let published = use.published else { continue }
            decisions += use.decisions
            age += Double(use.instants) - Double(published.nanoseconds) * Double(use.decisions)
        }
        return decisions == 0 ? nil : age / Double(decisions) / 1e9
    }
}
