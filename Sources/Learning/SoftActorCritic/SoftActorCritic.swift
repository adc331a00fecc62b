package import NeuralNetwork
package import Policies
package import SimulationKernel

/// Discrete soft actor-critic (Haarnoja 2018; Christodoulou 2019) with a diffusion actor, twin
/// critics, target critics and a learned temperature.
///
/// One update, in this order (docs/MODEL.md, section 7):
///
///     critics      y = r + gamma (1 - done) V(s'),   loss = mean (Q1 - y)^2 + mean (Q2 - y)^2
///     actor        against the updated critics, by recipe
///     temperature  gradient in ln(alpha): alpha mean(H - c ln A)
///     targets      target <- (1 - tau) target + tau critic
///
/// `published` and `x0-chain`: V = sum p' (min Q' - alpha ln(p' + 1e-8)) with p' from the chain, and
/// the actor descends -mean(alpha H + sum p min Q) through all steps. `x0-closed`: V and H come from
/// the softmax of min Q / alpha, the best policy for these critics; the denoiser is regressed to it
/// at one random step of each row, starting from clipped centred min Q / (2 alpha).
package struct SoftActorCritic<Scalar: NetworkScalar>: Sendable {
    package let policy: DiffusionPolicy
    package let critic: MultilayerPerceptron
    package let settings: SoftActorCriticSettings
    package var actor: ParameterVector<Scalar>
    package var critics: [ParameterVector<Scalar>]
    package var targets: [ParameterVector<Scalar>]
    /// ln(alpha), as the only parameter of its optimiser.
    package var logTemperature: ParameterVector<Double>
    package private(set) var updates: UInt64 = 0

    var actorOptimiser: Adam<Scalar>
    var criticOptimisers: [Adam<Scalar>]
    var temperatureOptimiser: Adam<Double>
    var scratch: Scratch

    package var temperature: Double { Mathematics.exp(logTemperature.values[0]) }

    /// Fresh networks; the actor's parameters are given, so that stations start with the same.
    package init(
        policy: DiffusionPolicy, settings: SoftActorCriticSettings, actor: ParameterVector<Scalar>,
        from stream: inout RandomStream
    ) {
        precondition(actor.count == policy.parameterCount, "\(actor.count) parameters")
        precondition(settings.targetEntropy > 0 && settings.targetEntropy < 1)
        self.policy = policy
        self.settings = settings
        self.actor = actor
        critic = MultilayerPerceptron(
            inputs: policy.features, hidden: settings.criticHidden, outputs: policy.actions,
            activation: .mish)
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
        scratch = Scratch(policy: policy, critic: critic, rows: settings.batch)
    }

    /// One gradient step of everything.
    @_specialize(where Scalar == Float)
    package mutating func update(
        _ batch: TrainingBatch<Scalar>, noise: UpdateNoise<Scalar>
    ) -> UpdateMetrics {
        precondition(batch.rows == settings.batch, "\(batch.rows) rows for \(settings.batch)")
        var metrics = UpdateMetrics()
        computeTargets(batch, noise, &metrics)
        updateCritics(batch, &metrics)
        minimise(critics, batch.features)
        switch policy.recipe {
        case .published, .x0Chain: updateActorThroughChain(batch, noise, &metrics)
        case .x0Closed: updateActorInClosedForm(batch, noise, &metrics)
        }
        updateTemperature(batch, &metrics)
        for index in 0..<2 {
            targets[index].blend(towards: critics[index], rate: Scalar(settings.tau))
        }
        updates += 1
        return metrics
    }
}

extension SoftActorCritic {
    /// Where updates compute; set aside once.
    struct Scratch: Sendable {
        var critic: Workspace<Scalar>
        var chain: DiffusionWorkspace<Scalar>
        var gradient: ParameterVector<Scalar>
        var actorGradient: ParameterVector<Scalar>
        /// `[rows, actions]`: the lesser of two critics' values, and probabilities.
        var values: [Scalar]
        var probabilities: [Scalar]
        /// `[rows]`: the critics' targets, and entropies.
        var targets: [Scalar]
        var entropies: [Scalar]

        init(policy: DiffusionPolicy, critic: MultilayerPerceptron, rows: Int) {
            self.critic = Workspace(for: critic, rows: rows)
            chain = DiffusionWorkspace(
                for: policy, rows: rows, purpose: policy.recipe == .x0Closed ? .regression : .chain)
            gradient = ParameterVector(count: critic.parameters.count)
            actorGradient = ParameterVector(count: policy.parameterCount)
            values = Array(repeating: 0, count: rows * policy.actions)
            probabilities = values
            targets = Array(repeating: 0, count: rows)
            entropies = targets
        }
    }

    /// Runs a critic over rows of features; its values are then the scratch workspace's output.
    mutating func evaluate(_ parameters: ParameterVector<Scalar>, _ features: [Scalar]) {
        let input = scratch.critic.input
        for index in features.indices { scratch.critic.values[input + index] = features[index] }
        critic.forward(parameters, rows: settings.batch, &scratch.critic)
    }

    /// Leaves the lesser value of two critics for each action in the scratch `values`.
    mutating func minimise(_ pair: [ParameterVector<Scalar>], _ features: [Scalar]) {
        evaluate(pair[0], features)
        let output = scratch.critic.output
        for index in scratch.values.indices {
            scratch.values[index] = scratch.critic.values[output + index]
        }
        evaluate(pair[1], features)
        for index in scratch.values.indices {
            scratch.values[index] = min(
                scratch.values[index], scratch.critic.values[output + index])
        }
    }
}
