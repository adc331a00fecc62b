package import EdgeModel
package import SimulationKernel

/// What a run keeps. Cases that are rare and large are kept aside, so that a record is small.
package enum Record: Hashable, Sendable {
    case task(TaskRecord)
    indirect case station(StationRecord)
    case state(StateReport)
    indirect case abandoned(AbandonedPart)
    indirect case training(TrainingRecord)
    indirect case checkpoint(CheckpointRecord)
}

/// How a task ended.
package enum TaskStatus: UInt8, Hashable, Sendable, CaseIterable {
    /// Finished within its deadline.
    case completed
    /// Finished after its deadline.
    case late
    /// Given up by a scripted event.
    case lost
    /// Unfinished when the episode ended.
    case inFlight

    /// The word in the ledger.
    package var name: String {
        switch self {
        case .completed: "completed"
        case .late: "late"
        case .lost: "lost"
        case .inFlight: "in_flight"
        }
    }
}

/// Why a task was given up.
package enum LossReason: UInt8, Hashable, Sendable, CaseIterable {
    /// Its users' station was away, and their tasks are lost then.
    case stationAway
    /// Its users' station was away, and no neighbour was there to take it.
    case noNeighbour

    /// The word in the ledger.
    package var name: String {
        switch self {
        case .stationAway: "station-away"
        case .noNeighbour: "no-neighbour"
        }
    }
}

/// One row of the ledger; instants are relative to the episode's start.
package struct TaskRecord: Hashable, Sendable {
    package var id: TaskID
    package var episode: UInt32
    package var trafficClass: UInt16
    package var status: TaskStatus
    package var arrival: VirtualDuration
    /// `.unbounded` when unfinished.
    package var completion: VirtualDuration
    /// From arrival; `.unbounded` when there is none.
    package var deadline: VirtualDuration
    package var workload: Gigacycles
    package var policyVersion: UInt64
    /// The part in candidate order 0; nil when the task was never placed.
    package var first: SubtaskRecord?
    /// The parts after the first, in candidate order.
    package var others: [SubtaskRecord]
    /// Of a lost task; nil for the others.
    package var loss: LossReason?

    package init(
        id: TaskID, episode: UInt32, trafficClass: UInt16, status: TaskStatus,
        arrival: VirtualDuration, completion: VirtualDuration, deadline: VirtualDuration,
        workload: Gigacycles, policyVersion: UInt64, first: SubtaskRecord?,
        others: [SubtaskRecord] = [], loss: LossReason? = nil
    ) {
        self.id = id
        self.episode = episode
        self.trafficClass = trafficClass
        self.status = status
        self.arrival = arrival
        self.completion = completion
        self.deadline = deadline
        self.workload = workload
        self.policyVersion = policyVersion
        self.first = first
        self.others = others
        self.loss = loss
    }
}

/// A part that a server has finished for a task that went to another station meanwhile, or was
/// lost: work for nothing, which the ledger's rows do not show. Instants as in rows.
package struct AbandonedPart: Hashable, Sendable {
    package var task: TaskID
    package var episode: UInt32
    package var server: NodeIndex
    package var queued: VirtualDuration
    package var start: VirtualDuration
    package var finish: VirtualDuration
    package var work: Gigacycles

    package init(
        task: TaskID, episode: UInt32, server: NodeIndex, queued: VirtualDuration,
        start: VirtualDuration, finish: VirtualDuration, work: Gigacycles
    ) {
        self.task = task
        self.episode = episode
        self.server = server
        self.queued = queued
        self.start = start
        self.finish = finish
        self.work = work
    }
}

/// One part of a task as the ledger keeps it; instants are relative to the episode's start,
/// `.unbounded` when unknown.
@frozen
package struct SubtaskRecord: Hashable, Sendable, Codable {
    package var server: NodeIndex
    package var fraction: Double
    package var queued: VirtualDuration
    package var start: VirtualDuration
    package var finish: VirtualDuration

    @inlinable package init(
        server: NodeIndex, fraction: Double, queued: VirtualDuration = .unbounded,
        start: VirtualDuration = .unbounded, finish: VirtualDuration = .unbounded
    ) {
        self.server = server
        self.fraction = fraction
        self.queued = queued
        self.start = start
        self.finish = finish
    }
}

