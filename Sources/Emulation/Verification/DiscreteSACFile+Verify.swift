import Learning
import NeuralNetwork
import Policies
import SimulationKernel

extension DiscreteSACFile {
    /// Does every update again, each from the networks that the last one left, and compares.
    ///
    /// Every array is held to the sizes that the file promises before anything of these sizes is
    /// set aside.
    func verify() throws(ReferenceFlaw) -> ReferenceVerification.Case {
        try checkWords()
        let (policy, settings) = (try policy(), try settings())
        let critic = MultilayerPerceptron(
            inputs: policy.features, hidden: settings.criticHidden, outputs: policy.actions,
            activation: settings.criticActivation)
        let first = try networks(start, policy, critic, "start")
        let expected = try networks(end, policy, critic, "end")
        guard !updates.isEmpty else { throw ReferenceFlaw(place: "updates", problem: "is empty") }
        var batches: [(TrainingBatch<Double>, UpdateNoise<Double>)] = []
        for (index, update) in updates.enumerated() {
            batches.append(
                try update.batch(for: policy, rows: settings.batch, "updates[\(index)]"))
        }
        var agent = try agent(policy, settings, first)
        var log = FindingLog()
        for (index, (update, (batch, noise))) in zip(updates, batches).enumerated() {
            let metrics = agent.update(batch, noise: noise)
            func compare(_ quantity: String, _ values: [Double], _ recorded: [Double]) {
                log.compare(
                    quantity, values, with: recorded, tolerance: FindingLog.updateTolerance,
                    place: { "update \(index), value \($0)" })
            }
            compare("target", agent.rowTargets, update.target)
            compare("critic loss", [metrics.criticLoss], [update.critic_loss])
            compare("actor loss", [metrics.actorLoss], [update.actor_loss])
            compare("temperature loss", [metrics.temperatureLoss], [update.alpha_loss])
            compare("entropy", [metrics.entropy], [update.entropy])
            compare("log alpha", agent.logTemperature.values, [update.log_alpha_after])
        }
        for (name, values, recorded) in [
            ("actor", agent.actor, expected.actor),
            ("critic 1", agent.critics[0], expected.critics[0]),
            ("critic 2", agent.critics[1], expected.critics[1]),
            ("target 1", agent.targets[0], expected.targets[0]),
            ("target 2", agent.targets[1], expected.targets[1]),
        ] {
            log.compare(
                "\(name) after all updates", values.values, with: recorded,
                tolerance: FindingLog.updateTolerance)
        }
        return ReferenceVerification.Case(
            name: "discrete soft actor-critic, diffusion actor",
            extent: "\(updates.count) updates, \(denoise_steps) steps, batch \(batch)",
            findings: log.findings)
    }

    /// The words that say how an update is done: what this build does, or an error.
    private func checkWords() throws(ReferenceFlaw) {
        let known: [(String?, String, String)] = [
            (adam, "adam", "beta 0.9, 0.999; eps 1e-8; no weight decay"),
            (
                order, "order",
                "critics, then actor against the updated critics, then temperature, then Polyak"
            ),
            (
                target, "target",
                "r + gamma (1-done) sum_a p'(a) (min(T1,T2)(s',a) - alpha log(p'(a)+1e-8)), "
                    + "p' from the online actor with x_T_next, noise_next"
            ),
            (critic_loss_is, "critic_loss_is", "mean (Q1(s,a)-y)^2 + mean (Q2(s,a)-y)^2"),
            (
                actor_loss_is, "actor_loss_is",
                "-mean(alpha H + sum_a p min(Q1,Q2)), H = -sum p log(p+1e-8), "
                    + "Q and alpha constant"
            ),
            (
                alpha_loss_is, "alpha_loss_is",
                "exp(log_alpha) mean(H - target_entropy), H constant, gradient in log_alpha"
            ),
            (polyak, "polyak", "target = (1-tau) target + tau online"),
        ]
        for (text, place, known) in known {
            guard let text, text != known else { continue }
            throw ReferenceFlaw(place: place, problem: "is '\(text)'; known is '\(known)'")
        }
    }

