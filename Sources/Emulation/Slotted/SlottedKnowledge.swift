import EdgeModel
import Messaging
import SimulationKernel
import Topologies

/// What a scheduler of slotted timing knows of the waits for servers.
///
/// In slotted timing the wait for a server is the sum of that for the egress and that for the
/// backlog, so a candidate's wait holds both, and its service the time to send the task as well:
/// the estimate of docs/MODEL.md, section 4, is then the published w_i + c_i x_i.
enum SlottedKnowledge {
    /// Everything, also what others have placed in this slot.
    case truth
    /// The backlogs when the slot began, what the station itself has placed since, its own server
    /// and its own egress: as far as reports go in event timing. Without the own placements where
    /// `own_work` is off.
    case reported(ownWork: Bool)
    /// The backlogs when the slot began, and nothing else: what the published agents are told.
    case published

    init(_ scheduler: SchedulerSettings) {
        if scheduler.policy.isOracle {
            self = .truth
        } else if scheduler.observation == .published {
            self = .published
        } else {
            self = .reported(ownWork: scheduler.ownWork)
        }
    }

    /// - Parameters:
    ///   - own: what the station has placed on each server in this slot, Gcycles.
    ///   - candidates: the most servers, the own one included.
    func observation(
        of task: EdgeTask, in world: SlottedWorld, own: [Double], candidates: Int
    ) -> Observation {
        let station = Int(task.id.origin)
        let all = world.queues.indices.map {
            candidate($0, for: task, from: station, in: world, own: own)
        }
        var others = all.indices.filter { $0 != station }
        let estimates = all.map(\.estimatedCompletion)
        others.sort { (estimates[$0], $0) < (estimates[$1], $1) }
        let egress: Double =
            switch self {
            case .truth, .reported: world.egress[station]
            case .published: 0
            }
        var observation = Observation(
            task: task, egressWait: task.result.value > 0 ? 0 : egress,
            candidates: [all[station]] + others.prefix(candidates - 1).map { all[$0] })
        observation.time = task.arrival
        return observation
    }

    private func candidate(
        _ server: Int, for task: EdgeTask, from station: Int, in world: SlottedWorld,
        own: [Double]
    ) -> Observation.Candidate {
        let capacity = world.configuration.capacities[server]
        let isOwn = server == station
        let backlog: Double =
            switch self {
            case .truth: world.queues[server] + world.placed[server]
            case .reported(let ownWork):
                world.queues[server]
                    + (isOwn ? world.placed[server] : ownWork ? own[server] : 0)
            case .published: world.queues[server]
            }
        let rate = world.configuration.rates[server]
        let result = task.result.value
        var wait = backlog / capacity
        if case .published = self {} else if !isOwn, result == 0 { wait += world.egress[station] }
        let service =
            (isOwn ? 0 : task.size.value / rate) + task.workload.value / capacity + result / rate
        return Observation.Candidate(
            server: NodeIndex(server), wait: wait, delay: 0, transfer: 0, service: service,
            resultTransfer: 0, age: 0, backlog: backlog, capacity: capacity)
    }
}
