import EdgeModel
package import Messaging
import SimulationKernel

/// What an observation's raw quantities are divided by; each in the quantity's own unit.
package struct FeatureScales: Hashable, Sendable {
    /// Mbit.
    package var size = 1.0
    /// Gcycles.
    package var workload = 1.0
    /// Seconds.
    package var deadline = 1.0
    package var egressWait = 1.0
    package var wait = 1.0
    package var transfer = 1.0
    package var service = 1.0
    package var age = 1.0

    package init() {}

    /// Tells whether two sets of scales are the same: the digits of a hash over their bits.
    package var fingerprint: String {
        var hash = LayoutHash()
        for scale in [size, workload, deadline, egressWait, wait, transfer, service, age] {
            hash.mix(scale.bitPattern)
        }
        return "\(hash.value)"
    }
}

/// Turns what a station knows into the input of a learned policy (docs/MODEL.md, section 6).
///
/// `[4 + 4 n]` features for n candidate slots: size, workload, deadline, own egress backlog, then
/// per slot wait, transfer (there, and back when there is a result), service, age. Each is
/// min(x/scale, 4)/4; empty slots are zeros with mask false. An `ActionPrior` adds what it says of
/// each action. The size depends on n alone, so one policy fits every station.
package struct ObservationEncoder: Hashable, Sendable {
    package let slots: Int
    package let scales: FeatureScales
    /// Adds a feature for each action; nil for none.
    package let prior: ActionPrior?

    package var featureCount: Int { 4 + 4 * slots + (prior?.space.count(slots: slots) ?? 0) }

    package init(slots: Int, scales: FeatureScales, prior: ActionPrior? = nil) {
        precondition(slots > 0, "\(slots) candidate slots")
        self.slots = slots
        self.scales = scales
        self.prior = prior
    }

    /// - Parameters:
    ///   - features: `[featureCount]`, out.
    ///   - mask: `[slots]`, out.
    package func encode(
        _ observation: Observation, features: inout [Float], mask: inout [Bool]
    ) {
        precondition(features.count == featureCount && mask.count == slots)
        let task = observation.task
        features[0] = Self.feature(task.size.value, over: scales.size)
        features[1] = Self.feature(task.workload.value, over: scales.workload)
        features[2] = Self.feature(task.deadline.seconds, over: scales.deadline)
        features[3] = Self.feature(observation.egressWait, over: scales.egressWait)
        for slot in 0..<slots {
            let place = 4 + 4 * slot
            guard slot < observation.candidates.count else {
                mask[slot] = false
                for index in place..<(place + 4) { features[index] = 0 }
                continue
            }
            let candidate = observation.candidates[slot]
            mask[slot] = true
            features[place] = Self.feature(candidate.wait, over: scales.wait)
            features[place + 1] = Self.feature(
                candidate.transfer + candidate.delay + candidate.returnTime, over: scales.transfer)
            features[place + 2] = Self.feature(candidate.service, over: scales.service)
            features[place + 3] = Self.feature(candidate.age, over: scales.age)
        }
        prior?.encode(observation, slots: slots, features: &features)
    }

    private static func feature(_ value: Double, over scale: Double) -> Float {
        Float(min(value / scale, 4) / 4)
    }
}

extension Observation.Candidate {
    /// How long a result needs to come back, seconds; 0 without one.
    package var returnTime: Double { resultTransfer > 0 ? resultTransfer + delay : 0 }
}
