import NeuralNetwork
import Policies
import SimulationKernel

extension SoftActorCritic {
    /// Scores the rows with fresh chains and leaves the policy in the scratch `probabilities`: the
    /// mean over all draws, each of which stays in `drawn` if there are several.
    mutating func findProbabilities(
        _ features: [Scalar], mask: [Bool], start: [Scalar], noise: [Scalar], keepsSlopes: Bool
    ) {
        let rows = settings.batch
        if draws > 1 {
            let size = rows * network.features
            for index in scratch.repeated.indices {
                scratch.repeated[index] = features[index % size]
            }
        }
        network.score(
            actor, rows: rows * draws, features: draws > 1 ? scratch.repeated : features,
            start: start, noise: noise, &scratch.actor, keepsSlopes: keepsSlopes)
        guard draws > 1 else {
            for row in 0..<rows { softmax(scratch.actor.scores, row: row, mask: mask, scale: 1) }
            return
        }
        let share = 1 / Scalar(draws)
        for index in scratch.probabilities.indices { scratch.probabilities[index] = 0 }
        for row in 0..<(rows * draws) {
            softmaxOfDraw(row, mask: mask)
            let target = row % rows * actions
            for action in 0..<actions {
                scratch.probabilities[target + action] +=
                    share * scratch.drawn[row * actions + action]
            }
        }
    }

    /// Descends -mean(alpha H + sum p min Q), Q and alpha constant, through all steps of a chain.
    mutating func updateActorThroughScores(
        _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let alpha = Scalar(temperature)
        let weight = 1 / Scalar(batch.rows)
        findProbabilities(
            batch.features, mask: batch.mask, start: noise.start, noise: noise.noise,
            keepsSlopes: true)
        findLogarithms()
        var loss = 0.0
        for row in 0..<batch.rows {
            let share = batch.weights[row] * weight
            var (entropy, value): (Scalar, Scalar) = (0, 0)
            // The derivative by each probability takes the place of the value.
            for index in (row * actions)..<((row + 1) * actions) where batch.mask[index] {
                let p = scratch.probabilities[index]
                let logarithm = scratch.logarithms[index]
                entropy -= p * logarithm
                value += p * scratch.values[index]
                scratch.values[index] =
                    alpha * (logarithm + p / (p + Self.probabilityFloor)) - scratch.values[index]
            }
            scratch.entropies[row] = entropy
            loss -= Double((alpha * entropy + value) * share)
        }
        for draw in 0..<draws {
            for row in 0..<batch.rows { passThroughSoftmax(row, draw: draw, batch, weight) }
        }
        scratch.actorGradient.setToZero()
        network.backward(
            actor, rows: batch.rows * draws, &scratch.actor, total: &scratch.actorGradient)
        metrics.actorLoss = loss
        stepActor(&metrics)
    }

    /// From the derivative by a row's probabilities, in the scratch `values`, to that by the
    /// scores of one draw.
    private mutating func passThroughSoftmax(
        _ row: Int, draw: Int, _ batch: TrainingBatch<Scalar>, _ weight: Scalar
    ) {
        let (first, place) = (row * actions, (draw * batch.rows + row) * actions)
        scratch.actor.gradient.write(scratch.values, from: first, at: place, count: actions)
        let probabilities = draws > 1 ? place : first
        (draws > 1 ? scratch.drawn : scratch.probabilities).withUnsafeBufferPointer { policy in
            scratch.actor.gradient.withUnsafeMutableBufferPointer { slopes in
                guard let policy = policy.baseAddress, let slopes = slopes.baseAddress else {
                    return
                }
                SoftmaxHead.backward(
                    policy + probabilities, actions: actions, slopes: slopes + place)
            }
        }
        let share = batch.weights[row] * weight / Scalar(draws)
        for action in 0..<actions { scratch.actor.gradient[place + action] *= share }
    }

    /// The probabilities of a row of `[draws, rows]`, to the scratch `drawn`.
    private mutating func softmaxOfDraw(_ row: Int, mask: [Bool]) {
        let allowed = row % settings.batch * actions
        scratch.actor.scores.withUnsafeBufferPointer { logits in
            mask.withUnsafeBufferPointer { mask in
                scratch.drawn.withUnsafeMutableBufferPointer { probabilities in
                    guard let logits = logits.baseAddress, let mask = mask.baseAddress,
                        let probabilities = probabilities.baseAddress
                    else { return }
                    SoftmaxHead.probabilities(
                        logits + row * actions, mask: mask + allowed, actions: actions,
                        into: probabilities + row * actions)
                }
            }
        }
    }

    /// Regresses the denoiser at one step of each row to the softmax of min Q / alpha.
    mutating func updateActorInClosedForm(
        _ policy: DiffusionPolicy, _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>,
        _ metrics: inout UpdateMetrics
    ) {
        guard var chain = scratch.actor.chain.take() else { return }
        noiseCleanSamples(policy, batch, noise, &chain)
        policy.predictClean(
            actor, rows: batch.rows, features: batch.features, places: noise.places, &chain)
        addPrior(batch.features, to: &chain.samples)
        fitToTarget(batch, &chain, &metrics)
        scratch.actorGradient.setToZero()
        policy.backwardFromClean(
            actor, rows: batch.rows, places: noise.places, &chain,
            total: &scratch.actorGradient)
        scratch.actor.chain = chain
        stepActor(&metrics)
    }

