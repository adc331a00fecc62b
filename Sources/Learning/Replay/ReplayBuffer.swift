package import Messaging
package import SimulationKernel

/// The transitions that are trained on: a ring, one array per column.
///
/// It grows to its capacity, then the oldest transition gives way to the newest.
package struct ReplayBuffer: Sendable {
    package let capacity: Int
    package let featureCount: Int
    package let actions: Int
    /// Transitions held, and all that were ever inserted.
    package private(set) var count = 0
    package private(set) var inserted: UInt64 = 0
    /// `[count, featureCount]`
    private var features: [Float] = []
    private var nextFeatures: [Float] = []
    /// `[count, actions]`
    private var masks: [Bool] = []
    private var nextMasks: [Bool] = []
    private var choices: [UInt32] = []
    private var rewards: [Float] = []

    package init(capacity: Int, features: Int, actions: Int) {
        precondition(capacity > 0 && features > 0 && actions > 0)
        self.capacity = capacity
        featureCount = features
        self.actions = actions
    }

    /// Whether a transition has the shape that is kept here, and a choice that its mask allows.
    package func fits(_ transition: Transition) -> Bool {
        transition.features.count == featureCount && transition.nextFeatures.count == featureCount
            && transition.mask.count == actions && transition.nextMask.count == actions
            && transition.choice < UInt32(actions) && transition.mask[Int(transition.choice)]
            && transition.nextMask.contains(true) && transition.reward.isFinite
    }

    /// - Precondition: the transition `fits`.
    package mutating func insert(_ transition: Transition) {
        precondition(fits(transition), "a transition of another shape: \(transition)")
        if count < capacity {
            features += transition.features
            nextFeatures += transition.nextFeatures
            masks += transition.mask
            nextMasks += transition.nextMask
            choices.append(transition.choice)
            rewards.append(transition.reward)
            count += 1
        } else {
            let place = Int(inserted % UInt64(capacity))
            for index in 0..<featureCount {
                features[place * featureCount + index] = transition.features[index]
                nextFeatures[place * featureCount + index] = transition.nextFeatures[index]
            }
            for index in 0..<actions {
                masks[place * actions + index] = transition.mask[index]
                nextMasks[place * actions + index] = transition.nextMask[index]
            }
            choices[place] = transition.choice
            rewards[place] = transition.reward
        }
        inserted += 1
    }

    /// Fills a batch with transitions drawn uniformly, with replacement.
    ///
    /// - Precondition: there is a transition.
    package func sample(into batch: inout TrainingBatch<Float>, from stream: inout RandomStream) {
        precondition(count > 0, "nothing to sample from")
        for row in 0..<batch.rows {
            let place = stream.integer(below: count)
            for index in 0..<featureCount {
                batch.features[row * featureCount + index] = features[place * featureCount + index]
                batch.nextFeatures[row * featureCount + index] =
                    nextFeatures[place * featureCount + index]
            }
            for index in 0..<actions {
                batch.mask[row * actions + index] = masks[place * actions + index]
                batch.nextMask[row * actions + index] = nextMasks[place * actions + index]
            }
            batch.choices[row] = Int(choices[place])
            batch.rewards[row] = rewards[place]
        }
    }
}
