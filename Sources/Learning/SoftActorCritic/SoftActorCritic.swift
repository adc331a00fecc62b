package import NeuralNetwork
package import Policies
package import SimulationKernel

/// Discrete soft actor-critic (Haarnoja 2018; Christodoulou 2019) with twin critics, target critics
/// and a learned temperature; the actor is a softmax network or a diffusion chain.
///
/// One update, in this order (docs/MODEL.md, section 7):
///
///     critics      y = r + gamma (1 - done) V(s'),   loss = mean (Q1 - y)^2 + mean (Q2 - y)^2
///     actor        against the updated critics, by recipe
///     temperature  gradient in ln(alpha): alpha mean(H - c ln A)
///     targets      target <- (1 - tau) target + tau critic
///
/// Softmax actors, `published` and `x0-chain`: V = sum p' (min Q' - alpha ln(p' + 1e-8)) with p' from
/// the actor, which descends -mean(alpha H + sum p min Q), through all steps if it is a chain; p is
/// the mean over `draws` chains. `x0-closed`: V and H come from the softmax of min Q / alpha, the
/// best policy for these critics; the denoiser is regressed to it at one random step of each row,
/// starting from clipped centred min Q / (2 alpha).
package struct SoftActorCritic<Scalar: NetworkScalar>: Agent {
    package let network: ActorNetwork
    package let critic: MultilayerPerceptron
    package let settings: SoftActorCriticSettings
    package var actor: ParameterVector<Scalar>
    package var critics: [ParameterVector<Scalar>]
    package var targets: [ParameterVector<Scalar>]
    /// ln(alpha), as the only parameter of its optimiser.
    package var logTemperature: ParameterVector<Double>
    package internal(set) var updates: UInt64 = 0

    package var selection: Selection { .one }
    package var start: ChainStart { settings.start }
    package var batchSize: Int { settings.batch }
    package var discount: Double { settings.discount }
    package var errors: [Scalar] { scratch.errors }
    package let draws: Int
    package var prior: Double { settings.actorPrior }

    /// Of the network; asked of it in every loop, the whole network would be copied every time.
    let actions: Int

    /// The actor's target is known in closed form.
    let isClosed: Bool
    var actorOptimiser: Adam<Scalar>
    var criticOptimisers: [Adam<Scalar>]
    var temperatureOptimiser: Adam<Double>
    var scratch: Scratch

    /// `[batch]`: what the critics were moved towards in the last update.
    package var rowTargets: [Scalar] { scratch.targets }

    package var temperature: Double { Mathematics.exp(logTemperature.values[0]) }

    /// Fresh networks; the actor's parameters are given, so that stations start with the same.
    package init(
        network: ActorNetwork, settings: SoftActorCriticSettings, actor: ParameterVector<Scalar>,
        from stream: inout RandomStream
    ) {
        precondition(actor.count == network.parameterCount, "\(actor.count) parameters")
        precondition(settings.targetEntropy > 0 && settings.targetEntropy < 1)
        precondition(settings.draws > 0, "\(settings.draws) noise draws")
        self.network = network
        self.settings = settings
        self.actor = actor
        isClosed = network.chain?.recipe == .x0Closed
        actions = network.actions
        draws = network.chain == nil || isClosed ? 1 : settings.draws
        critic = MultilayerPerceptron(
            inputs: network.features, hidden: settings.criticHidden, outputs: network.actions,
            activation: settings.criticActivation)
        var critics: [ParameterVector<Scalar>] = []
        for _ in 0..<2 {
            var parameters = ParameterVector<Scalar>(count: critic.parameters.count)
            critic.initialize(&parameters, from: &stream)
            critics.append(parameters)
        }
        self.critics = critics
        targets = critics
        logTemperature = ParameterVector([Mathematics.log(settings.startTemperature)])
        actorOptimiser = Adam(parameters: actor.count, rate: settings.actorRate)
        criticOptimisers = critics.map { Adam(parameters: $0.count, rate: settings.criticRate) }
        temperatureOptimiser = Adam(parameters: 1, rate: settings.temperatureRate)
        scratch = Scratch(
            network: network, critic: critic, rows: settings.batch,
            draws: draws, prior: settings.actorPrior)
    }

    /// One gradient step of everything.
    @_specialize(where Scalar == Float)
    package mutating func update(
        _ batch: TrainingBatch<Scalar>, noise: UpdateNoise<Scalar>
    ) -> UpdateMetrics {
        precondition(batch.rows == settings.batch, "\(batch.rows) rows for \(settings.batch)")
        var metrics = UpdateMetrics()
        let factor = settings.rateSchedule.factor(at: updates)
        actorOptimiser.rate = settings.actorRate * factor
        for index in 0..<2 { criticOptimisers[index].rate = settings.criticRate * factor }
        computeTargets(batch, noise, &metrics)
        updateCritics(batch, &metrics)
        minimise(critics, batch.features)
        if isClosed, let policy = network.chain {
            updateActorInClosedForm(policy, batch, noise, &metrics)
        } else {
            updateActorThroughScores(batch, noise, &metrics)
        }
        updateTemperature(batch, &metrics)
        updates += 1
        return metrics
    }
}

