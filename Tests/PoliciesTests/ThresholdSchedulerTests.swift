import EdgeModel
import Messaging
import Policies
import SimulationKernel
import Testing

@Suite struct `The example scheduler` {
    /// An observation of a task of 1 s at every server, with the given waits; each neighbour's
    /// link takes 10 ms.
    static func observation(waits: [Double]) -> Observation {
        let task = EdgeTask(
            id: TaskID(origin: 0, number: 0), episode: 0, trafficClass: 0, ordinal: 0,
            arrival: .zero, size: Megabits(0), result: Megabits(0), workload: Gigacycles(10),
            deadline: .unbounded)
        let candidates = waits.enumerated().map { slot, wait in
            Observation.Candidate(
                server: NodeIndex(slot), wait: wait, delay: slot == 0 ? 0 : 0.01, transfer: 0,
                service: 1, resultTransfer: 0, age: 0, backlog: wait * 10, capacity: 10)
        }
        return Observation(task: task, egressWait: 0, candidates: candidates)
    }

    @Test(arguments: [
        (waits: [0.0], slot: 0),
        (waits: [1.0, 0.9, 0.7], slot: 0),
        (waits: [1.0, 0.9, 0.5], slot: 2),
        (waits: [9.0, 0.5, 0.1], slot: 2),
    ])
    func `leaves home only for a gain above its threshold`(waits: [Double], slot: Int) {
        var scheduler = ThresholdScheduler(leastGain: 0.2)
        let action = scheduler.decide(Self.observation(waits: waits))
        #expect(action.placement == .whole(slot))
        #expect(action.policyVersion == 0 && action.experience == nil)
    }

    @Test func `is earliest completion when every gain is enough`() {
        var scheduler = ThresholdScheduler(leastGain: 0)
        var greedy = EarliestCompletionScheduler()
        for observation in [[1.0, 0.995], [1, 0.98], [0, 0]].map(Self.observation(waits:)) {
            let (mine, its) = (scheduler.decide(observation), greedy.decide(observation))
            #expect(mine == its)
        }
    }
}
