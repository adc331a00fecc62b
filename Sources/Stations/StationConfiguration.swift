package import EdgeModel
package import Messaging
package import SimulationKernel

/// All that a base station is told before the run (docs/MODEL.md, sections 2, 6 and 8).
package struct StationConfiguration: Sendable {
    package var index: NodeIndex
    package var name: String
    package var capacity: CapacityProfile
    /// Ascending by index; whoever is a neighbour has this station as its neighbour.
    package var neighbours: [Neighbour]
    package var egress: EgressOption = .onePort
    /// Between two state reports, and from the start of an episode to the first.
    package var statePeriod = VirtualDuration.seconds(1)
    package var statePhase = VirtualDuration.zero
    /// Whether it reports at all.
    package var reports = true
    /// How many servers a decision chooses from, the own one included; at least 1.
    package var candidates = 6
    /// Whether known backlogs include the work that this station placed since the last report.
    package var ownWork = true
    /// Whether known waits are corrected by what the station's own subtasks met.
    package var forecastsWaits = false
    /// From the observation to the placement.
    package var decisionTime = VirtualDuration.zero
    /// What a decision costs the own server, which does it as soon as it has done what it holds;
    /// the placement follows. Used instead of `decisionTime` when positive.
    package var decisionWork = Gigacycles.zero
    package var reward = RewardSettings(fallbackScale: 1)
    /// Decisions whose rewards make up one return, and what each later one counts.
    package var returnSteps = 1
    package var returnDiscount = 1.0
    package var learner: LearnerUplink?
    /// Whether transitions are kept and sent, or trained on here; needs a policy that gives
    /// experience.
    package var trains = false
    /// How the station trains itself; nil where a learner does, or nobody.
    package var training: LocalTrainingSettings?
    /// The longest that a complete transition waits for others; positive.
    package var experienceInterval = VirtualDuration.milliseconds(100)
    /// The most transitions that wait while the learner is away; the oldest make room.
    package var experienceLimit = 4096
    /// What scheduled events do to this station, to its learner, and whether they can hide a
    /// neighbour, so that refusals and old reports have to be watched.
    package var absences: [Absence] = []
    package var learnerOutages: [TimeSpan] = []
    package var watchesNeighbours = false
    /// Whether every state report becomes a record.
    package var recordsStates = false
    package var plan: EpisodePlan
    package var seed: UInt64

    package init(
        index: NodeIndex, name: String, capacity: CapacityProfile, neighbours: [Neighbour],
        plan: EpisodePlan, seed: UInt64
    ) {
        self.index = index
        self.name = name
        self.capacity = capacity
        self.neighbours = neighbours
        self.plan = plan
        self.seed = seed
    }

    /// How soon something can follow for others from what the station takes in.
    var consequences: Consequences {
        Self.consequences(trains: trains, capacity: capacity, mayLeave: !absences.isEmpty)
    }

    /// A report is only taken note of, and so is a notice, unless it completes a transition that has
    /// to be sent. A station that never leaves serves every subtask.
    package static func consequences(
        trains: Bool, capacity: CapacityProfile, mayLeave: Bool
    ) -> Consequences {
        Consequences(
            quiet: trains ? MessageKinds(.report) : MessageKinds(.report, .notice),
            fastestService: mayLeave ? nil : capacity.highest)
    }

    /// Station `index` of `count` reports first at period x index / count.
    package static func staggeredPhase(
        of index: Int, count: Int, period: VirtualDuration
    ) -> VirtualDuration {
        VirtualDuration(nanoseconds: period.nanoseconds * Int64(index) / Int64(count))
    }
}

/// A station at the other end of a link.
package struct Neighbour: Hashable, Sendable {
    package var index: NodeIndex
    package var name: String
    /// The way there, and the way back.
    package var outbound: LinkPlan
    package var inbound: LinkPlan
    /// Its capacity when an episode starts, which is known before its first report.
    package var capacity: Gigahertz
    /// When it is away: for the site of an absent station, which passes tasks on. Schedulers do not
    /// see it.
    package var absences: [Absence]

    package init(
        index: NodeIndex, name: String, outbound: LinkPlan, inbound: LinkPlan,
        capacity: Gigahertz, absences: [Absence] = []
    ) {
        self.index = index
        self.name = name
        self.outbound = outbound
        self.inbound = inbound
        self.capacity = capacity
        self.absences = absences
    }

    /// A neighbour that is always there, over links that stay as they are.
    package init(
        index: NodeIndex, name: String, outbound: Link, inbound: Link, capacity: Gigahertz
    ) {
        self.init(
            index: index, name: name, outbound: LinkPlan(outbound), inbound: LinkPlan(inbound),
            capacity: capacity)
    }
}

/// Who shares a station's transmit port.
package enum EgressOption: Hashable, Sendable {
    /// All links have one port.
    case onePort
    /// Each link has its own.
    case perLink
}

/// How a delay becomes a reward: -delay / scale, or -penalty x deadline / scale when late.
package struct RewardSettings: Hashable, Sendable {
    /// Seconds; nil means each task's deadline.
    package var scale: Double?
    /// Seconds, for tasks without a deadline: mean workload / mean capacity.
    package var fallbackScale: Double
    package var penalty: Double

    package init(scale: Double? = nil, fallbackScale: Double, penalty: Double = 2) {
        self.scale = scale
        self.fallbackScale = fallbackScale
        self.penalty = penalty
    }

    /// - Parameters:
    ///   - delay: from arrival to completion.
    ///   - deadline: `.unbounded` when there is none.
    package func reward(delay: VirtualDuration, deadline: VirtualDuration) -> Double {
        let isBounded = deadline < .unbounded
        let scale = self.scale ?? (isBounded ? deadline.seconds : fallbackScale)
        return delay > deadline
            ? -penalty * deadline.seconds / scale : -delay.seconds / scale
    }
}

/// The way to the learner.
package struct LearnerUplink: Hashable, Sendable {
    package var index: NodeIndex
    package var link: Link
    /// Whether experience queues at the egress port of task traffic.
    package var sharesEgress: Bool

    package init(index: NodeIndex, link: Link, sharesEgress: Bool = false) {
        self.index = index
        self.link = link
        self.sharesEgress = sharesEgress
    }
}
