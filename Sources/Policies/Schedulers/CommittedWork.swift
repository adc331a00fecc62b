package import EdgeModel
package import Messaging
package import SimulationKernel
import Synchronization

/// All work that has been placed on any server and is not done: in service, queued, in egress
/// ports and on the wire.
///
/// It is true because every station of the run notes its placements here, which needs all of them
/// in one process.
package final class CommittedWork: Sendable {
    fileprivate struct Part: Codable {
        var arrival: VirtualInstant
        var work: Gigacycles
    }

    fileprivate struct Server: Codable {
        let profile: CapacityProfile
        let absences: [Absence]
        /// The absence at hand, or the next one.
        var absence = 0
        /// When everything that has arrived is done.
        var freeAt: VirtualInstant
        /// What is still on its way, by its arrival.
        var upcoming: [Part] = []
    }

    private struct State {
        var episode = -1
        var start = VirtualInstant.zero
        var servers: [Server]
    }

    private let plan: EpisodePlan
    private let profiles: [CapacityProfile]
    /// By station index; empty when nobody ever leaves.
    private let absences: [[Absence]]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - profiles: by station index.
    ///   - absences: by station index; left out when nobody ever leaves.
    package init(profiles: [CapacityProfile], absences: [[Absence]] = [], plan: EpisodePlan) {
        self.plan = plan
        self.profiles = profiles
        self.absences = absences
        state = Mutex(State(servers: []))
    }

    /// Forgets the last episode's work; the first station to begin an episode does it for all.
    package func begin(episode: Int) {
        state.withLock { state in
            guard state.episode != episode else { return }
            state.episode = episode
            state.start = plan.start(of: episode)
            state.servers = profiles.enumerated().map { station, profile in
                Server(
                    profile: profile, absences: absences.isEmpty ? [] : absences[station],
                    freeAt: state.start)
            }
        }
    }

    /// What a server still has to do: how long that takes, in seconds, and how fast it is now.
    package func outlook(
        of server: NodeIndex, at now: VirtualInstant
    ) -> (wait: Double, capacity: Gigahertz) {
        state.withLock { state in
            let start = state.start
            return state.servers[Int(server)].outlook(at: now, start)
        }
    }

    /// From the start of the episode.
    package func sinceStart(_ now: VirtualInstant) -> VirtualDuration {
        now - state.withLock { $0.start }
    }

    /// Whether a server is away at an instant of the episode.
    package func isAway(_ server: NodeIndex, at instant: VirtualDuration) -> Bool {
        !absences.isEmpty && absences[Int(server)].contains { $0.span.contains(instant) }
    }

    /// Notes a part that will reach a server's queue at an instant.
    package func commit(_ work: Gigacycles, to server: NodeIndex, arrival: VirtualInstant) {
        state.withLock { state in
            let upcoming = state.servers[Int(server)].upcoming
            let place = upcoming.lastIndex { $0.arrival <= arrival }.map { $0 + 1 } ?? 0
            state.servers[Int(server)].upcoming.insert(
                Part(arrival: arrival, work: work), at: place)
        }
    }

    func remember(_ memory: inout Memory) throws {
        var (episode, start, servers) = state.withLock { ($0.episode, $0.start, $0.servers) }
        try memory.pass("episode", &episode)
        try memory.pass("start", &start)
        try memory.pass("servers", &servers)
        let remembered = State(episode: episode, start: start, servers: servers)
        if memory.isReading { state.withLock { $0 = remembered } }
    }
}

extension CommittedWork.Server {
    fileprivate mutating func outlook(
        at now: VirtualInstant, _ start: VirtualInstant
    ) -> (wait: Double, capacity: Gigahertz) {
        loseWhatIsRefused(until: now, start)
        take(until: now, start)
        let end = upcoming.reduce(max(freeAt, now)) { completion(of: $1, after: $0, start) }
        return ((end - now).seconds, profile.capacity(at: now - start))
    }

    private mutating func take(until now: VirtualInstant, _ start: VirtualInstant) {
        while let next = upcoming.first, next.arrival <= now {
            freeAt = completion(of: next, after: freeAt, start)
            upcoming.removeFirst()
        }
    }

    /// What a server held when it left, and what reached it afterwards, it will not do.
    private mutating func loseWhatIsRefused(until now: VirtualInstant, _ start: VirtualInstant) {
        while absence < absences.count, start + absences[absence].span.start <= now {
            let span = absences[absence].span
            let left = start + span.start
            let back = span.end == .unbounded ? VirtualInstant.distantFuture : start + span.end
            take(until: left, start)
            freeAt = min(freeAt, left)
            while let next = upcoming.first, next.arrival < back, next.arrival <= now {
                upcoming.removeFirst()
            }
            guard back <= now else { return }
            absence += 1
        }
    }

    private func completion(
        of part: CommittedWork.Part, after free: VirtualInstant,
        _ start: VirtualInstant
    ) -> VirtualInstant {
        let begin = max(free, part.arrival)
        return start + profile.completion(of: part.work, from: begin - start)
    }
}
