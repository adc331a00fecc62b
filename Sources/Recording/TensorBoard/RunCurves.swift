import EdgeModel
import Messaging
import SimulationKernel

/// The curves of a run, made from its records.
///
/// The points and their order are the same for the same run, in whatever order the records of
/// different processes come: what the learner tells and what episodes come to are merged by their
/// virtual time, and a point waits until nothing earlier can come.
struct RunCurves {
    /// Numbers at one place of the x axis.
    struct Point: Hashable {
        var step: Int64
        var scalars: [Scalar]

        /// What is not a number was not measured.
        init(step: Int64, scalars: [Scalar]) {
            self.step = step
            self.scalars = scalars.filter(\.value.isFinite)
        }
    }

    private let run: RunDescription
    /// By episode, ascending; the first is the earliest that some station has not closed.
    private var episodes: [EpisodeCurves] = []
    private var firstEpisode = 0
    /// What the learner told and has not been passed on.
    private var told: [TrainingRecord] = []
    /// How far the learner is known to be.
    private var reached = VirtualInstant(nanoseconds: .min)
    /// Of the last publication that was passed on.
    private var gradientSteps: UInt64 = 0

    init(_ run: RunDescription) { self.run = run }

    mutating func add(_ row: TaskRecord) {
        let place = place(of: row.episode)
        episodes[place].add(row, warmup: run.plan.warmup)
    }

    mutating func add(_ books: StationRecord) { episodes[place(of: books.episode)].close(books) }

    mutating func add(_ record: TrainingRecord) {
        told.append(record)
        reached = max(reached, record.time)
    }

    /// Takes out the points whose turn has come; all that is complete when the run is over.
    mutating func take(isOver: Bool = false) -> [Point] {
        var points: [Point] = []
        while true {
            let end = run.plan.end(of: firstEpisode)
            if let record = told.first, record.time <= end || isOver && episodes.isEmpty {
                points.append(point(of: told.removeFirst()))
            } else if let episode = episodes.first, episode.isClosed,
                isOver || run.training == nil || reached > end
            {
                points += self.points(of: episodes.removeFirst())
                firstEpisode += 1
            } else {
                return points
            }
        }
    }

    private mutating func place(of episode: UInt32) -> Int {
        while firstEpisode + episodes.count <= Int(episode) {
            episodes.append(EpisodeCurves(stations: run.stations.count))
        }
        precondition(Int(episode) >= firstEpisode, "a record of episode \(episode), which is over")
        return Int(episode) - firstEpisode
    }

    private mutating func point(of record: TrainingRecord) -> Point {
        gradientSteps = record.gradientSteps
        return Point(step: Int64(clamping: gradientSteps), scalars: record.scalars)
    }

    /// What an episode came to, by its number from 1; how long tasks took also by gradient steps.
    private mutating func points(of episode: EpisodeCurves) -> [Point] {
        var scalars = episode.scalars(run.stations, plan: run.plan)
        guard run.training != nil else {
            return [Point(step: Int64(firstEpisode + 1), scalars: scalars)]
        }
        scalars.append(Scalar("episode/gradient_steps", Double(gradientSteps)))
        let delay = Scalar("charts/mean_delay_s", episode.meanDelay ?? .nan)
        return [
            Point(step: Int64(firstEpisode + 1), scalars: scalars),
            Point(step: Int64(clamping: gradientSteps), scalars: [delay]),
        ]
    }
}

extension TrainingRecord {
    /// Names as CleanRL has them, where it has one.
    fileprivate var scalars: [Scalar] {
        // Nothing came in, nothing to tell: what is not a number is left out.
        let arrived = versionLagCount == 0 ? .nan : Double(versionLagCount)
        return [
            Scalar("charts/reward", versionLagCount == 0 ? .nan : meanReward),
            Scalar("charts/samples_per_insert", samplesPerInsert),
            Scalar("charts/dropped_transitions", Double(droppedTransitions)),
            Scalar("losses/qf_loss", criticLoss),
            Scalar("losses/qf_values", meanQ),
            Scalar("losses/qf_targets", meanTarget),
            Scalar("losses/actor_loss", actorLoss),
            Scalar("losses/alpha", temperature),
            Scalar("losses/entropy", conditionalEntropy),
            Scalar("losses/entropy_averaged", marginalEntropy),
            Scalar("losses/kl", divergence),
            Scalar("losses/gradient_norm", gradientNorm),
            Scalar("losses/gradient_norm_actor", actorGradientNorm),
            Scalar("losses/gradient_norm_critics", criticGradientNorm),
            Scalar("losses/skipped_steps", Double(skippedSteps)),
            Scalar("stale/versions", Double(versionLagSum) / arrived),
            Scalar("stale/policy_age_s", policyAgeSeconds / arrived),
            Scalar("net/weight_bytes", Double(weightBytes)),
        ]
    }
}
