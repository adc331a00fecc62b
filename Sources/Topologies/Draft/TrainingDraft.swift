import EdgeModel
import SimulationKernel

/// The section `training`.
struct TrainingDraft {
    var place: Place
    /// Nil when the file leaves it to the policy.
    var mode: Located<TrainingMode>?
    var checkpoint: Located<String>?
    var mixing: Located<Double>?
    /// Everything but the mode and the checkpoint; defaults where something was wrong.
    var settings: TrainingSettings

    init(_ section: Section) {
        place = section.place
        mode = section.word("mode", as: TrainingMode.self)
        checkpoint = section.text("checkpoint")
        settings = TrainingSettings(mode: .none)
        if let value = section.quantity("samples_per_insert") {
            settings.samplesPerInsert = value.value
        }
        if let value = section.count("minimum_transitions") {
            settings.minimumTransitions = value.value
        }
        if let value = section.duration("publish_interval") {
            settings.publishInterval = value.value
        }
        if let value = section.duration("round") { settings.round = value.value }
        mixing = section.quantity("mixing")
        settings.mixing = mixing?.value
        if let value = section.duration("step_time") { settings.stepTime = value.value }
        if let value = section.count("replay") { settings.replay = value.value }
        if let batch = section.count("batch") {
            settings.batch = batch.value
            if batch.value > settings.replay {
                section.log.error(
                    .batch, at: batch.place,
                    "batch of \(batch.value) is larger than the replay of \(settings.replay)")
            }
        }
        if let value = section.count("lag_limit") { settings.lagLimit = value.value }
        if let value = section.quantity("priority") { settings.priority = value.value }
        if let value = section.quantity("priority_correction") {
            settings.priorityCorrection = value.value
        }
        if let value = section.count("priority_updates") {
            settings.priorityUpdates = value.value
        }
        if let flag = section.flag("transfer") { settings.transfer = flag.value }
        readLearner(section)
        readParameters(section)
        if let mode, mode.value == .frozen, !section.has("checkpoint") {
            section.log.error(.missingKey, at: mode.place, "mode 'frozen' needs 'checkpoint'")
        }
    }

    private mutating func readParameters(_ section: Section) {
        guard let parameters = section.word("parameters", as: ParameterSharing.self) else { return }
        settings.parameters = parameters.value
        guard parameters.value == .perStation else { return }
        switch mode?.value ?? .central {
        case .independent, .federated, .gossip, .frozen: break
        case .central, .none:
            section.log.error(
                .conflict, at: parameters.place,
                "'parameters: per-station' needs a mode in which stations have weights of their "
                    + "own",
                hint: "mode: independent, federated, gossip or frozen")
        }
    }

    private mutating func readLearner(_ section: Section) {
        let nothing = SourceNode(place: section.place, content: .mapping([]))
        let node = section.has("learner") ? section.value("learner") : nothing
        guard let node,
            let learner = Section(node, path: "training.learner", log: section.log)
        else { return }
        let rate = learner.quantity("rate")
        let delay = learner.duration("delay")
        if let delay, delay.value == .zero {
            section.log.error(
                .linkDelay, at: delay.place, "the learner's link needs a delay above 0 s",
                hint: "the default is 5 ms")
        }
        if let rate, let delay {
            settings.learnerLink = Link(rate: MegabitsPerSecond(rate.value), delay: delay.value)
        }
        if let share = learner.flag("share_egress") { settings.shareEgress = share.value }
    }
}
