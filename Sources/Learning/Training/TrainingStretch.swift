import Messaging
import SimulationKernel

/// What happened since the last training record.
struct TrainingStretch: Sendable, Codable {
    private var updates = 0.0
    private var sums = UpdateMetrics()
    private var rewards = 0.0
    private var transitions: UInt64 = 0
    private var lag: UInt64 = 0
    private var age = 0.0

    var hasUpdates: Bool { updates > 0 }

    mutating func note(_ transition: Transition, version: UInt64, age: Double) {
        rewards += Double(transition.reward)
        transitions += 1
        lag += version - min(version, transition.policyVersion)
        self.age += age
    }

    mutating func note(_ metrics: UpdateMetrics) {
        updates += 1
        sums.criticLoss += metrics.criticLoss
        sums.actorLoss += metrics.actorLoss
        sums.entropy += metrics.entropy
        sums.meanValue += metrics.meanValue
        sums.meanTarget += metrics.meanTarget
        sums.divergence += metrics.divergence
        sums.actorGradientNorm += metrics.actorGradientNorm
        sums.criticGradientNorm += metrics.criticGradientNorm
        sums.skipped += metrics.skipped
        sums.temperature = metrics.temperature
        norms += metrics.gradientNorm
    }

    private var norms = 0.0

    /// Means over the updates and transitions of the stretch, not numbers without any; the
    /// temperature is the last one.
    func record(at now: VirtualInstant) -> TrainingRecord {
        let count = updates
        var record = TrainingRecord(time: now)
        record.criticLoss = sums.criticLoss / count
        record.actorLoss = sums.actorLoss / count
        record.temperature = updates > 0 ? sums.temperature : .nan
        record.entropy = sums.entropy / count
        record.meanQ = sums.meanValue / count
        record.meanTarget = sums.meanTarget / count
        record.divergence = sums.divergence / count
        record.gradientNorm = norms / count
        record.actorGradientNorm = sums.actorGradientNorm / count
        record.criticGradientNorm = sums.criticGradientNorm / count
        record.skippedSteps = UInt64(sums.skipped)
        record.meanReward = transitions > 0 ? rewards / Double(transitions) : 0
        record.versionLagSum = lag
        record.versionLagCount = transitions
        record.policyAgeSeconds = age
        return record
    }
}
