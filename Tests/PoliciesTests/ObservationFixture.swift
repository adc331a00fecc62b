import EdgeModel
import Messaging
import SimulationKernel

/// Observations for tests: a task of 4 Mbit and 8 Gcycles at a station with some neighbours.
enum ObservationFixture {
    static func task(deadline: VirtualDuration = .unbounded, result: Double = 0) -> EdgeTask {
        EdgeTask(
            id: TaskID(origin: 0, number: 0), episode: 0, trafficClass: 0, ordinal: 0,
            arrival: .zero, size: Megabits(4), result: Megabits(result), workload: Gigacycles(8),
            deadline: deadline)
    }

    /// The own server first; each neighbour is 10 ms away at 100 Mbit/s and was heard of `age` ago.
    static func observation(
        _ servers: [(server: NodeIndex, wait: Double, capacity: Double)],
        egressWait: Double = 0, age: Double = 0.5, result: Double = 0
    ) -> Observation {
        let candidates = servers.enumerated().map { slot, server in
            let isOwn = slot == 0
            return Observation.Candidate(
                server: server.server, wait: server.wait, delay: isOwn ? 0 : 0.01,
                transfer: isOwn ? 0 : 0.04, service: 8 / server.capacity,
                resultTransfer: isOwn ? 0 : result / 100, age: isOwn ? 0 : age,
                backlog: server.wait * server.capacity, capacity: server.capacity,
                egressWait: isOwn ? 0 : egressWait)
        }
        return Observation(
            task: task(result: result), egressWait: egressWait, candidates: candidates)
    }
}