    /// The words of `actor` and `critic` that name activations, such as `mish` in
    /// `state-hidden-hidden-actions, mish, linear output`.
    private func activation(_ text: String, _ place: String) throws(ReferenceFlaw) -> Activation {
        let words = text.split { ",:;".contains($0) }.map { $0.drop { $0 == " " } }
        let named = Activation.allCases.filter { activation in
            words.contains { $0 == "\(activation)" }
        }
        guard named.count == 1, let activation = named.first else {
            let known = Activation.allCases.map { "\($0)" }.joined(separator: ", ")
            throw ReferenceFlaw(
                place: place, problem: "is '\(text)', which names none or several of \(known)")
        }
        return activation
    }

    private func check(
        _ value: Double, _ place: String, _ wanted: String, _ isAllowed: Bool
    ) throws(ReferenceFlaw) {
        guard isAllowed else {
            throw ReferenceFlaw(place: place, problem: "is \(value), \(wanted) is wanted")
        }
    }

    private func policy() throws(ReferenceFlaw) -> DiffusionPolicy {
        let hasTimeNetwork = start.actor.time != nil
        let units = try ReferenceArray.size(hidden, "hidden")
        let features = try ReferenceArray.size(state_dim, "state_dim")
        let actions = try ReferenceArray.size(action_dim, "action_dim", 2...65_536)
        guard actor.contains("tanh output") else {
            throw ReferenceFlaw(
                place: "actor", problem: "is '\(actor)'; known is an actor with tanh output")
        }
        // What the first layer takes besides action and state are the sines and cosines.
        let inputs = start.actor.eps.first?.weight.first?.count ?? 0
        let width = inputs - actions - features
        guard width >= 4, width % 2 == 0, width <= 4096 else {
            throw ReferenceFlaw(
                place: "start.actor.eps[0].weight[0]",
                problem: "has \(inputs) values: no even time embedding of 4 or more besides "
                    + "\(actions) actions and \(features) state values")
        }
        return DiffusionPolicy(
            features: features, actions: actions,
            hidden: try ReferenceNetwork.hidden(start.actor.eps, units, "start.actor.eps"),
            schedule: NoiseSchedule(
                steps: try ReferenceArray.size(denoise_steps, "denoise_steps", 1...10_000)),
            recipe: .published, activation: try activation(actor, "actor"), timeWidth: width,
            hasTimeNetwork: hasTimeNetwork, cleanLimit: clip_denoised ? 1 : nil)
    }

    private func settings() throws(ReferenceFlaw) -> SoftActorCriticSettings {
        guard critic.contains("linear output") else {
            throw ReferenceFlaw(
                place: "critic", problem: "is '\(critic)'; known are critics with linear output")
        }
        let greatest = Mathematics.log(Double(action_dim))
        try check(
            target_entropy, "target_entropy", "more than 0 and less than ln(action_dim)",
            target_entropy > 0 && target_entropy < greatest)
        try check(gamma, "gamma", "0 to 1", gamma >= 0 && gamma <= 1)
        try check(tau, "tau", "0 to 1", tau >= 0 && tau <= 1)
        for (value, place) in [
            (actor_lr, "actor_lr"), (critic_lr, "critic_lr"), (alpha_lr, "alpha_lr"),
        ] {
            try check(value, place, "0 or more", value >= 0)
        }
        var settings = SoftActorCriticSettings()
        settings.criticHidden = try ReferenceNetwork.hidden(
            start.critic1, hidden, "start.critic1")
        settings.criticActivation = try activation(critic, "critic")
        settings.batch = try ReferenceArray.size(batch, "batch")
        settings.discount = gamma
        settings.tau = tau
        settings.actorRate = actor_lr
        settings.criticRate = critic_lr
        settings.temperatureRate = alpha_lr
        settings.targetEntropy = target_entropy / greatest
        return settings
    }

