package import EdgeModel
package import SimulationKernel

/// How stations decide (docs/MODEL.md, sections 2, 6 and 7).
package struct SchedulerSettings: Hashable, Sendable {
    package var policy: PolicyName
    /// Servers that a decision chooses from, the station itself included.
    package var candidates: Int
    package var statePeriod: VirtualDuration
    package var statePhase: StatePhase
    /// Whether known backlog includes work placed since the last report.
    package var ownWork: Bool
    /// Whether stations report to their neighbours at all.
    package var stateReports: Bool
    /// What candidates' waits are estimated from.
    package var knowledge: Knowledge
    package var split: SplitRule
    package var decisionTime: DecisionTime
    package var observation: ObservationForm
    package var agent: AgentSettings

    /// The most candidates of a policy that chooses among all subsets: 255 actions.
    package static let subsetLimit = 8
    /// The most candidates of a policy that chooses several: one bit of a choice for each.
    package static let topLimit = 32

    /// The scheduler of a file that only names a policy.
    package init(policy: PolicyName) {
        self.policy = policy
        candidates = 6
        statePeriod = .seconds(1)
        statePhase = .staggered
        ownWork = true
        stateReports = true
        knowledge = .reported
        split = .waterfill
        decisionTime = .fixed(.zero)
        observation = .features
        agent = AgentSettings()
    }
}

/// The schedulers that a file may name.
package enum PolicyName: String, Hashable, Sendable, CaseIterable {
    case local
    case random
    case proportional
    case roundRobin = "round-robin"
    case powerOfTwo = "power-of-two"
    case leastBacklog = "least-backlog"
    case earliestCompletion = "earliest-completion"
    case threshold
    case waterfill
    case oracleEarliestCompletion = "oracle-earliest-completion"
    case oracleWaterfill = "oracle-waterfill"
    case dqn
    case sac
    case dsac
    case ddrlATS = "ddrl-ats"
    case ladTS = "lad-ts"
    case drlCoEdge = "drlcoedge"
    case smCoEdge = "smcoedge"
    case amCoEdge = "amcoedge"
    case ddrlAMSA = "ddrl-amsa"

    /// Whether the policy has weights.
    package var isLearned: Bool {
        switch self {
        case .local, .random, .proportional, .roundRobin, .powerOfTwo, .leastBacklog,
            .earliestCompletion, .threshold, .waterfill, .oracleEarliestCompletion,
            .oracleWaterfill:
            false
        case .dqn, .sac, .dsac, .ddrlATS, .ladTS, .drlCoEdge, .smCoEdge, .amCoEdge, .ddrlAMSA:
            true
        }
    }

    /// Whether the policy chooses among all subsets of its candidates.
    package var choosesSubsets: Bool { self == .amCoEdge || self == .ddrlAMSA }

    /// Whether its weights are those of a Q-network.
    package var hasValues: Bool {
        self == .dqn || self == .drlCoEdge || self == .smCoEdge || self == .amCoEdge
    }

    /// Whether its logits come from a chain.
    package var hasChain: Bool {
        self == .dsac || self == .ddrlATS || self == .ladTS || self == .ddrlAMSA
    }

    /// Whether the policy reads the true state, which only one process has.
    package var isOracle: Bool {
        self == .oracleEarliestCompletion || self == .oracleWaterfill
    }
}

/// When a station's first state report goes out.
package enum StatePhase: String, Hashable, Sendable, CaseIterable {
    /// Station b of n at period x b / n.
    case staggered
    /// All at the start.
    case aligned
}

/// What the waits of other servers are estimated from.
package enum Knowledge: String, Hashable, Sendable, CaseIterable {
    /// Their reports, and the station's own placements since.
    case reported
    /// The same, corrected by the waits that the station's own subtasks met.
    case forecast
}

/// How a task is divided among chosen servers.
package enum SplitRule: String, Hashable, Sendable, CaseIterable {
    case waterfill
    case cwa
    case hecwa
}

/// How long a decision takes.
package enum DecisionTime: Hashable, Sendable {
    case fixed(VirtualDuration)
    /// Work per denoising step, done by the own server ahead of the task.
    case perStep(Gigacycles)
    /// As long as it takes on this machine; wall clock only.
    case measured
}

/// What a learned policy sees.
package enum ObservationForm: String, Hashable, Sendable, CaseIterable {
    /// Scaled features of the candidates.
    case features
    /// The published vector of all queues.
    case published
}

/// The forms of the diffusion actor.
package enum ActorRecipe: String, Hashable, Sendable, CaseIterable {
    case published
    case x0Chain = "x0-chain"
    case x0Closed = "x0-closed"
}

/// How an action is taken from a policy's probabilities.
package enum ActionChoice: String, Hashable, Sendable, CaseIterable {
    case sampled
    case greedy
    /// Greedy, with a chain that starts from zeros.
    case zeroNoise = "zero-noise"
}
