import EdgeModel
import SimulationKernel

/// The section `scheduler.agent`; where the file says nothing of it, its defaults hold.
struct AgentDraft {
    var settings = AgentSettings()
    private var start: Located<StartVector>?
    private var decisionSteps: Located<Int>?
    private let section: Section

    init?(of scheduler: Section) {
        let nothing = SourceNode(place: scheduler.place, content: .mapping([]))
        let node = scheduler.has("agent") ? scheduler.value("agent") : nothing
        guard let node, let section = Section(node, path: "scheduler.agent", log: scheduler.log)
        else { return nil }
        self.section = section
        readActor()
        readRates()
        readLearning()
        readExploration()
    }

    private mutating func readActor() {
        if let word = section.word("action", as: ActionChoice.self) { settings.action = word.value }
        if let value = section.count("steps") { settings.steps = value.value }
        readDecisions()
        read("beta_min", \.betaMinimum)
        if let value = section.quantity("beta_max") {
            settings.betaMaximum = value.value
            if value.value <= settings.betaMinimum {
                section.log.error(.law, at: value.place, "'beta_max' must be above 'beta_min'")
            }
        }
        if let value = section.count("time_embedding") {
            settings.timeEmbedding = value.value
            if !value.value.isMultiple(of: 2) {
                section.log.error(
                    .outOfRange, at: value.place,
                    "'time_embedding' must be even (got \(value.value))")
            }
        }
        if let value = section.count("hidden") { settings.hidden = value.value }
        if let value = section.count("critic_hidden") { settings.criticHidden = value.value }
        if let word = section.word("activation", as: HiddenActivation.self) {
            settings.activation = word.value
        }
        start = section.word("start", as: StartVector.self)
        settings.start = start?.value
        settings.cleanLimit = section.quantity("clean_limit")?.value
        if let value = section.count("top") { settings.top = value.value }
    }

    private mutating func readDecisions() {
        decisionSteps = section.count("decision_steps")
        settings.decisionSteps = decisionSteps?.value
        read("decision_noise", \.decisionNoise)
        guard let decisionSteps, decisionSteps.value > settings.steps else { return }
        section.log.error(
            .outOfRange, at: decisionSteps.place,
            "'decision_steps' is \(decisionSteps.value), and the chain has \(settings.steps) steps")
    }

    private mutating func readRates() {
        read("actor_rate", \.actorRate)
        read("critic_rate", \.criticRate)
        read("temperature_rate", \.temperatureRate)
        if let word = section.word("rate_schedule", as: RateForm.self) {
            settings.rateSchedule = word.value
        }
        if let value = section.count("rate_updates") { settings.rateUpdates = value.value }
        read("rate_floor", \.rateFloor)
        settings.gradientLimit = section.quantity("gradient_limit")?.value
    }

    private mutating func readLearning() {
        read("tau", \.tau)
        read("discount", \.discount)
        read("start_temperature", \.startTemperature)
        read("target_entropy", \.targetEntropy)
        read("penalty", \.penalty)
        settings.rewardScale = section.duration("reward_scale")?.value
        read("prior_weight", \.priorWeight)
        if let word = section.word("prior", as: PriorForm.self) { settings.prior = word.value }
        read("huber", \.huber)
        settings.targetUpdate = section.count("target_update")?.value
        if let flag = section.flag("double") { settings.double = flag.value }
        if let value = section.count("noise_draws") { settings.noiseDraws = value.value }
        if let value = section.count("return_steps") { settings.returnSteps = value.value }
    }

    private mutating func readExploration() {
        read("epsilon_start", \.epsilonStart)
        read("epsilon_end", \.epsilonEnd)
        if let value = section.count("epsilon_decisions") {
            settings.epsilonDecisions = value.value
        }
    }

    private mutating func read(_ key: String, _ field: WritableKeyPath<AgentSettings, Double>) {
        if let value = section.quantity(key) { settings[keyPath: field] = value.value }
    }

    /// Whether the settings make sense for the policy.
    func check(for policy: PolicyName?) {
        if let decisionSteps, let policy, !policy.hasChain {
            section.log.error(
                .policy, at: decisionSteps.place,
                "'decision_steps' are those of a diffusion chain, and '\(policy.rawValue)' has none"
            )
        }
        guard let start, start.value == .previous, policy == .ddrlAMSA else { return }
        section.log.error(
            .policy, at: start.place,
            "'start: previous' remembers a decision by server, and 'ddrl-amsa' chooses sets",
            hint: "use 'noise' or 'zeros'")
    }
}
