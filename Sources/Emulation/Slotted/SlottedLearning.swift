import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import Stations
import Topologies

/// Central training in slotted timing: no links, so what a slot brought is learned at its end, and
/// all stations have new weights at once.
struct SlottedLearning {
    private var trainer: any Trainer
    private let interval: VirtualDuration
    private var logs: [TransitionLog]
    private let rewards: RewardSettings
    /// When each version was published; version 0 is that of the start.
    private var published: [VirtualInstant] = [.zero]
    private var publishedUpdates: UInt64

    init(_ network: EmulatedNetwork) {
        let topology = network.topology
        trainer = network.makeTrainer()
        interval = topology.training.publishInterval
        logs = topology.stations.map { _ in
            TransitionLog(
                steps: topology.scheduler.agent.returnSteps,
                discount: topology.scheduler.agent.discount)
        }
        rewards = network.stationConfiguration(of: 0).reward
        publishedUpdates = trainer.updates
    }

    private var version: UInt64 { UInt64(published.count - 1) }

    /// A decision and what came of it, which slotted timing knows at once.
    mutating func note(_ action: Action, for task: EdgeTask, delay: VirtualDuration) {
        guard let experience = action.experience else { return }
        let station = Int(task.id.origin)
        let number = logs[station].add(
            experience, policyVersion: action.policyVersion, at: task.arrival)
        logs[station].reward(
            number, Float(rewards.reward(delay: delay, deadline: task.deadline)),
            at: task.arrival)
    }

    /// Learns from what is complete at the end of a slot.
    ///
    /// - Returns: new weights, if it is time for some.
    mutating func learn(
        at now: VirtualInstant, _ sink: any RecordSink
    ) -> WeightSnapshot? {
        for station in logs.indices {
            for transition in logs[station].take(before: now) {
                let known = published[Int(min(transition.policyVersion, version))]
                _ = trainer.insert(transition, version: version, age: (now - known).seconds)
            }
        }
        while trainer.pendingUpdates > 0 { trainer.step() }
        guard trainer.updates > publishedUpdates,
            published.count == 1 || now - published[published.count - 1] >= interval
        else { return nil }
        precondition(trainer.isFinite, "weights are not finite after \(trainer.updates) updates")
        published.append(now)
        publishedUpdates = trainer.updates
        sink.keep(.training(trainer.takeRecord(at: now, version: version)))
        return WeightSnapshot(
            generation: 0, version: version, layout: trainer.layout, parameters: trainer.weights)
    }

    mutating func endEpisode(at now: VirtualInstant, _ sink: any RecordSink) {
        for station in logs.indices { logs[station].endEpisode(at: now) }
        sink.keep(
            .checkpoint(
                CheckpointRecord(
                    version: version, gradientSteps: trainer.updates,
                    bytes: trainer.checkpoint(isComplete: false))))
    }
}