extension SoftActorCritic {
    /// Where updates compute; set aside once.
    struct Scratch: Sendable {
        var critic: Workspace<Scalar>
        var actor: ActorWorkspace<Scalar>
        var gradient: ParameterVector<Scalar>
        var actorGradient: ParameterVector<Scalar>
        var temperatureGradient = ParameterVector<Double>(count: 1)
        /// `[rows, actions]`: the lesser of two critics' values, probabilities and their logarithms.
        var values: [Scalar]
        var probabilities: [Scalar]
        var logarithms: [Scalar]
        /// `[draws, rows, actions]` and `[draws, rows, features]`; empty for a single draw.
        var drawn: [Scalar] = []
        var repeated: [Scalar] = []
        /// `[rows]`: the critics' targets, the lesser value of the chosen action, its mean error,
        /// and entropies.
        var targets: [Scalar]
        var lesser: [Scalar]
        var errors: [Scalar]
        var entropies: [Scalar]

        init(
            network: ActorNetwork, critic: MultilayerPerceptron, rows: Int, draws: Int,
            prior: Double
        ) {
            self.critic = Workspace(for: critic, rows: rows)
            let isClosed = network.chain?.recipe == .x0Closed
            actor = ActorWorkspace(
                for: network, rows: rows * draws, purpose: isClosed ? .regression : .chain,
                prior: prior)
            gradient = ParameterVector(count: critic.parameters.count)
            actorGradient = ParameterVector(count: network.parameterCount)
            values = Array(repeating: 0, count: rows * network.actions)
            probabilities = values
            logarithms = values
            if draws > 1 {
                drawn = Array(repeating: 0, count: draws * values.count)
                repeated = Array(repeating: 0, count: draws * rows * network.features)
            }
            targets = Array(repeating: 0, count: rows)
            lesser = targets
            errors = targets
            entropies = targets
        }
    }

    /// Runs a critic over rows of features; its values are then the scratch workspace's output,
    /// the prior's part included, which has no derivative by the parameters.
    mutating func evaluate(
        _ parameters: ParameterVector<Scalar>, _ features: [Scalar], keepsSlopes: Bool = true
    ) {
        let input = scratch.critic.input
        scratch.critic.values.write(features, at: input, count: features.count)
        critic.forward(
            parameters, rows: settings.batch, &scratch.critic, keepsSlopes: keepsSlopes)
        guard settings.criticPrior != 0 else { return }
        let (weight, actions) = (Scalar(settings.criticPrior), network.actions)
        for row in 0..<settings.batch {
            let place = (row + 1) * network.features - actions
            let target = scratch.critic.output + row * actions
            for action in 0..<actions {
                scratch.critic.values[target + action] += weight * features[place + action]
            }
        }
    }

    /// Leaves the lesser value of two critics for each action in the scratch `values`.
    mutating func minimise(_ pair: [ParameterVector<Scalar>], _ features: [Scalar]) {
        evaluate(pair[0], features, keepsSlopes: false)
        let output = scratch.critic.output
        scratch.values.write(scratch.critic.values, from: output, count: scratch.values.count)
        evaluate(pair[1], features, keepsSlopes: false)
        scratch.values.lower(to: scratch.critic.values, from: output)
    }
}
