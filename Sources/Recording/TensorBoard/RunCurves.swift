import EdgeModel
import Messaging
import SimulationKernel

/// The curves of a run, made from its records.
///
/// The points and their order are the same for the same run, in whatever order the records of
/// different processes come: what the learner tells and what episodes come to are merged by their
/// virtual time, and a point waits until nothing earlier can come. What stations tell that train
/// themselves waits for the end of its episode, which each tells after it.
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
    /// What was told of training and has not been passed on.
    private var told: [TrainingRecord] = []
    /// How far the learner is known to be.
    private var reached = VirtualInstant(nanoseconds: .min)
    /// Of the last records that were passed on, by who trains; the last is the learner.
    private var gradientSteps: [UInt64]

    init(_ run: RunDescription) {
        self.run = run
        gradientSteps = Array(repeating: 0, count: run.stations.count + 1)
    }

    mutating func add(_ row: TaskRecord) {
        let place = place(of: row.episode)
        episodes[place].add(row, warmup: run.plan.warmup)
    }

    mutating func add(_ books: StationRecord) { episodes[place(of: books.episode)].close(books) }

    mutating func add(_ record: TrainingRecord) {
        told.append(record)
        if record.station == nil { reached = max(reached, record.time) }
    }

    /// Takes out the points whose turn has come; all that is complete when the run is over.
    mutating func take(isOver: Bool = false) -> [Point] {
        var points: [Point] = []
        while true {
            let end = run.plan.end(of: firstEpisode)
            if !run.trainsAtStations, let record = told.first,
                record.time <= end || isOver && episodes.isEmpty
            {
                points.append(point(of: told.removeFirst()))
            } else if let episode = episodes.first, episode.isClosed,
                isOver || run.training == nil || !run.hasLearner || reached > end
            {
                if run.trainsAtStations { points += takeTold(before: end) }
                points += self.points(of: episodes.removeFirst())
                firstEpisode += 1
            } else {
                return isOver ? points + takeTold(before: .distantFuture) : points
            }
        }
    }

    /// Takes out what was told before an instant, in the order of time and stations.
    private mutating func takeTold(before end: VirtualInstant) -> [Point] {
        let due = told.enumerated().filter { $0.element.time < end }
            .sorted {
                ($0.element.time, $0.element.station ?? .max, $0.offset)
                    < ($1.element.time, $1.element.station ?? .max, $1.offset)
            }
        told.removeAll { $0.time < end }
        return due.map { point(of: $0.element) }
    }

    private mutating func place(of episode: UInt32) -> Int {
        while firstEpisode + episodes.count <= Int(episode) {
            episodes.append(EpisodeCurves(stations: run.stations.count))
        }
        precondition(Int(episode) >= firstEpisode, "a record of episode \(episode), which is over")
        return Int(episode) - firstEpisode
    }

    private mutating func point(of record: TrainingRecord) -> Point {
        let trainer = record.station.map { Int($0) } ?? run.stations.count
        gradientSteps[trainer] = max(gradientSteps[trainer], record.gradientSteps)
        var scalars = record.scalars
        if let station = record.station {
            for index in scalars.indices {
                scalars[index].tag = "bs/\(run.stations[Int(station)])/\(scalars[index].tag)"
            }
        } else if run.trainsAtStations {
            // It averages, by its count of rounds.
            return Point(step: Int64(clamping: record.version), scalars: record.averageScalars)
        }
        return Point(step: Int64(clamping: record.gradientSteps), scalars: scalars)
    }

    /// What an episode came to, by its number from 1; how long tasks took also by gradient steps.
    private mutating func points(of episode: EpisodeCurves) -> [Point] {
        var scalars = episode.scalars(run.stations, plan: run.plan)
        guard run.training != nil else {
            return [Point(step: Int64(firstEpisode + 1), scalars: scalars)]
        }
        let steps = gradientSteps.reduce(0, +)
        scalars.append(Scalar("episode/gradient_steps", Double(steps)))
        let delay = Scalar("charts/mean_delay_s", episode.meanDelay ?? .nan)
        return [
            Point(step: Int64(firstEpisode + 1), scalars: scalars),
            Point(step: Int64(clamping: steps), scalars: [delay]),
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
            Scalar("stale/mixed_age_s", Double(mixedAgeNanoseconds) / 1e9 / Double(mixedNetworks)),
            Scalar("net/weight_bytes", Double(weightBytes)),
        ]
    }

    /// Of a learner that averages.
    fileprivate var averageScalars: [Scalar] {
        [
            Scalar("net/weight_bytes", Double(weightBytes)),
            Scalar("net/averaged_networks", Double(mixedNetworks)),
            Scalar("net/unused_networks", Double(unusedNetworks)),
        ]
    }
}
