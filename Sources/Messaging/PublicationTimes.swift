import SimulationKernel

/// When the latest versions of weights were published.
struct PublicationTimes: Sendable, Codable {
    /// Versions that are remembered; older ones count as of the oldest of them.
    private static let limit = 4096

    /// Of versions `first`, `first` + 1 and so on; version 0 is that of the start.
    private var instants: [VirtualInstant] = [.zero]
    private var first: UInt64 = 0

    mutating func note(_ now: VirtualInstant) {
        instants.append(now)
        guard instants.count > 2 * Self.limit else { return }
        first += UInt64(instants.count - Self.limit)
        instants.removeFirst(instants.count - Self.limit)
    }

    func instant(of version: UInt64) -> VirtualInstant {
        let place = Int(min(version - min(version, first), UInt64(instants.count - 1)))
        return instants[place]
    }
}
