extension KeyTable {
    static let scheduler: [Key] = [
        Key(
            "scheduler.policy", .word(PolicyName.allCases.map(\.rawValue)), .required,
            "How a station chooses; docs/MODEL.md section 7 describes each."),
        Key(
            "scheduler.candidates", .count(1...64), .value("6"),
            "Servers that a decision chooses from, the station itself included."),
        Key(
            "scheduler.state_period", .quantity(.duration, .within(1e-3, 3600)), .value("1 s"),
            "How often a station reports its backlog to its neighbours."),
        Key(
            "scheduler.state_phase", .word(StatePhase.allCases.map(\.rawValue)),
            .value("staggered"), "Whether stations report in turn or all at once."),
        Key(
            "scheduler.state_reports", .flag, .value("yes"),
            "Whether stations report to their neighbours at all; without reports a neighbour is "
                + "known by what the station itself has placed there."),
        Key(
            "scheduler.own_work", .flag, .value("yes"),
            "Whether a station adds to a reported backlog what it has placed there since."),
        Key(
            "scheduler.knowledge", .word(Knowledge.allCases.map(\.rawValue)), .value("reported"),
            "Whether known waits are corrected by the waits that own subtasks met (`forecast`)."),
        Key(
            "scheduler.split", .word(SplitRule.allCases.map(\.rawValue)), .value("waterfill"),
            "How a task is divided among chosen servers; `cwa` and `hecwa` are the published ways, "
                + "for slotted timing only."),
        Key(
            "scheduler.decision_time",
            .special("a duration, `measured`, or `{per_step: WORK}` with an amount of work"),
            .value("0 s"),
            "How long a decision takes. `per_step` is work on the own server, ahead of the task; "
                + "`measured`, as long as it takes here, needs the wall clock and cannot be "
                + "replayed."),
        Key(
            "scheduler.observation", .word(ObservationForm.allCases.map(\.rawValue)),
            .value("features"),
            "What a scheduler knows; `published`, for slotted timing only, is the backlog of every "
                + "server when the slot began, and nothing of what was placed since."),
        Key(
            "scheduler.recipe", .word(ActorRecipe.allCases.map(\.rawValue)), .value("x0-closed"),
            "The form of the diffusion actor and its loss."),
        Key(
            "scheduler.agent", .section, .otherwise("all defaults"),
            "Hyper-parameters of a learned policy."),
    ]

    private static let rate = Key.Form.quantity(.number, .above(0, upTo: 1))

