import Messaging
import SimulationKernel

/// What happened since the last training record.
struct TrainingStretch: Sendable {
    private var updates = 0.0
    private var sums = UpdateMetrics()
    private var rewards = 0.0
    private var transitions: UInt64 = 0
    private var lag: UInt64 = 0

    mutating func note(_ transition: Transition, version: UInt64) {
        rewards += Double(transition.reward)
        transitions += 1
        lag += version - min(version, transition.policyVersion)
    }

    mutating func note(_ metrics: UpdateMetrics) {
        updates += 1
        sums.criticLoss += metrics.criticLoss
        sums.actorLoss += metrics.actorLoss
        sums.entropy += metrics.entropy
        sums.meanValue += metrics.meanValue
        sums.gradientNorm += metrics.gradientNorm
        sums.temperature = metrics.temperature
    }

    /// Means over the updates and transitions of the stretch; the temperature is the last one.
    func record(
        at now: VirtualInstant, version: UInt64, updates total: UInt64, inserted: UInt64,
        bytes: UInt64, messages: UInt64
    ) -> TrainingRecord {
        let count = max(updates, 1)
        var record = TrainingRecord(time: now)
        record.version = version
        record.gradientSteps = total
        record.transitions = inserted
        record.criticLoss = sums.criticLoss / count
        record.actorLoss = sums.actorLoss / count
        record.temperature = sums.temperature
        record.entropy = sums.entropy / count
        record.meanQ = sums.meanValue / count
        record.gradientNorm = sums.gradientNorm / count
        record.meanReward = transitions > 0 ? rewards / Double(transitions) : 0
        record.weightBytes = bytes
        record.weightMessages = messages
        record.versionLagSum = lag
        record.versionLagCount = transitions
        return record
    }
}
