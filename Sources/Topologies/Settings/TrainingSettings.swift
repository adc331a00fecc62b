package import EdgeModel
package import SimulationKernel

/// How weights come to be (docs/MODEL.md, section 8).
package struct TrainingSettings: Hashable, Sendable {
    /// `.none` whenever the policy has no weights.
    package var mode: TrainingMode
    /// Whether all stations start with the same networks.
    package var parameters: ParameterSharing
    /// Between the learner and each station; up and down are separate ports.
    package var learnerLink: Link
    /// Whether experience and weights share the stations' task egress.
    package var shareEgress: Bool
    /// Gradient samples per inserted transition.
    package var samplesPerInsert: Double
    /// Transitions before the first update.
    package var minimumTransitions: Int
    /// The least time between two publications of weights.
    package var publishInterval: VirtualDuration
    /// Between two averagings of networks.
    package var round: VirtualDuration
    /// What a neighbour's networks count beside the own; nil where it follows from the neighbours.
    package var mixing: Double?
    /// The time that one gradient step takes.
    package var stepTime: VirtualDuration
    package var batch: Int
    /// Transitions that the replay buffer holds.
    package var replay: Int
    /// Transitions that training may be behind before new ones are dropped.
    package var lagLimit: Int
    /// The power of its error that a transition is drawn by; 0 draws uniformly.
    package var priority: Double
    /// The power of importance weights at the start, which reaches 1 after so many updates.
    package var priorityCorrection: Double
    package var priorityUpdates: Int
    /// Whether a checkpoint of a topology with other features may be used.
    package var transfer: Bool
    /// Weights to start from: a file, or a folder with one for each station; an absolute path, or
    /// relative to the working directory.
    package var checkpoint: String?

    package init(mode: TrainingMode) {
        self.mode = mode
        parameters = .shared
        learnerLink = Link(rate: MegabitsPerSecond(1000), delay: .milliseconds(5))
        shareEgress = false
        samplesPerInsert = 8
        minimumTransitions = 1000
        publishInterval = .seconds(1)
        round = .seconds(10)
        mixing = nil
        stepTime = .zero
        batch = 256
        replay = 100_000
        lagLimit = 10_000
        priority = 0
        priorityCorrection = 0.4
        priorityUpdates = 100_000
        transfer = false
        checkpoint = nil
    }

    /// The file that a station's weights start from; nil without a checkpoint.
    package func checkpointFile(of station: String) -> String? {
        switch parameters {
        case .shared: checkpoint
        case .perStation: checkpoint.map { "\($0)/\(station).safetensors" }
        }
    }
}

/// Whose the networks are that a run starts with.
package enum ParameterSharing: String, Hashable, Sendable, CaseIterable {
    /// All stations start with the same.
    case shared
    /// Each starts with its own.
    case perStation = "per-station"
}

/// Who trains which weights.
package enum TrainingMode: String, Hashable, Sendable, CaseIterable {
    /// Nobody: the policy has no weights, or keeps the ones it starts with.
    case none
    /// Loaded from a checkpoint and kept.
    case frozen
    /// One learner trains one policy for all stations.
    case central
    /// Each station trains its own.
    case independent
    /// Stations train, the learner averages.
    case federated
    /// Stations train and average with their neighbours.
    case gossip

    /// Whether weights change in the run, and whether stations train them.
    package var trains: Bool { self == .central || trainsAtStations }
    package var trainsAtStations: Bool {
        switch self {
        case .none, .frozen, .central: false
        case .independent, .federated, .gossip: true
        }
    }

    /// Whether there is a learner's node.
    package var hasLearner: Bool { self == .central || self == .federated }
}
