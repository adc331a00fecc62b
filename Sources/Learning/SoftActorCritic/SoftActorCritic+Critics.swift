import NeuralNetwork
import Policies

extension SoftActorCritic {
    /// The floor inside the logarithm of published losses.
    static var probabilityFloor: Scalar { 1e-8 }

    /// y = r + gamma (1 - done) V(s').
    mutating func computeTargets(
        _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let alpha = Scalar(temperature)
        let discount = Scalar(settings.discount)
        network.prepare(actor, &scratch.actor)
        guard discount > 0 else {
            for row in 0..<batch.rows { scratch.targets[row] = batch.rewards[row] }
            metrics.meanTarget = batch.rewards.reduce(0) { $0 + Double($1) } / Double(batch.rows)
            return
        }
        if !isClosed {
            findProbabilities(
                batch.nextFeatures, mask: batch.nextMask, start: noise.nextStart,
                noise: noise.nextNoise, keepsSlopes: false)
        }
        minimise(targets, batch.nextFeatures)
        if !isClosed { findLogarithms() }
        var sum = 0.0
        for row in 0..<batch.rows {
            var value: Scalar = 0
            if isClosed {
                // sum p (Q - alpha ln p) at its maximum over p.
                value =
                    alpha
                    * softmax(scratch.values, row: row, mask: batch.nextMask, scale: 1 / alpha)
            } else {
                for index in (row * actions)..<((row + 1) * actions) where batch.nextMask[index] {
                    let bonus = alpha * scratch.logarithms[index]
                    value += scratch.probabilities[index] * (scratch.values[index] - bonus)
                }
            }
            scratch.targets[row] = batch.rewards[row] + discount * batch.continues[row] * value
            sum += Double(scratch.targets[row])
        }
        metrics.meanTarget = sum / Double(batch.rows)
    }

    /// The logarithms of the scratch `probabilities`, floored.
    mutating func findLogarithms() {
        let count = scratch.probabilities.count
        scratch.logarithms.withUnsafeMutableBufferPointer { logarithms in
            scratch.probabilities.withUnsafeBufferPointer { probabilities in
                guard let logarithms = logarithms.baseAddress,
                    let probabilities = probabilities.baseAddress
                else { return }
                Kernels.logarithms(
                    of: probabilities, plus: Self.probabilityFloor, into: logarithms, count: count)
            }
        }
    }

    /// One step of both critics towards the targets, and of the target critics towards them.
    mutating func updateCritics(
        _ batch: TrainingBatch<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let weight = 1 / Scalar(batch.rows)
        var (loss, squares) = (0.0, 0.0)
        for index in 0..<2 {
            evaluate(critics[index], batch.features)
            let (output, gradient) = (scratch.critic.output, scratch.critic.outputGradient)
            for place in 0..<(batch.rows * actions) { scratch.critic.values[gradient + place] = 0 }
            for row in 0..<batch.rows {
                let place = row * actions + batch.choices[row]
                let value = scratch.critic.values[output + place]
                let error = value - scratch.targets[row]
                let share = batch.weights[row] * weight
                loss += Double(error * error * share)
                scratch.critic.values[gradient + place] = 2 * error * share
                scratch.lesser[row] = index == 0 ? value : min(scratch.lesser[row], value)
                let half = error.magnitude / 2
                scratch.errors[row] = index == 0 ? half : scratch.errors[row] + half
            }
            scratch.gradient.setToZero()
            critic.backward(
                critics[index], rows: batch.rows, &scratch.critic, gradient: &scratch.gradient)
            let (norm, scale) = scratch.gradient.shortening(
                toNorm: settings.gradientLimit ?? .infinity)
            squares += norm * norm
            guard norm.isFinite else {
                metrics.skipped += 1
                continue
            }
            criticOptimisers[index].step(
                &critics[index], gradient: scratch.gradient, scale: scale,
                averaging: &targets[index], rate: Scalar(settings.tau))
        }
        metrics.criticLoss = loss
        metrics.meanValue = scratch.lesser.reduce(0) { $0 + Double($1) } / Double(batch.rows)
        metrics.criticGradientNorm = squares.squareRoot()
    }

    /// Writes a row's probabilities to the scratch; returns the logarithm of the normaliser.
    @discardableResult
    mutating func softmax(
        _ logits: [Scalar], row: Int, mask: [Bool], scale: Scalar
    ) -> Scalar {
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
