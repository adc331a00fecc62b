/// `summary.json`: what a run came to, in SI units (docs/RESULTS.md).
///
/// A value is null when nothing was measured. Means are over tasks that finished, completed or
/// late, and arrived after the warm-up.
package struct RunSummary: Hashable, Sendable, Codable {
    package enum Verdict: String, Hashable, Sendable, Codable {
        case valid = "VALID"
        /// The books do not agree, or deliveries were too late; `reasons` says which.
        case invalid = "INVALID"
        /// The user ended the run early.
        case interrupted = "INTERRUPTED"
        /// Something outside the model ended the run.
        case aborted = "ABORTED"
    }

    /// The version of this form.
    package var format = 1
    package var name: String
    package var seed: UInt64
    package var policy: String
    @OrNull package var training: String?
    package var verdict: Verdict
    package var reasons: [String]
    package var warnings: [String]
    @OrNull package var ledgerDigest: String?
    @OrNull package var weightsDigest: String?
    package var tasks: Tasks
    /// Null when nothing is scheduled.
    @OrNull package var scheduled: Scheduled?
    package var delay: Delay
    @OrNull package var lateShare: Double?
    /// The mean delay in each quarter of the run's arrivals, and in each episode.
    package var delayByQuarter: [Double?]
    package var episodes: [Episode]
    package var stations: [Station]
    package var utilisation: Utilisation
    /// Jain's index of the stations' mean delays: 1 when all are equal.
    @OrNull package var fairness: Double?
    package var decisions: UInt64
    /// Real time of one decision, microseconds.
    package var decisionTime: DecisionTime
    /// Emulated bytes and messages.
    package var bytes: Purposes
    package var messages: Purposes
    package var wireBytes: UInt64
    package var weights: Weights
    /// The mean age of neighbours' states at a decision, seconds.
    @OrNull package var stateAge: Double?
    package var reportGaps: UInt64
    @OrNull package var lateness: RunFacts.Lateness?
    package var virtualSeconds: Double
    package var wallSeconds: Double
    /// From the launch until every process was ready; before `wallSeconds` begin.
    @OrNull package var startSeconds: Double?
    /// How often a process was started again after it had died; the results are the same.
    package var restarts: Int
    /// Frames that came twice and were dropped.
    package var duplicateFrames: UInt64
    /// Windows of the live virtual clock, of all processes together.
    @OrNull package var windows: UInt64?
    package var processes: Int
    package var events: UInt64

    package struct Tasks: Hashable, Sendable, Codable {
        package var arrived: UInt64
        package var completed: UInt64
        package var late: UInt64
        package var lost: UInt64
        package var inFlight: UInt64

        enum CodingKeys: String, CodingKey {
            case arrived, completed, late, lost
            case inFlight = "in_flight"
        }
    }

    /// Scheduled events, and what came of them.
    package struct Scheduled: Hashable, Sendable, Codable {
        package struct Event: Hashable, Sendable, Codable {
            /// From the start of each episode, seconds.
            package var start: Double
            @OrNull package var end: Double?
            package var what: String

            enum CodingKeys: String, CodingKey {
                case what
                case start = "from_s"
                case end = "to_s"
            }
        }

        package var events: [Event]
        /// Parts that absent servers refused, and parts that were placed anew after that.
        package var refusedParts: UInt64
        package var replacedParts: UInt64
        /// Tasks that stations took over from absent ones.
        package var inheritedTasks: UInt64
        /// Parts that were done for nobody, since their tasks had gone elsewhere, and their work.
        package var abandonedParts: UInt64
        package var abandonedWork: Double
        /// Lost tasks by reason.
        package var lost: [String: UInt64]
        package var droppedTransitions: UInt64
        /// Mean delay of the tasks that arrived while the learner was away, seconds.
        @OrNull package var learnerAwayDelay: Double?

        enum CodingKeys: String, CodingKey {
            case events, lost
            case refusedParts = "refused_parts"
            case replacedParts = "replaced_parts"
            case inheritedTasks = "inherited_tasks"
            case abandonedParts = "abandoned_parts"
            case abandonedWork = "abandoned_gcycles"
            case droppedTransitions = "dropped_transitions"
            case learnerAwayDelay = "learner_away_delay_s"
        }
    }

    /// Seconds.
    package struct Delay: Hashable, Sendable, Codable {
        package var measured: UInt64
        @OrNull package var mean: Double?
        @OrNull package var p50: Double?
        @OrNull package var p95: Double?
        @OrNull package var p99: Double?
        @OrNull package var max: Double?
        /// The mean of min(delay, deadline), the published figure.
        @OrNull package var cappedMean: Double?
        /// Whether quantiles are those of the delays, or of buckets 0.1 % wide.
        package var exact: Bool

        enum CodingKeys: String, CodingKey {
            case measured, mean, p50, p95, p99, max, exact
            case cappedMean = "capped_mean"
        }
    }

    package struct Episode: Hashable, Sendable, Codable {
        package var episode: Int
        package var arrived: UInt64
        package var late: UInt64
        package var inFlight: UInt64
        @OrNull package var meanDelay: Double?
        /// Emulated bytes of experience and weights.
        package var learningBytes: UInt64

        enum CodingKeys: String, CodingKey {
            case episode, arrived, late
            case inFlight = "in_flight"
            case meanDelay = "mean_delay_s"
            case learningBytes = "learning_bytes"
        }
    }

    package struct Station: Hashable, Sendable, Codable {
        package var name: String
        package var arrived: UInt64
        @OrNull package var meanDelay: Double?
        @OrNull package var utilisation: Double?
        @OrNull package var egressUtilisation: Double?

        enum CodingKeys: String, CodingKey {
            case name, arrived, utilisation
            case meanDelay = "mean_delay_s"
            case egressUtilisation = "egress_utilisation"
        }
    }

    /// The share of the time that edge servers computed, over servers.
    package struct Utilisation: Hashable, Sendable, Codable {
        @OrNull package var mean: Double?
        @OrNull package var min: Double?
        @OrNull package var max: Double?
    }

    package struct DecisionTime: Hashable, Sendable, Codable {
        @OrNull package var p50: Double?
        @OrNull package var p99: Double?
    }

    package struct Purposes: Hashable, Sendable, Codable {
        package var tasks: UInt64
        package var state: UInt64
        package var experience: UInt64
        package var weights: UInt64
    }

    package struct Weights: Hashable, Sendable, Codable {
        /// The last version that somebody who trains made; 0 without training.
        package var version: UInt64
        /// By how many versions the trained weights were ahead of the decisions that they were
        /// trained on, mean.
        @OrNull package var staleness: Double?
        /// How long ago the weights that decided had been published, seconds, mean.
        @OrNull package var age: Double?
        package var adoptions: UInt64
        /// Of all who train together.
        package var gradientSteps: UInt64
        package var transitions: UInt64
        /// Averages of the learner; networks of others that stations took into their own, and how
        /// old those were, seconds, mean; and networks that were of no use.
        package var averages: UInt64
        package var mixed: UInt64
        @OrNull package var mixedAge: Double?
        package var unused: UInt64

        enum CodingKeys: String, CodingKey {
            case version, staleness, adoptions, transitions, averages, mixed, unused
            case mixedAge = "mixed_age_s"
            case age = "age_s"
            case gradientSteps = "gradient_steps"
        }
    }

    enum CodingKeys: String, CodingKey {
        case format, name, seed, policy, training, verdict, reasons, warnings, tasks, episodes
        case scheduled, stations, utilisation, fairness, decisions, bytes, messages, weights,
            lateness
        case processes, restarts, events
        case duplicateFrames = "duplicate_frames"
        case ledgerDigest = "ledger_digest"
        case weightsDigest = "weights_digest"
        case delay = "delay_s"
        case lateShare = "late_share"
        case delayByQuarter = "delay_by_quarter_s"
        case decisionTime = "decision_us"
        case wireBytes = "wire_bytes"
        case stateAge = "state_age_s"
        case reportGaps = "report_gaps"
        case virtualSeconds = "virtual_s"
        case wallSeconds = "wall_s"
        case startSeconds = "start_s"
        case windows
    }
}