    /// The cross-entropy of the softmax of min Q / alpha and that of the predicted logits, and its
    /// derivative by the latter.
    private mutating func fitToTarget(
        _ batch: TrainingBatch<Scalar>, _ chain: inout DiffusionWorkspace<Scalar>,
        _ metrics: inout UpdateMetrics
    ) {
        let alpha = Scalar(temperature)
        let weight = 1 / Scalar(batch.rows)
        var (loss, divergence) = (0.0, 0.0)
        for row in 0..<batch.rows {
            let places = (row * actions)..<((row + 1) * actions)
            let normaliser = softmax(scratch.values, row: row, mask: batch.mask, scale: 1 / alpha)
            for index in places {
                chain.gradient[index] = -scratch.probabilities[index]
            }
            var entropy: Scalar = 0
            for index in places where batch.mask[index] {
                let logarithm = scratch.values[index] / alpha - normaliser
                entropy -= scratch.probabilities[index] * logarithm
            }
            let fitted = softmax(chain.samples, row: row, mask: batch.mask, scale: 1)
            var cross: Scalar = 0
            for index in places where batch.mask[index] {
                cross += chain.gradient[index] * (chain.samples[index] - fitted)
            }
            let share = batch.weights[row] * weight
            for index in places {
                let slope = scratch.probabilities[index] + chain.gradient[index]
                chain.gradient[index] = share * slope
            }
            scratch.entropies[row] = entropy
            loss += Double(cross * share)
            divergence += Double((cross - entropy) * weight)
        }
        metrics.actorLoss = loss
        metrics.divergence = divergence
    }

    /// Makes the logits of the policy of predicted clean samples.
    private func addPrior(_ features: [Scalar], to samples: inout [Scalar]) {
        guard settings.actorPrior != 0 else { return }
        let (weight, actions) = (Scalar(settings.actorPrior), network.actions)
        for row in 0..<settings.batch {
            let place = (row + 1) * network.features - actions
            for action in 0..<actions {
                samples[row * actions + action] += weight * features[place + action]
            }
        }
    }

    /// Leaves x_i of each row's own step at place 1 of the chain's samples: the clipped centred
    /// min Q / (2 alpha), less half of the prior's part, with noise.
    private func noiseCleanSamples(
        _ policy: DiffusionPolicy, _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>,
        _ chain: inout DiffusionWorkspace<Scalar>
    ) {
        let actions = policy.actions
        let alpha = Scalar(temperature)
        let offset = settings.batch * actions
        let bound = Scalar(DiffusionRecipe.logitBound)
        let prior = Scalar(settings.actorPrior)
        for row in 0..<batch.rows {
            let step = policy.schedule.steps[noise.places[row]]
            let known = (row + 1) * network.features - (row + 1) * actions
            func value(_ index: Int) -> Scalar {
                let value = scratch.values[index]
                return prior == 0 ? value : value - alpha * prior * batch.features[known + index]
            }
            let (signal, deviation) = (Scalar(step.signal), Scalar(step.noise))
            var (sum, allowed): (Scalar, Scalar) = (0, 0)
            for index in (row * actions)..<((row + 1) * actions) where batch.mask[index] {
                sum += value(index)
                allowed += 1
            }
            let mean = sum / allowed
            for index in (row * actions)..<((row + 1) * actions) {
                let centred = (value(index) - mean) / (2 * alpha)
                let clean = batch.mask[index] ? max(-bound, min(bound, centred)) : 0
                chain.samples[offset + index] =
                    signal * clean + deviation * noise.start[index]
            }
        }
    }

    private mutating func stepActor(_ metrics: inout UpdateMetrics) {
        let (norm, scale) = scratch.actorGradient.shortening(
            toNorm: settings.gradientLimit ?? .infinity)
        metrics.actorGradientNorm = norm
        guard norm.isFinite else {
            metrics.skipped += 1
            return
        }
        actorOptimiser.step(&actor, gradient: scratch.actorGradient, scale: scale)
    }

    /// One step of ln(alpha) against alpha mean(H - c ln A), H constant.
    mutating func updateTemperature(
        _ batch: TrainingBatch<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        var (excess, entropy) = (0.0, 0.0)
        for row in 0..<batch.rows {
            var allowed = 0
            for index in (row * actions)..<((row + 1) * actions) where batch.mask[index] {
                allowed += 1
            }
            let target = settings.targetEntropy * Mathematics.log(Double(allowed))
            entropy += Double(scratch.entropies[row])
            excess += Double(scratch.entropies[row]) - target
        }
        let slope = temperature * excess / Double(batch.rows)
        guard slope.isFinite else {
            metrics.skipped += 1
            return
        }
        scratch.temperatureGradient.values[0] = slope
        temperatureOptimiser.step(&logTemperature, gradient: scratch.temperatureGradient)
        metrics.temperatureLoss = slope
        metrics.temperature = temperature
        metrics.entropy = entropy / Double(batch.rows)
    }
}
