package import NeuralNetwork

/// From logits to a choice among the actions that the mask allows.
///
/// Masked actions have probability 0 and take no part in sums, maxima or entropies.
package enum SoftmaxHead {
    /// Writes the probabilities of one row and returns the logarithm of the sum of exponentials.
    ///
    /// - Parameters:
    ///   - logits: `[actions]`; multiplied by `scale` first.
    ///   - mask: `[actions]`, at least one true.
    ///   - probabilities: `[actions]`, out.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    @discardableResult
    package static func probabilities<Scalar: NetworkScalar>(
        _ logits: UnsafePointer<Scalar>, mask: UnsafePointer<Bool>, actions: Int,
        scale: Scalar = 1, into probabilities: UnsafeMutablePointer<Scalar>
    ) -> Scalar {
        var greatest = -Scalar.infinity
        for action in 0..<actions where mask[action] && logits[action] * scale > greatest {
            greatest = logits[action] * scale
        }
        Kernels.exponentials(
            of: logits, times: scale, minus: greatest, into: probabilities, count: actions)
        var sum: Scalar = 0
        for action in 0..<actions {
            if !mask[action] { probabilities[action] = 0 }
            sum += probabilities[action]
        }
        for action in 0..<actions { probabilities[action] /= sum }
        return greatest + Scalar.log(sum)
    }

    /// -sum p log(p + floor) of one row; the published losses use a floor of 1e-8.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package static func entropy<Scalar: NetworkScalar>(
        _ probabilities: UnsafePointer<Scalar>, actions: Int, floor: Scalar
    ) -> Scalar {
        var entropy: Scalar = 0
        for action in 0..<actions where probabilities[action] > 0 {
            entropy -= probabilities[action] * Scalar.log(probabilities[action] + floor)
        }
        return entropy
    }

    /// Turns the derivatives by a row's probabilities into those by its logits, in place:
    /// p_a (s_a - sum_b p_b s_b).
    ///
    /// Slopes are taken relative to that of the most probable action, which changes nothing in
    /// the formula. Where a policy is almost one-hot the mean is almost that slope, and the
    /// difference of the two would be the rounding of large numbers instead of a small one.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package static func backward<Scalar: NetworkScalar>(
        _ probabilities: UnsafePointer<Scalar>, actions: Int, slopes: UnsafeMutablePointer<Scalar>
    ) {
        var best = 0
        for action in 0..<actions where probabilities[action] > probabilities[best] {
            best = action
        }
        let reference = slopes[best]
        var mean: Scalar = 0
        for action in 0..<actions {
            slopes[action] -= reference
            mean += probabilities[action] * slopes[action]
        }
        for action in 0..<actions {
            slopes[action] = probabilities[action] * (slopes[action] - mean)
        }
    }

    /// The action at which the running sum of probabilities passes a uniform draw.
    package static func sample(_ probabilities: [Float], uniform: Double) -> Int {
        var left = uniform
        var last = 0
        for (action, probability) in probabilities.enumerated() where probability > 0 {
            last = action
            left -= Double(probability)
            if left < 0 { return action }
        }
        return last
    }

    /// The first of the most probable actions.
    package static func mostProbable(_ probabilities: [Float]) -> Int {
        var best = 0
        for (action, probability) in probabilities.enumerated()
        where probability > probabilities[best] {
            best = action
        }
        return best
    }
}
