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
    fileprivate struct Server {
        let profile: CapacityProfile
        /// When everything that has arrived is done.
        var freeAt: VirtualInstant
        /// What is still on its way, by its arrival.
        var upcoming: [(arrival: VirtualInstant, work: Gigacycles)] = []
    }

    private struct State {
        var episode = -1
        var start = VirtualInstant.zero
        var servers: [Server]
    }

    private let plan: EpisodePlan
    private let profiles: [CapacityProfile]
    private let state: Mutex<State>

    /// - Parameter profiles: by station index.
    package init(profiles: [CapacityProfile], plan: EpisodePlan) {
        self.plan = plan
        self.profiles = profiles
        state = Mutex(State(servers: []))
    }

    /// Forgets the last episode's work; the first station to begin an episode does it for all.
    package func begin(episode: Int) {
        state.withLock { state in
            guard state.episode != episode else { return }
            state.episode = episode
            state.start = plan.start(of: episode)
            state.servers = profiles.map { Server(profile: $0, freeAt: state.start) }
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

    /// Notes a part that will reach a server's queue at an instant.
    package func commit(_ work: Gigacycles, to server: NodeIndex, arrival: VirtualInstant) {
        state.withLock { state in
            let upcoming = state.servers[Int(server)].upcoming
            let place = upcoming.lastIndex { $0.arrival <= arrival }.map { $0 + 1 } ?? 0
            state.servers[Int(server)].upcoming.insert((arrival, work), at: place)
        }
    }
}

extension CommittedWork.Server {
    fileprivate mutating func outlook(
        at now: VirtualInstant, _ start: VirtualInstant
    ) -> (wait: Double, capacity: Gigahertz) {
        while let next = upcoming.first, next.arrival <= now {
            freeAt = completion(of: next, after: freeAt, start)
            upcoming.removeFirst()
        }
        let end = upcoming.reduce(max(freeAt, now)) { completion(of: $1, after: $0, start) }
        return ((end - now).seconds, profile.capacity(at: now - start))
    }

    private func completion(
        of part: (arrival: VirtualInstant, work: Gigacycles), after free: VirtualInstant,
        _ start: VirtualInstant
    ) -> VirtualInstant {
        let begin = max(free, part.arrival)
        return start + profile.completion(of: part.work, from: begin - start)
    }
}
