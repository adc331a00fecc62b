import EdgeModel
import SimulationKernel

/// The section `scheduler`.
struct SchedulerDraft {
    var policy: Located<PolicyName>?
    var candidates: Located<Int>?
    var decisionTime: Located<DecisionTime>?
    var splitPlace: Place?
    var observationPlace: Place?
    /// Everything but the policy; defaults where something was wrong.
    var settings: SchedulerSettings

    init(_ section: Section) {
        policy = section.word("policy", as: PolicyName.self)
        decisionTime = Self.decisionTime(section)
        settings = SchedulerSettings(policy: policy?.value ?? .local)
        candidates = section.count("candidates")
        if let value = candidates?.value { settings.candidates = value }
        if let value = section.duration("state_period")?.value { settings.statePeriod = value }
        if let value = section.word("state_phase", as: StatePhase.self)?.value {
            settings.statePhase = value
        }
        if let value = section.flag("state_reports")?.value { settings.stateReports = value }
        if let value = section.flag("own_work")?.value { settings.ownWork = value }
        if let value = section.word("knowledge", as: Knowledge.self)?.value {
            settings.knowledge = value
        }
        if let split = section.word("split", as: SplitRule.self) {
            settings.split = split.value
            splitPlace = split.place
        }
        if let value = decisionTime?.value { settings.decisionTime = value }
        if let value = section.word("observation", as: ObservationForm.self) {
            settings.observation = value.value
            observationPlace = value.place
        }
        if let agent = AgentDraft(of: section) {
            settings.agent = agent.settings
            agent.check(for: policy?.value)
        }
        if let value = section.word("recipe", as: ActorRecipe.self)?.value {
            settings.agent.recipe = value
        }
        checkChoices(section)
    }

    /// Whether the choices of the agent can be counted.
    private func checkChoices(_ section: Section) {
        guard let policy else { return }
        let limit: Int
        let reason: String
        if policy.value.choosesSubsets {
            limit = SchedulerSettings.subsetLimit
            reason = "chooses among all subsets of its candidates"
        } else if policy.value == .smCoEdge {
            limit = SchedulerSettings.topLimit
            reason = "chooses several of its candidates"
        } else {
            return
        }
        guard settings.candidates > limit else { return }
        section.log.error(
            .policy, at: candidates?.place ?? policy.place,
            "policy '\(policy.value.rawValue)' \(reason), and can have \(limit) of them at most "
                + "(got \(settings.candidates))",
            hint: "set 'candidates: \(limit)' or less")
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
}
