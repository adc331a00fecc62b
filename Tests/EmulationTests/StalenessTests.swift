import EdgeModel
import Emulation
import Messaging
import NodeRuntime
import Recording
import SimulationKernel
import TestSupport
import Testing
import Topologies

/// What the rows of a run know of decisions and of who trains; the rest is worked out from that.
private struct Rows {
    /// Tasks by station and episode, in the order in which they were decided.
    var tasks: [[[TaskRecord]]]
    /// By station; the last is the learner.
    var training: [[TrainingRecord]]

    init(of run: String, stations: Int, episodes: Int) throws {
        var tasks = Array(
            repeating: Array(repeating: [TaskRecord](), count: episodes), count: stations)
        var training = Array(repeating: [TrainingRecord](), count: stations + 1)
        try RecordedRows(of: run).read { record in
            switch record {
            case .task(let row): tasks[Int(row.id.origin)][Int(row.episode)].append(row)
            case .training(let record):
                training[record.station.map { Int($0) } ?? stations].append(record)
            case .station, .state, .abandoned, .checkpoint: break
            }
        }
        (self.tasks, self.training) = (tasks, training)
    }

    /// When transitions leave a station's log, and the version that decided.
    struct HandedOn {
        var at: VirtualInstant
        var version: UInt64
    }

    /// A decision is complete when its reward and the next observation are there; 100 ms after the
    /// first that is, all of that time are handed on, and the rest at the episode's end.
    func transitions(of station: Int, _ plan: EpisodePlan) -> [HandedOn] {
        tasks[station].enumerated().flatMap { episode, rows in
            let (start, end) = (plan.start(of: episode), plan.end(of: episode))
            let complete = rows.indices.compactMap { index -> HandedOn? in
                let row = rows[index]
                guard row.status == .completed || row.status == .late else { return nil }
                let next = index + 1 < rows.count ? start + rows[index + 1].arrival : end
                return HandedOn(at: max(start + row.completion, next), version: row.policyVersion)
            }
            var due = VirtualInstant.zero
            return complete.enumerated()
                .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
                .map { _, transition in
                    if transition.at >= due { due = transition.at + .milliseconds(100) }
                    return HandedOn(at: min(due, end), version: transition.version)
                }
        }
    }

    /// Versions of somebody who trains that were made before an instant.
    func version(of trainer: Int, before instant: VirtualInstant) -> UInt64 {
        training[trainer].last { $0.time < instant }?.version ?? 0
    }
}

/// Which batches came to the learner, and how many versions it had made by then.
private final class LearnerTape: InputTape {
    private(set) var batches: [(batch: TransitionBatch, version: UInt64)] = []
    private var version: UInt64 = 0

    /// Those that a record of the learner tells of.
    private(set) var told = 0

    func note(_ message: Message, key: EventKey, to: NodeIndex) {
        if case .transitions(let batch) = message { batches.append((batch, version)) }
    }

    func note(_ message: Message, sentAs key: EventKey, to: NodeIndex) {}

    func note(_ record: Record, by node: NodeIndex) {
        guard case .training(let record) = record else { return }
        version = record.version
        told = batches.count
    }
}

@Suite struct `Weight staleness` {
    private let folder = TemporaryFolder()

    /// Sums of versions that the trained weights were ahead of decisions.
    private struct Lag: Equatable {
        var sum: UInt64 = 0
        var count: UInt64 = 0

        mutating func add(_ trained: UInt64, _ decided: UInt64) {
            sum += trained - decided
            count += 1
        }
    }

    @Test(arguments: ["central", "independent", "federated", "gossip"])
    func `is what the rows of tasks and of versions add up to`(mode: String) throws {
        let world = try World(`Training modes`.mode(mode))
        let plan = world.network.topology.plan
        let recorder = try Recorder(
            world.network.description, level: .full,
            directory: RunDirectory.make(at: folder.path + "/run"))
        let tape = LearnerTape()
        var run = InProcessRun(world.network, sink: recorder, tape: tape)
        let summary = try recorder.finish(run.run { _ in false })

        let rows = try Rows(of: folder.path + "/run", stations: 3, episodes: plan.episodes)
        let transitions = (0..<3).map { rows.transitions(of: $0, plan) }
        var lag = Lag()
        if mode == "central" {
            for (batch, version) in tape.batches.prefix(tape.told) {
                let first = Int(batch.firstSequence)
                let sent = transitions[Int(batch.station)][first..<first + batch.transitions.count]
                for transition in sent { lag.add(version, transition.version) }
            }
        } else {
            for station in 0..<3 {
                let told = rows.training[station].last?.time ?? .zero
                for transition in transitions[station] where transition.at <= told {
                    let trained = rows.version(of: station, before: transition.at)
                    lag.add(trained, transition.version)
                }
            }
        }
        #expect(lag.count > 100 && lag.sum > 0, "\(lag)")
        #expect(lag.count == rows.training.joined().reduce(0) { $0 + $1.versionLagCount })
        #expect(summary.weights.staleness == Double(lag.sum) / Double(lag.count))
    }
}
