package import NeuralNetwork
package import Policies

/// A double deep Q-network (Mnih 2015; van Hasselt 2016).
///
///     a' = best choice of Q(s'),   y = r + gamma (1 - done) T(s', a')
///     loss = mean h(Q(s, a) - y),   h(e) = e^2 / 2 within the limit d, d (|e| - d / 2) beyond
///     T follows Q by Polyak's average at each update, or is replaced every so many updates
///
/// A choice of the k best actions (`smcoedge`) has the mean of their values, of which the k best
/// are the greatest, so the same equations hold.
package struct DeepQNetwork<Scalar: NetworkScalar>: Agent {
    package let network: ActorNetwork
    package let settings: DeepQNetworkSettings
    package internal(set) var actor: ParameterVector<Scalar>
    package internal(set) var target: ParameterVector<Scalar>
    package internal(set) var updates: UInt64 = 0
    var optimiser: Adam<Scalar>
    var scratch: Scratch

    package var selection: Selection { settings.selection }
    package var start: ChainStart { .noise }
    package var batchSize: Int { settings.batch }
    package var draws: Int { 1 }
    package var prior: Double { settings.prior }
    package var discount: Double { settings.discount }
    package var errors: [Scalar] { scratch.errors }

    struct Scratch: Sendable {
        var network: ActorWorkspace<Scalar>
        var gradient: ParameterVector<Scalar>
        /// `[rows]`
        var choices: [Int]
        var targets: [Scalar]
        var errors: [Scalar]
    }

    /// - Parameter actor: the network's parameters, also given to the stations; the target starts
    ///   as their copy.
    package init(
        network: ActorNetwork, settings: DeepQNetworkSettings, actor: ParameterVector<Scalar>
    ) {
        guard case .values = network else {
            preconditionFailure("a Q-network is not \(network.name)")
        }
        precondition(actor.count == network.parameterCount, "\(actor.count) parameters")
        if case .top = settings.selection {
            precondition(network.actions <= Selection.topLimit, "\(network.actions) actions")
        }
        self.network = network
        self.settings = settings
        self.actor = actor
        target = actor
        optimiser = Adam(parameters: actor.count, rate: settings.rate)
        let rows = [Scalar](repeating: 0, count: settings.batch)
        scratch = Scratch(
            network: ActorWorkspace(
                for: network, rows: settings.batch, purpose: .chain,
                prior: settings.prior),
            gradient: ParameterVector(count: actor.count),
            choices: Array(repeating: 0, count: settings.batch), targets: rows, errors: rows)
    }

    @_specialize(where Scalar == Float)
    package mutating func update(
        _ batch: TrainingBatch<Scalar>, noise: UpdateNoise<Scalar>
    ) -> UpdateMetrics {
        precondition(batch.rows == settings.batch, "\(batch.rows) rows for \(settings.batch)")
        var metrics = UpdateMetrics()
        optimiser.rate = settings.rate * settings.rateSchedule.factor(at: updates)
        computeTargets(batch, &metrics)
        descend(batch, &metrics)
        updates += 1
        switch settings.targetUpdate {
        case .polyak(let tau): target.blend(towards: actor, rate: Scalar(tau))
        case .every(let count):
            if updates.isMultiple(of: UInt64(count)) { target = actor }
        }
        return metrics
    }

    private mutating func computeTargets(
        _ batch: TrainingBatch<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        let actions = network.actions
        score(settings.isDouble ? actor : target, batch.nextFeatures)
        for row in 0..<batch.rows {
            scratch.choices[row] = scratch.network.scores.withUnsafeBufferPointer { scores in
                guard let scores = scores.baseAddress else { return 0 }
                return Int(
                    settings.selection.best(
                        scores + row * actions, mask: batch.nextMask, at: row * actions,
                        actions: actions))
            }
        }
        if settings.isDouble { score(target, batch.nextFeatures) }
        var sum = 0.0
        for row in 0..<batch.rows {
            let next = value(of: scratch.choices[row], row: row)
            scratch.targets[row] =
                batch.rewards[row] + Scalar(settings.discount) * batch.continues[row] * next
            sum += Double(scratch.targets[row])
        }
        metrics.meanTarget = sum / Double(batch.rows)
    }

    private mutating func descend(
        _ batch: TrainingBatch<Scalar>, _ metrics: inout UpdateMetrics
    ) {
        score(actor, batch.features, keepsSlopes: true)
        let limit = Scalar(settings.huberLimit ?? .infinity)
        let share = 1 / Scalar(batch.rows)
        var (loss, sum) = (0.0, 0.0)
        for index in scratch.network.gradient.indices { scratch.network.gradient[index] = 0 }
        for row in 0..<batch.rows {
            let value = value(of: batch.choices[row], row: row)
            let error = value - scratch.targets[row]
            let weight = batch.weights[row] * share
            let size = error.magnitude
            loss += Double(
                weight * (size <= limit ? error * error / 2 : limit * (size - limit / 2)))
            sum += Double(value)
            scratch.errors[row] = size
            // Written so that what is not a number stays one, and the step is skipped.
            let slope = error > limit ? limit : (error < -limit ? -limit : error)
            spread(weight * slope, over: batch.choices[row], row: row)
        }
        scratch.gradient.setToZero()
        network.backward(actor, rows: batch.rows, &scratch.network, total: &scratch.gradient)
        let norm = scratch.gradient.clip(toNorm: settings.gradientLimit ?? .infinity)
        metrics.criticLoss = loss
        metrics.meanValue = sum / Double(batch.rows)
        metrics.criticGradientNorm = norm
        guard norm.isFinite else {
            metrics.skipped += 1
            return
        }
        optimiser.step(&actor, gradient: scratch.gradient)
    }

    private mutating func score(
        _ parameters: ParameterVector<Scalar>, _ features: [Scalar], keepsSlopes: Bool = false
    ) {
        network.score(
            parameters, rows: settings.batch, features: features, start: [], noise: [],
            &scratch.network, keepsSlopes: keepsSlopes)
    }

    /// The value of a choice in a row: of its action, or the mean over its actions.
    private func value(of choice: Int, row: Int) -> Scalar {
        let first = row * network.actions
        guard case .top = settings.selection else { return scratch.network.scores[first + choice] }
        var sum: Scalar = 0
        for action in 0..<network.actions where choice >> action & 1 == 1 {
            sum += scratch.network.scores[first + action]
        }
        return sum / Scalar(choice.nonzeroBitCount)
    }

    /// Hands a derivative by the value of a choice to its actions.
    private mutating func spread(_ slope: Scalar, over choice: Int, row: Int) {
        let first = row * network.actions
        guard case .top = settings.selection else {
            scratch.network.gradient[first + choice] = slope
            return
        }
        let part = slope / Scalar(choice.nonzeroBitCount)
        for action in 0..<network.actions where choice >> action & 1 == 1 {
            scratch.network.gradient[first + action] = part
        }
    }
}
