import Dispatch
import Messaging
import SimulationKernel
import Synchronization

/// A network, a clock and a scheduler inside one process, all determined by a seed: live drivers
/// and a hub run over it as they do over ZeroMQ, and the same seed gives the same run.
///
/// Each of them has a thread, but only one runs at a time: who waits hands on to another that has
/// something to do, drawn by chance; when nobody has, time jumps to the next arrival or deadline.
/// Connections keep the order of their frames. They break, by chance and when a process dies: then
/// what is under way is lost, later they are made again, and a router knows the peer by a new id.
package final class SimulatedNetwork: Sendable {
    /// How often things go wrong.
    package struct Weather: Sendable {
        /// That a connection breaks with a frame, and for how long at most.
        package var breakage = 0.0
        package var longestBreak: Duration = .milliseconds(300)
        /// That one goes dead with a frame: nothing comes over it any more, and neither end is told.
        package var deafness = 0.0
        /// Between an order to send and the arrival, at most.
        package var longestWay: Duration = .milliseconds(2)

        package init() {}
    }

    /// Somebody who has a thread.
    struct Participant {
        let semaphore: DispatchSemaphore
        /// Nil while it runs or has ended.
        var wakesAt: Int64?
        var hasEnded = false
        /// Its sockets, by number, and those that it waits for.
        var sockets: Set<Int> = []
        var watched: [Int] = []
    }

    let state: Mutex<State>

    /// - Parameter participants: processes and the hub, with indices from 0.
    package init(seed: UInt64, participants: Int, weather: Weather = Weather()) {
        state = Mutex(
            State(
                chance: RandomStream(seed: seed, entity: "network", purpose: "simulation"),
                weather: weather, expected: participants,
                participants: (0..<participants).map { _ in
                    Participant(semaphore: DispatchSemaphore(value: 0))
                }))
    }

    /// Nanoseconds since an arbitrary instant.
    package var now: Int64 { state.withLock { $0.now } }

    /// Begins to take part; returns when it is this participant's turn.
    package func join(_ participant: Int) {
        let (isComplete, semaphore) = state.withLock { state in
            state.expected -= 1
            state.participants[participant].wakesAt = state.now
            return (state.expected == 0, state.participants[participant].semaphore)
        }
        if isComplete { handOn() }
        semaphore.wait()
    }

    /// Takes no more part; what it had open is gone.
    package func leave(_ participant: Int) {
        die(participant)
        state.withLock { state in
            state.participants[participant].hasEnded = true
            state.participants[participant].wakesAt = nil
        }
        handOn()
    }

    /// Closes everything that a participant had open, as the death of its process does.
    package func die(_ participant: Int) {
        state.withLock { state in
            for socket in state.participants[participant].sockets.sorted() { state.close(socket) }
            state.participants[participant].sockets = []
        }
    }

    /// Lets others run for some time, or until a frame arrives at one of the sockets.
    package func wait(_ participant: Int, nanoseconds: Int64, for sockets: [Int] = []) {
        let (isNext, semaphore) = state.withLock { state in
            state.participants[participant].watched = sockets
            state.participants[participant].wakesAt = state.now + max(0, nanoseconds)
            let next = state.next()
            state.participants[next ?? participant].wakesAt = nil
            if let next, next != participant { state.participants[next].semaphore.signal() }
            return (next == participant || next == nil, state.participants[participant].semaphore)
        }
        if !isNext { semaphore.wait() }
    }

    private func handOn() {
        state.withLock { state in
            guard let next = state.next() else { return }
            state.participants[next].wakesAt = nil
            state.participants[next].semaphore.signal()
        }
    }
}

extension SimulatedNetwork {
    struct State: Sendable {
        var chance: RandomStream
        let weather: Weather
        /// Participants that have yet to join.
        var expected: Int
        var participants: [Participant]
        var now: Int64 = 1_000_000_000
        var sockets: [Int: Socket] = [:]
        var nextNumber = 1
        /// Connections that have gone dead.
        var deaf: Set<Int> = []
        /// By endpoint.
        var bound: [String: Int] = [:]

        /// One who waits and has something to do, at the time when somebody has; nil if nobody
        /// waits for anything.
        mutating func next() -> Int? {
            while true {
                let ready = participants.indices.filter { isReady($0) }
                if !ready.isEmpty { return ready[chance.integer(below: ready.count)] }
                var earliest = Int64.max
                for index in participants.indices {
                    guard let wakesAt = participants[index].wakesAt else { continue }
                    earliest = min(earliest, wakesAt, nextArrival(for: index))
                }
                earliest = min(earliest, nextConnection)
                guard earliest < .max else { return nil }
                now = max(now, earliest)
                makeConnections()
            }
        }

        private func isReady(_ index: Int) -> Bool {
            guard let wakesAt = participants[index].wakesAt else { return false }
            return wakesAt <= now || nextArrival(for: index) <= now
        }

        private func nextArrival(for index: Int) -> Int64 {
            participants[index].watched.reduce(.max) { min($0, sockets[$1]?.nextArrival ?? .max) }
        }
    }
}