    /// The agent at the start.
    private func agent(
        _ policy: DiffusionPolicy, _ settings: SoftActorCriticSettings, _ networks: FlatNetworks
    ) throws(ReferenceFlaw) -> SoftActorCritic<Double> {
        guard let logAlpha = start.log_alpha else {
            throw ReferenceFlaw(place: "start.log_alpha", problem: "is missing")
        }
        var stream = RandomStream(seed: 0, entity: "verification", purpose: "overwritten")
        var agent = SoftActorCritic<Double>(
            network: .diffusion(policy), settings: settings,
            actor: ParameterVector(networks.actor), from: &stream)
        agent.critics = networks.critics.map { ParameterVector($0) }
        agent.targets = networks.targets.map { ParameterVector($0) }
        agent.logTemperature = ParameterVector([logAlpha])
        return agent
    }

    private typealias FlatNetworks = (
        actor: [Double], critics: [[Double]], targets: [[Double]]
    )

    private func networks(
        _ networks: Networks, _ policy: DiffusionPolicy, _ critic: MultilayerPerceptron,
        _ place: String
    ) throws(ReferenceFlaw) -> FlatNetworks {
        func flat(
            _ layers: [ReferenceLayer], _ name: String
        ) throws(ReferenceFlaw) -> [Double] {
            try ReferenceNetwork.flat(layers, critic, "\(place).\(name)")
        }
        let actor = try networks.actor.flat(policy, "\(place).actor")
        let critics = [
            try flat(networks.critic1, "critic1"), try flat(networks.critic2, "critic2"),
        ]
        if place == "end", networks.target1 == nil || networks.target2 == nil {
            throw ReferenceFlaw(
                place: "end.target\(networks.target1 == nil ? 1 : 2)", problem: "is missing")
        }
        let targets = [
            try networks.target1.map { layers throws(ReferenceFlaw) in
                try flat(layers, "target1")
            } ?? critics[0],
            try networks.target2.map { layers throws(ReferenceFlaw) in
                try flat(layers, "target2")
            } ?? critics[1],
        ]
        return (actor, critics, targets)
    }
}

extension DiscreteSACFile.Update {
    /// The batch and its noise, with shapes checked.
    func batch(
        for policy: DiffusionPolicy, rows: Int, _ place: String
    ) throws(ReferenceFlaw) -> (TrainingBatch<Double>, UpdateNoise<Double>) {
        let actions = policy.actions
        let (wide, narrow) = ((rows, policy.features), (rows, actions))
        let deep = (policy.schedule.count, rows, actions)
        let features = try ReferenceArray.matrix(state, wide, "\(place).state")
        let nextFeatures = try ReferenceArray.matrix(next_state, wide, "\(place).next_state")
        try ReferenceArray.count(action.count, rows, "\(place).action")
        for (row, action) in action.enumerated() where !(0..<actions).contains(action) {
            throw ReferenceFlaw(
                place: "\(place).action[\(row)]", problem: "is \(action), with \(actions) actions")
        }
        let rewards = try ReferenceArray.vector(reward, rows, "\(place).reward")
        let ends = try ReferenceArray.vector(done, rows, "\(place).done")
        try ReferenceArray.count(target.count, rows, "\(place).target")
        let starts = try ReferenceArray.matrix(x_T, narrow, "\(place).x_T")
        let nextStarts = try ReferenceArray.matrix(x_T_next, narrow, "\(place).x_T_next")
        let steps = try ReferenceArray.cube(self.noise, deep, "\(place).noise")
        let nextSteps = try ReferenceArray.cube(noise_next, deep, "\(place).noise_next")

        var batch = TrainingBatch<Double>(rows: rows, features: policy.features, actions: actions)
        (batch.features, batch.nextFeatures) = (features, nextFeatures)
        (batch.choices, batch.rewards) = (action, rewards)
        batch.continues = ends.map { 1 - $0 }
        var noise = UpdateNoise<Double>(for: .diffusion(policy), rows: rows)
        (noise.start, noise.nextStart) = (starts, nextStarts)
        (noise.noise, noise.nextNoise) = (steps, nextSteps)
        return (batch, noise)
    }
}
