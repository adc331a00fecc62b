import NeuralNetwork
import Policies

extension SoftActorCritic {
    /// The floor inside the logarithm of published losses.
    static var probabilityFloor: Scalar { 1e-8 }

    /// y = r + gamma (1 - done) V(s').
    mutating func computeTargets(
        _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let actions = policy.actions
        let alpha = Scalar(temperature)
        let discount = Scalar(settings.discount)
        policy.embed(actor, &scratch.chain)
        if policy.recipe != .x0Closed {
            policy.denoise(
                actor, rows: batch.rows, features: batch.nextFeatures, start: noise.nextStart,
                noise: noise.nextNoise, &scratch.chain)
        }
        minimise(targets, batch.nextFeatures)
        var sum = 0.0
        for row in 0..<batch.rows {
            let value: Scalar
            switch policy.recipe {
            case .published, .x0Chain:
                softmax(scratch.chain.samples, row: row, mask: batch.nextMask, scale: 1)
                var expectation: Scalar = 0
                for index in (row * actions)..<((row + 1) * actions) where batch.nextMask[index] {
                    let p = scratch.probabilities[index]
                    let bonus = alpha * Scalar.log(p + Self.probabilityFloor)
                    expectation += p * (scratch.values[index] - bonus)
                }
                value = expectation
            case .x0Closed:
                // sum p (Q - alpha ln p) at its maximum over p.
                value =
                    alpha
                    * softmax(scratch.values, row: row, mask: batch.nextMask, scale: 1 / alpha)
            }
            scratch.targets[row] = batch.rewards[row] + discount * batch.continues[row] * value
            sum += Double(scratch.targets[row])
        }
        metrics.meanTarget = sum / Double(batch.rows)
    }

    /// One step of both critics towards the targets.
    mutating func updateCritics(
        _ batch: TrainingBatch<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let actions = policy.actions
        let weight = 1 / Scalar(batch.rows)
        var (loss, lesser, squares) = (0.0, [Scalar](), 0.0)
        lesser.reserveCapacity(batch.rows)
        for index in 0..<2 {
            evaluate(critics[index], batch.features)
            let (output, gradient) = (scratch.critic.output, scratch.critic.outputGradient)
            for place in 0..<(batch.rows * actions) { scratch.critic.values[gradient + place] = 0 }
            for row in 0..<batch.rows {
                let place = row * actions + batch.choices[row]
                let value = scratch.critic.values[output + place]
                let error = value - scratch.targets[row]
                loss += Double(error * error * weight)
                scratch.critic.values[gradient + place] = 2 * error * weight
                if index == 0 {
                    lesser.append(value)
                } else {
                    lesser[row] = min(lesser[row], value)
                }
            }
            scratch.gradient.setToZero()
            critic.backward(
                critics[index], rows: batch.rows, &scratch.critic, gradient: &scratch.gradient)
            let norm = scratch.gradient.clip(toNorm: settings.gradientLimit ?? .infinity)
            squares += norm * norm
            criticOptimisers[index].step(&critics[index], gradient: scratch.gradient)
        }
        metrics.criticLoss = loss
        metrics.meanValue = lesser.reduce(0) { $0 + Double($1) } / Double(batch.rows)
        metrics.gradientNorm = squares
    }

    /// Writes a row's probabilities to the scratch; returns the logarithm of the normaliser.
    @discardableResult
    mutating func softmax(
        _ logits: [Scalar], row: Int, mask: [Bool], scale: Scalar
    ) -> Scalar {
        let actions = policy.actions
        return logits.withUnsafeBufferPointer { logits in
            mask.withUnsafeBufferPointer { mask in
                scratch.probabilities.withUnsafeMutableBufferPointer { probabilities in
                    guard let logits = logits.baseAddress, let mask = mask.baseAddress,
                        let probabilities = probabilities.baseAddress
                    else { return 0 }
                    return SoftmaxHead.probabilities(
                        logits + row * actions, mask: mask + row * actions, actions: actions,
                        scale: scale, into: probabilities + row * actions)
                }
            }
        }
    }
}
