import EdgeModel
import Messaging
package import NodeRuntime
import Policies
package import Recording
package import SimulationKernel
import Stations
import Topologies

/// A run in slotted timing: the published equations instead of messages, ports and queues.
///
/// A scheduler chooses servers from what it knows (`SlottedKnowledge`); how the task is divided
/// among them follows from the true state, as published. The books of stations are what the
/// equations give, so the checks of a run say less here than in event timing.
package struct SlottedRun {
    private let network: EmulatedNetwork
    private let sink: any RecordSink
    private let slot: VirtualDuration
    private let rule: SlottedWorld.Rule
    private let knowledge: SlottedKnowledge
    /// What a learned choice stands for; nil for other schedulers.
    private let space: ActionSpace?
    private var makers: [any DecisionMaker]
    private var learning: SlottedLearning?
    private var world: SlottedWorld
    private var books: [StationRecord] = []
    /// `[station][server]`: what a station has placed in this slot, Gcycles.
    private var own: [[Double]]
    private var decisions: UInt64 = 0

    private var topology: Topology { network.topology }

    package init(_ network: EmulatedNetwork, sink: any RecordSink) {
        let topology = network.topology
        self.network = network
        self.sink = sink
        slot = topology.slot ?? .seconds(1)
        rule =
            switch topology.scheduler.split {
            case .waterfill: .waterfill
            case .cwa: .cwa
            case .hecwa: .hecwa
            }
        knowledge = SlottedKnowledge(topology.scheduler)
        let isLearned = topology.scheduler.policy.isLearned
        space = isLearned ? network.learnedPolicy.space : nil
        makers = topology.stations.indices.map(network.slottedDecisionMaker)
        learning = topology.training.mode == .central ? SlottedLearning(network) : nil
        world = SlottedWorld(network.slottedConfiguration)
        let nothing = Array(repeating: 0.0, count: topology.stations.count)
        own = Array(repeating: nothing, count: topology.stations.count)
    }

    /// Runs to the end, or until `shouldStop` (asked before every slot) says so.
    package mutating func run(shouldStop: (_ now: VirtualInstant) -> Bool) -> RunFacts {
        let began = MonotonicClock.now
        var facts = RunFacts()
        let plan = topology.plan
        let slots = (plan.horizon.nanoseconds + slot.nanoseconds - 1) / slot.nanoseconds
        let sink = sink
        run: for episode in 0..<plan.episodes {
            var traffic = SlottedTraffic(topology, episode: episode)
            begin(episode)
            for number in 0..<slots {
                let now = plan.start(of: episode) + slot * number
                if shouldStop(now) {
                    facts.outcome = .interrupted
                    break run
                }
                for task in traffic.nextSlot() { decide(task) }
                endSlot(at: now + slot)
                facts.virtualSeconds = Double((now + slot).nanoseconds) * 1e-9
            }
            let end = plan.end(of: episode)
            learning?.endEpisode(at: end, sink)
            for record in books { sink.keep(.station(record)) }
        }
        facts.wallSeconds = Double(MonotonicClock.now - began) * 1e-9
        facts.events = decisions
        return facts
    }

    private mutating func begin(_ episode: Int) {
        world = SlottedWorld(network.slottedConfiguration)
        for station in makers.indices { makers[station].begin(episode: episode) }
        books = makers.indices.map { station in
            var record = StationRecord(
                station: NodeIndex(station), episode: UInt32(episode))
            record.offeredCapacity =
                world.configuration.capacities[station] * topology.plan.horizon.seconds
            return record
        }
    }

    private mutating func endSlot(at now: VirtualInstant) {
        world.endSlot()
        for station in own.indices {
            for server in own[station].indices { own[station][server] = 0 }
        }
        let sink = sink
        guard let weights = learning?.learn(at: now, sink) else { return }
        for station in makers.indices {
            makers[station].adopt(weights)
            books[station].adoptions += 1
            books[station].policyVersion = weights.version
        }
    }

    private mutating func decide(_ task: EdgeTask) {
        let station = Int(task.id.origin)
        let observation = knowledge.observation(
            of: task, in: world, own: own[station], candidates: topology.scheduler.candidates)
        let action = makers[station].decide(observation)
        decisions += 1
        let servers = slots(of: action, observation).map {
            Int(observation.candidates[$0].server)
        }
        let placed = task.result.value > 0 ? carry(task, to: servers) : divide(task, among: servers)
        let delay = VirtualDuration.seconds(placed.delay)
        learning?.note(action, for: task, delay: delay)
        keep(task, placed, delay, version: action.policyVersion)
    }

    /// The slots that a decision asks for, also those that the exact split would give nothing: the
    /// published one counts them.
    private func slots(of action: Action, _ observation: Observation) -> [Int] {
        if let space, let choice = action.experience?.choice {
            return space.slots(of: choice).filter { $0 < observation.candidates.count }
        }
        switch action.placement {
        case .whole(let slot): return [slot]
        case .split: return Array(observation.candidates.indices)
        }
    }

    private struct Placed {
        var delay: Double
        /// Fraction, wait and finish, in seconds from the slot's start.
        var parts: [(server: Int, fraction: Double, wait: Double, finish: Double)] = []
    }

    private mutating func divide(_ task: EdgeTask, among servers: [Int]) -> Placed {
        let station = Int(task.id.origin)
        let demand = SlottedTask(size: task.size.value, workload: task.workload.value)
        let lines = servers.map {
            (
                server: $0, wait: world.wait(for: $0, from: station),
                cost: world.cost(of: demand, on: $0, from: station)
            )
        }
        let split = world.place(demand, of: station, on: servers, by: rule)
        var placed = Placed(delay: split.makespan)
        for line in lines where split.fractions[line.server] > 0 {
            let fraction = split.fractions[line.server]
            placed.parts.append(
                (line.server, fraction, line.wait, line.wait + line.cost * fraction))
        }
        return placed
    }

    /// Tasks with results are not divided; the egress plays no part.
    private mutating func carry(_ task: EdgeTask, to servers: [Int]) -> Placed {
        precondition(servers.count == 1, "a task with a result on servers \(servers)")
        let server = servers[0]
        let wait =
            (world.queues[server] + world.placed[server])
            / world.configuration.capacities[server]
        let delay = world.place(
            SlottedTask(
                size: task.size.value, result: task.result.value, workload: task.workload.value),
            of: Int(task.id.origin), on: server)
        return Placed(delay: delay, parts: [(server, 1, wait, delay)])
    }

    private mutating func keep(
        _ task: EdgeTask, _ placed: Placed, _ delay: VirtualDuration, version: UInt64
    ) {
        let station = Int(task.id.origin)
        books[station].arrivedTasks += 1
        books[station].arrivedWork += task.workload.value
        books[station].decisions += 1
        let arrival = task.arrival - topology.plan.start(of: Int(task.episode))
        let parts = placed.parts.map { part in
            SubtaskRecord(
                server: NodeIndex(part.server), fraction: part.fraction, queued: arrival,
                start: arrival + .seconds(part.wait), finish: arrival + .seconds(part.finish))
        }
        for part in parts { note(part, of: task) }
        sink.keep(
            .task(
                TaskRecord(
                    id: task.id, episode: task.episode, trafficClass: task.trafficClass,
                    status: delay > task.deadline ? .late : .completed, arrival: arrival,
                    completion: arrival + delay, deadline: task.deadline,
                    workload: task.workload, policyVersion: version, first: parts.first,
                    others: Array(parts.dropFirst()))))
    }

    private mutating func note(_ part: SubtaskRecord, of task: EdgeTask) {
        let (station, server) = (Int(task.id.origin), Int(part.server))
        let work = part.fraction * task.workload.value
        own[station][server] += work
        books[server].queuedSubtasks += 1
        books[server].finishedSubtasks += 1
        books[server].finishedWork += work
        books[server].subtaskSeconds += (part.finish - part.queued).seconds
        books[server].busy += .seconds(work / world.configuration.capacities[server])
        guard server != station else { return }
        books[station].egressBusy += .seconds(
            part.fraction * task.size.value / world.configuration.rates[server])
    }
}

extension EmulatedNetwork {
    /// Who decides in slotted timing, where an oracle is the same rule with the true state.
    fileprivate func slottedDecisionMaker(of station: Int) -> any DecisionMaker {
        switch topology.scheduler.policy {
        case .oracleEarliestCompletion: EarliestCompletionScheduler()
        case .oracleWaterfill: WaterfillScheduler()
        default: decisionMaker(of: station)
        }
    }
}
