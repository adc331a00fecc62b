import EdgeModel
import SimulationKernel

/// The section `scheduler`.
struct SchedulerDraft {
    var policy: Located<PolicyName>?
    var decisionTime: Located<DecisionTime>?
    /// Everything but the policy; defaults where something was wrong.
    var settings: SchedulerSettings

    init(_ section: Section) {
        policy = section.word("policy", as: PolicyName.self)
        decisionTime = Self.decisionTime(section)
        settings = SchedulerSettings(policy: policy?.value ?? .local)
        if let value = section.count("candidates")?.value { settings.candidates = value }
        if let value = section.duration("state_period")?.value { settings.statePeriod = value }
        if let value = section.word("state_phase", as: StatePhase.self)?.value {
            settings.statePhase = value
        }
        if let value = section.flag("own_work")?.value { settings.ownWork = value }
        if let split = section.word("split", as: SplitRule.self) {
            settings.split = split.value
            if NotYetSupported.splits.contains(split.value) {
                NotYetSupported.report(
                    "split '\(split.value.rawValue)'", at: split.place, section.log)
            }
        }
        if let value = decisionTime?.value { settings.decisionTime = value }
        if let value = section.word("observation", as: ObservationForm.self) {
            settings.observation = value.value
            if NotYetSupported.observations.contains(value.value) {
                NotYetSupported.report("observation 'published'", at: value.place, section.log)
            }
        }
        if let agent = Self.agent(section) { settings.agent = agent }
        if let value = section.word("recipe", as: ActorRecipe.self)?.value {
            settings.agent.recipe = value
        }
        report(section)
    }

    private func report(_ section: Section) {
        if let policy, NotYetSupported.policies.contains(policy.value) {
            NotYetSupported.report(
                "policy '\(policy.value.rawValue)'", at: policy.place, section.log)
        }
    }

    private static func decisionTime(_ section: Section) -> Located<DecisionTime>? {
        guard let node = section.value("decision_time") else { return nil }
        switch node.content {
        case .scalar("measured", _): return Located(.measured, at: node.place)
        case .mapping(let entries) where entries.count == 1 && entries[0].key == "per_step":
            let bounds = Bounds.within(0, 1e6)
            return section.quantity("per_step", entries[0].value, .work, bounds)
                .map { Located(.perStep(Gigacycles($0)), at: node.place) }
        case .scalar, .list, .mapping:
            return section.quantity("decision_time", node, .duration, .within(0, 3600))
                .map { Located(.fixed(.seconds($0)), at: node.place) }
        }
    }

    /// Where the file says nothing of the agent, its defaults hold.
    private static func agent(_ section: Section) -> AgentSettings? {
        let nothing = SourceNode(place: section.place, content: .mapping([]))
        let node = section.has("agent") ? section.value("agent") : nothing
        guard let node,
            let agent = Section(node, path: "scheduler.agent", log: section.log)
        else { return nil }
        var settings = AgentSettings()
        if let value = agent.word("action", as: ActionChoice.self) { settings.action = value.value }
        if let value = agent.count("steps") { settings.steps = value.value }
        if let value = agent.quantity("beta_min") { settings.betaMinimum = value.value }
        if let value = agent.quantity("beta_max") {
            settings.betaMaximum = value.value
            if value.value <= settings.betaMinimum {
                agent.log.error(.law, at: value.place, "'beta_max' must be above 'beta_min'")
            }
        }
        if let value = agent.count("time_embedding") {
            settings.timeEmbedding = value.value
            if !value.value.isMultiple(of: 2) {
                agent.log.error(
                    .outOfRange, at: value.place,
                    "'time_embedding' must be even (got \(value.value))")
            }
        }
        if let value = agent.count("hidden") { settings.hidden = value.value }
        if let value = agent.count("critic_hidden") { settings.criticHidden = value.value }
        if let value = agent.quantity("tau") { settings.tau = value.value }
        if let value = agent.quantity("discount") { settings.discount = value.value }
        if let value = agent.quantity("actor_rate") { settings.actorRate = value.value }
        if let value = agent.quantity("critic_rate") { settings.criticRate = value.value }
        if let value = agent.quantity("temperature_rate") { settings.temperatureRate = value.value }
        if let value = agent.quantity("start_temperature") {
            settings.startTemperature = value.value
        }
        if let value = agent.quantity("target_entropy") { settings.targetEntropy = value.value }
        if let value = agent.quantity("penalty") { settings.penalty = value.value }
        return settings
    }
}
