import NeuralNetwork
import Policies
import SimulationKernel

extension SoftActorCritic {
    /// Descends -mean(alpha H + sum p min Q), Q and alpha constant, through all steps of the chain.
    mutating func updateActorThroughChain(
        _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let actions = policy.actions
        let alpha = Scalar(temperature)
        let weight = 1 / Scalar(batch.rows)
        policy.denoise(
            actor, rows: batch.rows, features: batch.features, start: noise.start,
            noise: noise.noise, &scratch.chain)
        var loss = 0.0
        for row in 0..<batch.rows {
            softmax(scratch.chain.samples, row: row, mask: batch.mask, scale: 1)
            let places = (row * actions)..<((row + 1) * actions)
            var (entropy, value, mean): (Scalar, Scalar, Scalar) = (0, 0, 0)
            // First the derivative by each probability, then through the softmax.
            for index in places where batch.mask[index] {
                let p = scratch.probabilities[index]
                let floored = p + Self.probabilityFloor
                let logarithm = Scalar.log(floored)
                entropy -= p * logarithm
                value += p * scratch.values[index]
                let slope = alpha * (logarithm + p / floored) - scratch.values[index]
                scratch.chain.gradient[index] = slope
                mean += p * slope
            }
            for index in places {
                let slope = batch.mask[index] ? scratch.chain.gradient[index] - mean : 0
                scratch.chain.gradient[index] = weight * scratch.probabilities[index] * slope
            }
            scratch.entropies[row] = entropy
            loss -= Double((alpha * entropy + value) * weight)
        }
        scratch.actorGradient.setToZero()
        policy.backward(actor, rows: batch.rows, &scratch.chain, total: &scratch.actorGradient)
        metrics.actorLoss = loss
        stepActor(&metrics)
    }

    /// Regresses the denoiser at one step of each row to the softmax of min Q / alpha.
    mutating func updateActorInClosedForm(
        _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let actions = policy.actions
        let alpha = Scalar(temperature)
        noiseCleanSamples(batch, noise, alpha)
        policy.predictClean(
            actor, rows: batch.rows, features: batch.features, places: noise.places,
            &scratch.chain)
        let weight = 1 / Scalar(batch.rows)
        var (loss, divergence) = (0.0, 0.0)
        for row in 0..<batch.rows {
            let places = (row * actions)..<((row + 1) * actions)
            let normaliser = softmax(scratch.values, row: row, mask: batch.mask, scale: 1 / alpha)
            for index in places {
                scratch.chain.gradient[index] = -scratch.probabilities[index]
            }
            var entropy: Scalar = 0
            for index in places where batch.mask[index] {
                let logarithm = scratch.values[index] / alpha - normaliser
                entropy -= scratch.probabilities[index] * logarithm
            }
            let fitted = softmax(scratch.chain.samples, row: row, mask: batch.mask, scale: 1)
            var cross: Scalar = 0
            for index in places where batch.mask[index] {
                cross += scratch.chain.gradient[index] * (scratch.chain.samples[index] - fitted)
            }
            for index in places {
                let slope = scratch.probabilities[index] + scratch.chain.gradient[index]
                scratch.chain.gradient[index] = weight * slope
            }
            scratch.entropies[row] = entropy
            loss += Double(cross * weight)
            divergence += Double((cross - entropy) * weight)
        }
        scratch.actorGradient.setToZero()
        policy.backwardFromClean(
            actor, rows: batch.rows, places: noise.places, &scratch.chain,
            total: &scratch.actorGradient)
        metrics.actorLoss = loss
        metrics.divergence = divergence
        stepActor(&metrics)
    }

    /// Leaves x_i of each row's own step at place 1 of the chain's samples: the clipped centred
    /// min Q / (2 alpha), with noise.
    private mutating func noiseCleanSamples(
        _ batch: TrainingBatch<Scalar>, _ noise: UpdateNoise<Scalar>, _ alpha: Scalar
    ) {
        let actions = policy.actions
        let offset = settings.batch * actions
        let bound = Scalar(DiffusionRecipe.logitBound)
        for row in 0..<batch.rows {
            let step = policy.schedule.steps[noise.places[row]]
            let (signal, deviation) = (Scalar(step.signal), Scalar(step.noise))
            var (sum, allowed): (Scalar, Scalar) = (0, 0)
            for index in (row * actions)..<((row + 1) * actions) where batch.mask[index] {
                sum += scratch.values[index]
                allowed += 1
            }
            let mean = sum / allowed
            for index in (row * actions)..<((row + 1) * actions) {
                let centred = (scratch.values[index] - mean) / (2 * alpha)
                let clean = batch.mask[index] ? max(-bound, min(bound, centred)) : 0
                scratch.chain.samples[offset + index] =
                    signal * clean + deviation * noise.start[index]
            }
        }
    }

    private mutating func stepActor(_ metrics: inout UpdateMetrics) {
        let norm = scratch.actorGradient.clip(toNorm: settings.gradientLimit ?? .infinity)
        metrics.gradientNorm = (metrics.gradientNorm + norm * norm).squareRoot()
        actorOptimiser.step(&actor, gradient: scratch.actorGradient)
    }

    /// One step of ln(alpha) against alpha mean(H - c ln A), H constant.
    mutating func updateTemperature(
        _ batch: TrainingBatch<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let actions = policy.actions
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
        temperatureOptimiser.step(&logTemperature, gradient: ParameterVector([slope]))
        metrics.temperatureLoss = slope
        metrics.temperature = temperature
        metrics.entropy = entropy / Double(batch.rows)
    }
}