/// The books of one station for one episode, closed at its end.
///
/// They are kept apart from the ledger on purpose: the checks of a run compare the two.
package struct StationRecord: Hashable, Sendable, Codable {
    package var station: NodeIndex = 0
    package var episode: UInt32 = 0
    /// Tasks that arrived from the station's users, and their work in Gcycles.
    package var arrivedTasks: UInt64 = 0
    package var arrivedWork: Double = 0
    /// Subtasks that entered the edge server's queue, and those that left it finished.
    package var queuedSubtasks: UInt64 = 0
    package var finishedSubtasks: UInt64 = 0
    /// Work that the server finished, and that it still held at the end; Gcycles.
    package var finishedWork: Double = 0
    package var heldWork: Double = 0
    /// The integral of the number of subtasks at the server over time, subtask-seconds.
    package var subtaskSeconds: Double = 0
    /// The part of that integral that belongs to subtasks the ledger shows unfinished.
    package var unfinishedSubtaskSeconds: Double = 0
    /// How long the server and the egress port were busy.
    package var busy: VirtualDuration = .zero
    package var egressBusy: VirtualDuration = .zero
    /// Work that the server could have done in the episode's horizon, Gcycles.
    package var offeredCapacity: Double = 0
    package var decisions: UInt64 = 0
    /// Sums over decisions: age in seconds of the state seen (mean over known neighbours).
    package var stateAgeSeconds: Double = 0
    package var stateAgeCount: UInt64 = 0
    /// State reports that the neighbours' numbers show as missing.
    package var reportGaps: UInt64 = 0
    /// Emulated bytes sent, by purpose.
    package var taskBytes: UInt64 = 0
    package var stateBytes: UInt64 = 0
    package var experienceBytes: UInt64 = 0
    package var weightBytes: UInt64 = 0
    /// Emulated messages sent, by purpose.
    package var taskMessages: UInt64 = 0
    package var stateMessages: UInt64 = 0
    package var experienceMessages: UInt64 = 0
    package var weightMessages: UInt64 = 0
    /// The version of the weights in use at the end, and how often weights were swapped.
    package var policyVersion: UInt64 = 0
    package var adoptions: UInt64 = 0
    /// Networks of others that were of no use: too late for their round, or of another shape.
    package var unusedNetworks: UInt64 = 0
    /// What scheduled events did: parts that the station refused while it was away or as it left,
    /// refused parts of its own tasks that it placed anew, tasks that it passed on to a neighbour
    /// and took over from one, transitions that did not fit the buffer.
    package var refusedSubtasks: UInt64 = 0
    package var replacedSubtasks: UInt64 = 0
    package var passedTasks: UInt64 = 0
    package var inheritedTasks: UInt64 = 0
    package var droppedTransitions: UInt64 = 0
    /// How much of the horizon the station was away.
    package var away: VirtualDuration = .zero

    package init(station: NodeIndex, episode: UInt32) {
        self.station = station
        self.episode = episode
    }
}

/// What somebody who trains or averages tells about one stretch of it.
package struct TrainingRecord: Hashable, Sendable {
    /// From the start of the run.
    package var time: VirtualInstant
    /// Who: a station, or nil for the learner.
    package var station: NodeIndex?
    package var version: UInt64 = 0
    package var gradientSteps: UInt64 = 0
    /// Transitions inserted since the run began.
    package var transitions: UInt64 = 0
    /// Transitions dropped since the run began, because training was too far behind.
    package var droppedTransitions: UInt64 = 0
    /// Networks left unchanged in the stretch, because a gradient was not finite.
    package var skippedSteps: UInt64 = 0
    package var criticLoss: Double = 0
    package var actorLoss: Double = 0
    package var temperature: Double = 0
    /// Of the policy as updates see it.
    package var entropy: Double = 0
    /// Of the policy given the noise of a chain, and of its mean over such noise; nats.
    package var conditionalEntropy: Double = 0
    package var marginalEntropy: Double = 0
    /// Kullback-Leibler divergence of an x0-closed actor from its target, nats.
    package var divergence: Double = 0
    package var meanQ: Double = 0
    package var meanTarget: Double = 0
    /// Of all networks together, of the actor, and of the critics.
    package var gradientNorm: Double = 0
    package var actorGradientNorm: Double = 0
    package var criticGradientNorm: Double = 0
    package var meanReward: Double = 0
    /// Gradient samples per transition since the run began.
    package var samplesPerInsert: Double = 0
    /// The sum, over the transitions since the last record, of the seconds since the weights that
    /// decided were published; `versionLagCount` of them.
    package var policyAgeSeconds: Double = 0
    /// Emulated bytes of weights sent since the last record, and messages.
    package var weightBytes: UInt64 = 0
    package var weightMessages: UInt64 = 0
    /// Sums over the transitions since the last record: trained version - decision version.
    package var versionLagSum: UInt64 = 0
    package var versionLagCount: UInt64 = 0
    /// Networks of others that went into the station's own since the last record, and the sum of
    /// their ages; whole numbers, so that no order of summation shows. Of the learner: those that it averaged.
    package var mixedNetworks: UInt64 = 0
    package var mixedAgeNanoseconds: UInt64 = 0
    /// Networks that came to the learner too late for their round, since the last record.
    package var unusedNetworks: UInt64 = 0

    package init(time: VirtualInstant) { self.time = time }
}

/// The networks of somebody who trains; a later one takes the place of an earlier one.
package struct CheckpointRecord: Hashable, Sendable {
    /// Whose: a station's, or nil for the learner's.
    package var station: NodeIndex?
    /// The last version that was published.
    package var version: UInt64
    package var gradientSteps: UInt64
    /// A safetensors file.
    package var bytes: [UInt8]

    package init(
        station: NodeIndex? = nil, version: UInt64, gradientSteps: UInt64, bytes: [UInt8]
    ) {
        self.station = station
        self.version = version
        self.gradientSteps = gradientSteps
        self.bytes = bytes
    }
}
