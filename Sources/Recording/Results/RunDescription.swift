package import EdgeModel
package import SimulationKernel

/// What the results of a run need to know about it beforehand.
package struct RunDescription: Hashable, Sendable {
    package var name: String
    package var seed: UInt64
    /// Names by station index, in file order.
    package var stations: [String]
    /// Names of traffic classes by index.
    package var trafficClasses: [String]
    package var plan: EpisodePlan
    /// The scheduler's name, such as `dsac`.
    package var policy: String
    /// The training mode's name, such as `central`, or nil without training.
    package var training: String?
    /// Whether there is a learner that trains or averages.
    package var hasLearner = true
    /// Whether every station trains weights of its own.
    package var trainsAtStations = false
    /// When the learner is away, in each episode.
    package var learnerOutages: [TimeSpan] = []
    /// What is scheduled for each episode, in order of time.
    package var events: [Event]

    /// A scheduled event in words; instants count from the start of the episode.
    package struct Event: Hashable, Sendable {
        package var start: VirtualDuration
        /// Nil for a change that stays.
        package var end: VirtualDuration?
        package var what: String

        package init(start: VirtualDuration, end: VirtualDuration?, what: String) {
            self.start = start
            self.end = end
            self.what = what
        }
    }

    package init(
        name: String, seed: UInt64, stations: [String], trafficClasses: [String],
        plan: EpisodePlan, policy: String, training: String? = nil, events: [Event] = []
    ) {
        self.name = name
        self.seed = seed
        self.stations = stations
        self.trafficClasses = trafficClasses
        self.plan = plan
        self.policy = policy
        self.training = training
        self.events = events
    }
}

/// How a run came to its end.
package enum RunOutcome: Hashable, Sendable {
    case finished
    /// The user asked for an early end; results are those so far.
    case interrupted
    /// Something outside the model ended it: a process died, a disk filled up.
    case aborted(String)
}

/// What only the driver of a run knows, given when it is over.
package struct RunFacts: Hashable, Sendable {
    package var outcome: RunOutcome = .finished
    /// How far virtual time went, seconds.
    package var virtualSeconds = 0.0
    package var wallSeconds = 0.0
    /// From the launch until every process was ready; nil without processes of its own.
    package var startSeconds: Double?
    /// Windows of the live virtual clock, of all processes together.
    package var windows: UInt64?
    package var processes = 1
    /// How often a process was started again after it had died.
    package var restarts = 0
    /// Frames that came twice and were dropped.
    package var duplicateFrames: UInt64 = 0
    /// Inputs that nodes handled.
    package var events: UInt64 = 0
    /// Bytes that really crossed sockets.
    package var wireBytes: UInt64 = 0
    /// Real time of one decision, nanoseconds; nil without decisions.
    package var decisionMedian: Int64?
    package var decisionP99: Int64?
    package var weightsDigest: ContentDigest?
    /// What makes the verdict INVALID besides the books, such as late deliveries.
    package var objections: [String] = []
    /// What a reader of the results must know though it does not make them invalid.
    package var warnings: [String] = []
    /// Under the wall clock: how late deliveries were, and how far clocks drifted.
    package var lateness: Lateness?

    package init() {}

    /// How far the hub's clock is ahead of a host's, how far those of the host's processes drifted
    /// from it, and by how much that may be wrong; in seconds of real time.
    package struct HostClock: Hashable, Sendable, Codable {
        package var name: String
        package var lead: Double
        package var drift: Double
        package var uncertainty: Double

        package init(name: String, lead: Double, drift: Double, uncertainty: Double) {
            self.name = name
            self.lead = lead
            self.drift = drift
            self.uncertainty = uncertainty
        }
    }

    /// How late timed deliveries were under the wall clock, and how well the clocks of all
    /// processes agreed; in seconds.
    package struct Lateness: Hashable, Sendable, Codable {
        package var p50: Double
        package var p99: Double
        package var max: Double
        /// The p99 beyond which a run is INVALID.
        package var limit: Double
        /// How far a process's clock drifted from the hub's between two comparisons, real time, by
        /// how much that may be wrong, and beyond which drift a run is INVALID.
        package var drift: Double
        package var driftUncertainty: Double
        package var driftLimit: Double
        /// The same of each host's processes; nil where all are on one.
        package var hosts: [HostClock]?

        package init(
            p50: Double, p99: Double, max: Double, limit: Double, drift: Double = 0,
            driftUncertainty: Double = 0, driftLimit: Double = 1e-3, hosts: [HostClock]? = nil
        ) {
            self.p50 = p50
            self.p99 = p99
            self.max = max
            self.limit = limit
            self.drift = drift
            self.driftUncertainty = driftUncertainty
            self.driftLimit = driftLimit
            self.hosts = hosts
        }

        enum CodingKeys: String, CodingKey {
            case p50, p99, max, limit, drift, hosts
            case driftUncertainty = "drift_uncertainty"
            case driftLimit = "drift_limit"
        }
    }
}