    static let agent: [Key] = [
        Key(
            "scheduler.agent.action", .word(ActionChoice.allCases.map(\.rawValue)),
            .value("sampled"), "How an action is taken from the policy's probabilities."),
        Key(
            "scheduler.agent.steps", .count(1...100), .value("5"), "Denoising steps of the chain."),
        Key(
            "scheduler.agent.decision_steps", .count(1...100), .otherwise("all of them"),
            "Steps of the chain that a decision takes, evenly spread; training takes all."),
        Key(
            "scheduler.agent.decision_noise", .quantity(.number, .within(0, 1)), .value("1"),
            "The noise that these steps add: 0 for none (DDIM), 1 for as much as the chain does."),
        Key(
            "scheduler.agent.beta_min", .quantity(.number, .above(0, upTo: 100)), .value("0.1"),
            "The start of the noise schedule."),
        Key(
            "scheduler.agent.beta_max", .quantity(.number, .above(0, upTo: 100)), .value("10"),
            "The end of the noise schedule."),
        Key(
            "scheduler.agent.time_embedding", .count(2...256), .value("16"),
            "Sines and cosines of the step number, together; even."),
        Key(
            "scheduler.agent.hidden", .count(1...4096), .value("256"),
            "Units in each of the actor's two hidden layers."),
        Key(
            "scheduler.agent.critic_hidden", .count(1...4096), .value("256"),
            "Units in each of a critic's two hidden layers."),
        Key(
            "scheduler.agent.tau", rate, .value("0.005"),
            "How far target critics move at each update."),
        Key(
            "scheduler.agent.discount", .quantity(.number, .within(0, 1)), .value("0.95"),
            "What a later reward counts, per decision."),
        Key("scheduler.agent.actor_rate", rate, .value("1e-4"), "Adam's rate for the actor."),
        Key("scheduler.agent.critic_rate", rate, .value("1e-3"), "Adam's rate for the critics."),
        Key(
            "scheduler.agent.temperature_rate", rate, .value("3e-4"),
            "Adam's rate for the temperature."),
        Key(
            "scheduler.agent.start_temperature", .quantity(.number, .above(0, upTo: 100)),
            .value("0.05"), "The weight of entropy at the start."),
        Key(
            "scheduler.agent.target_entropy", .quantity(.number, .between(0, 1)), .value("0.7"),
            "The entropy aimed at, as a fraction of that of a uniform choice."),
        Key(
            "scheduler.agent.activation", .word(HiddenActivation.allCases.map(\.rawValue)),
            .value("mish"), "What the hidden layers of all networks apply to their sums."),
        Key(
            "scheduler.agent.start", .word(StartVector.allCases.map(\.rawValue)),
            .otherwise("previous for `lad-ts`, noise for the others"),
            "Where the chain starts: from noise, zeros, or the probabilities of the station's "
                + "previous decision of the same class and ordinal."),
        Key(
            "scheduler.agent.clean_limit", .quantity(.number, .above(0, upTo: 1000)),
            .otherwise("none, as published"),
            "Bounds the clean sample that the recipe `published` computes at each step."),
        Key(
            "scheduler.agent.noise_draws", .count(1...64), .value("1"),
            "Chains over which an update averages the policy; `x0-closed` needs none."),
        Key(
            "scheduler.agent.top", .count(1...32), .value("3"),
            "Servers that `smcoedge` chooses; all of them where there are fewer."),
        Key(
            "scheduler.agent.double", .flag, .value("yes"),
            "Whether a Q-network's target values what the network would choose, or its own best."),
        Key(
            "scheduler.agent.target_update", .count(1...10_000_000), .otherwise("follows by `tau`"),
            "Updates after which a Q-network's target is replaced as a whole."),
        Key(
            "scheduler.agent.huber", .quantity(.number, .above(0, upTo: 1e6)), .value("1"),
            "A Q-network's loss is quadratic up to this error and linear beyond."),
        Key(
            "scheduler.agent.epsilon_start", .quantity(.number, .within(0, 1)), .value("1"),
            "How often a station tries a random action at its first decision, for Q-networks."),
        Key(
            "scheduler.agent.epsilon_end", .quantity(.number, .within(0, 1)), .value("0.05"),
            "And how often it still does so at the end of the schedule and after."),
        Key(
            "scheduler.agent.epsilon_decisions", .count(1...1_000_000_000), .value("2000"),
            "Decisions of a station over which that falls, in a straight line."),
        Key(
            "scheduler.agent.gradient_limit", .quantity(.number, .above(0, upTo: 1e6)),
            .otherwise("none"), "The gradient of each network is shortened to this norm."),
        Key(
            "scheduler.agent.rate_schedule", .word(RateForm.allCases.map(\.rawValue)),
            .value("constant"), "How the rates of actor and critics change over the updates."),
        Key(
            "scheduler.agent.rate_updates", .count(1...1_000_000_000), .value("100000"),
            "Updates until such a schedule is at its end."),
        Key(
            "scheduler.agent.rate_floor", .quantity(.number, .within(0, 1)), .value("0"),
            "What is left of the rates then."),
        Key(
            "scheduler.agent.return_steps", .count(1...255), .value("1"),
            "Decisions whose rewards make up one return (n-step returns)."),
        Key(
            "scheduler.agent.prior", .word(PriorForm.allCases.map(\.rawValue)), .value("none"),
            "Whether networks are given the estimated make-span of each action, and learn what is "
                + "missing from it."),
        Key(
            "scheduler.agent.prior_weight", .quantity(.number, .within(0, 1000)), .value("6"),
            "Logits by which the action with the best estimate leads one that is estimated to take "
                + "a mean service time longer."),
        Key(
            "scheduler.agent.reward_scale", .quantity(.duration, .within(1e-6, 3600)),
            .otherwise("each task's deadline, or the mean service time without one"),
            "What a delay is divided by in its reward."),
        Key(
            "scheduler.agent.penalty", .quantity(.number, .within(0, 1e6)), .value("2"),
            "A late task's reward is minus this many deadlines."),
    ]

