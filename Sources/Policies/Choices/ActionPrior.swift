import EdgeModel
package import Messaging

/// What the observation itself says of each action, as the last features of a learned policy.
///
/// The estimated make-span m_a of every action (docs/MODEL.md, section 4) is given to networks
/// twice: as a feature, and times a fixed weight as a part of the action's score, so that what is
/// learned is how far from the estimate the truth is. The feature is
///
///     h_a = max(-1, 1 - (m_a - min m) / scale)
///
/// in [-1, 1], 1 for the action that is estimated to be best, and -1 for a masked one.
package struct ActionPrior: Hashable, Sendable {
    package let space: ActionSpace
    /// Seconds: estimates that are two of these apart from the best are all the same.
    package let scale: Double

    package init(space: ActionSpace, scale: Double) {
        precondition(scale > 0 && scale.isFinite, "a scale of \(scale)")
        self.space = space
        self.scale = scale
    }

    /// - Parameters:
    ///   - slots: candidate slots, empty ones included.
    ///   - features: its last `space.count(slots:)` places are written.
    package func encode(_ observation: Observation, slots: Int, features: inout [Float]) {
        let count = space.count(slots: slots)
        let first = features.count - count
        var estimates = [Double](repeating: .infinity, count: count)
        var least = Double.infinity
        for action in 0..<count {
            guard
                let placement = space.placement(
                    of: representative(of: action, observation), ifPresentIn: observation)
            else { continue }
            estimates[action] = makespan(of: placement, observation)
            least = min(least, estimates[action])
        }
        for action in 0..<count {
            features[first + action] = Float(max(-1, 1 - (estimates[action] - least) / scale))
        }
    }

    /// The choice that an action stands for by itself: with `top`, the slot and the own server.
    private func representative(of action: Int, _ observation: Observation) -> UInt32 {
        switch space {
        case .servers, .partner, .subsets: UInt32(action)
        case .top: action < 32 ? 1 << UInt32(action) : 0
        }
    }

    /// When the last part is expected to be done, seconds from now, by the estimate of the split.
    private func makespan(of placement: Placement, _ observation: Observation) -> Double {
        switch placement {
        case .whole(let slot): observation.candidates[slot].estimatedCompletion
        case .split(let fractions):
            zip(fractions, observation.candidates).reduce(0) { latest, part in
                part.0 < 1e-6 ? latest : max(latest, part.1.estimate.finish(part.0))
            }
        }
    }
}