    static let training: [Key] = [
        Key(
            "training.mode", .word(TrainingMode.allCases.map(\.rawValue)),
            .otherwise("central for a policy that learns"),
            "Who trains; a policy without weights is never trained."),
        Key(
            "training.parameters", .word(ParameterSharing.allCases.map(\.rawValue)),
            .value("shared"),
            "Whether stations that have weights of their own start with the same ones; "
                + "`per-station` needs a mode other than central, and its `checkpoint` is a folder "
                + "with STATION.safetensors for each."),
        Key(
            "training.round", .quantity(.duration, .within(1e-3, longest)), .value("10 s"),
            "The time between two averagings of weights, in modes federated and gossip, from each "
                + "episode's start."),
        Key(
            "training.mixing", .quantity(.number, .above(0, upTo: 1)),
            .otherwise("1 / (1 + the neighbours of whichever of the two has more)"),
            "What a neighbour's weights count beside the own at a round of mode gossip; times the "
                + "most neighbours that a station has, at most 1."),
        Key(
            "training.learner", .section, .otherwise("all defaults"),
            "The link between the learner and each station, in modes central and federated."),
        Key(
            "training.learner.rate", .quantity(.rate, .within(1e-3, 1e7)), .value("1 Gbit/s"),
            "Its rate, up and down each."),
        Key(
            "training.learner.delay", .quantity(.duration, .within(0, 3600)), .value("5 ms"),
            "Its one-way delay, more than 0."),
        Key(
            "training.learner.share_egress", .flag, .value("no"),
            "Whether experience and weights that a station sends go through its task port."),
        Key(
            "training.samples_per_insert", .quantity(.number, .above(0, upTo: 10_000)),
            .value("8"), "Gradient samples per transition that comes in."),
        Key(
            "training.minimum_transitions", .count(1...10_000_000), .value("1000"),
            "Transitions before the first update."),
        Key(
            "training.publish_interval", .quantity(.duration, .within(1e-3, longest)),
            .value("1 s"),
            "The least time between two new versions of weights: published by the learner, or by a "
                + "station that trains itself for its own decisions."),
        Key(
            "training.step_time", .quantity(.duration, .within(0, 3600)), .value("0 s"),
            "The time that one gradient step takes in the emulated world."),
        Key(
            "training.batch", .count(1...65_536), .value("256"), "Transitions in a gradient step."),
        Key(
            "training.replay", .count(1...10_000_000), .value("100000"),
            "Transitions that are kept."),
        Key(
            "training.lag_limit", .count(256...10_000_000), .value("10000"),
            "Transitions that training may be behind, when a step takes time, before new ones are "
                + "dropped."),
        Key(
            "training.priority", .quantity(.number, .within(0, 1)), .value("0"),
            "The power of its last error that a transition is drawn by; 0 draws uniformly."),
        Key(
            "training.priority_correction", .quantity(.number, .within(0, 1)), .value("0.4"),
            "The power of the weights that correct for such drawing, at the start."),
        Key(
            "training.priority_updates", .count(1...1_000_000_000), .value("100000"),
            "Updates until that power is 1."),
        Key(
            "training.transfer", .flag, .value("no"),
            "Whether a checkpoint may be used whose features were scaled for another topology."),
        Key(
            "training.checkpoint", .text, .otherwise("none; required for mode frozen"),
            "Weights to start from: a file or folder relative to the topology, or to the working folder "
                + "when given with --set."),
    ]
}
