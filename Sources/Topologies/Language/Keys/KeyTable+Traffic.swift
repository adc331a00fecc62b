extension KeyTable {
    static let traffic: [Key] = [
        Key("traffic[].name", .name, .required, "Names the class."),
        Key(
            "traffic[].stations", .special("`all`, a station or group, or a list of them"),
            .value("all"), "Whose users send such tasks."),
        Key(
            "traffic[].arrivals", .section, .required,
            "When tasks arrive: exactly one of the processes below, for each station by itself."),
        Key(
            "traffic[].size", .law(.data, .within(0, 1e9), .all),
            .otherwise("required, unless a trace has it"), "The input of a task."),
        Key(
            "traffic[].result", .law(.data, .within(0, 1e9), .all), .value("0 Mbit"),
            "The output of a task; 0 sends back a notice of no size."),
        Key(
            "traffic[].workload", .law(.work, .within(0, 1e9), .all),
            .otherwise("one of workload, density, steps; or a trace has it"),
            "The computing of a task."),
        Key(
            "traffic[].density", .law(.density, .within(0, 1e6), .all),
            .otherwise("-"), "The computing of a task per bit of its size."),
        Key(
            "traffic[].steps", .section, .otherwise("-"),
            "The computing of a task as denoising steps times work per step."),
        Key(
            "traffic[].steps.count", .law(.number, .within(1, 1e6), .all), .required,
            "Denoising steps."),
        Key(
            "traffic[].steps.per_step", .law(.work, .within(0, 1e9), .all), .required,
            "Work per step."),
        Key(
            "traffic[].per_index", .flag, .value("no"),
            "Draws density or work per step once for each task index of a slot and station, for "
                + "the whole run, instead of for each task."),
        Key(
            "traffic[].deadline", .special("a duration above 0, or `none`"), .value("none"),
            "From arrival; a task that takes longer is late, and is still served."),
        Key(
            "traffic[].radio", .section, .otherwise("not emulated"),
            "The link from users to their station: size / rate + delay before the arrival."),
        Key(
            "traffic[].radio.rate", .quantity(.rate, .within(1e-3, 1e7)), .required,
            "The rate of the radio link."),
        Key(
            "traffic[].radio.delay", .quantity(.duration, .within(0, 3600)), .value("0 s"),
            "The delay of the radio link."),
    ]

    private static let tasks = Bounds.within(0, 1e6)
    private static let load = Bounds.above(0, upTo: 100)

    static let arrivals: [Key] = [
        Key(
            "traffic[].arrivals.bernoulli", .section, .otherwise("-"),
            "In each slot each of some candidates exists with a probability."),
        Key(
            "traffic[].arrivals.bernoulli.candidates", .count(1...65_535), .required,
            "Candidates in each slot."),
        Key(
            "traffic[].arrivals.bernoulli.probability", .quantity(.number, .within(0, 1)),
            .required, "The probability of each."),
        Key(
            "traffic[].arrivals.slotted", .section, .otherwise("-"),
            "In each slot a uniform whole number of tasks."),
        Key("traffic[].arrivals.slotted.low", .count(0...65_535), .required, "The least."),
        Key("traffic[].arrivals.slotted.high", .count(1...65_535), .required, "The most."),
        Key(
            "traffic[].arrivals.poisson", .section, .otherwise("-"),
            "Poisson; give `rate` or `load`."),
        Key(
            "traffic[].arrivals.poisson.rate", .quantity(.frequency, tasks), .otherwise("`load`"),
            "Tasks per time at each station."),
        Key(
            "traffic[].arrivals.poisson.load", .quantity(.number, load), .otherwise("`rate`"),
            "Work offered by the class over the capacity of its stations; every station gets "
                + "the same rate."),
        Key(
            "traffic[].arrivals.bursts", .section, .otherwise("-"),
            "Poisson at one of two rates, in exponentially long phases."),
        Key(
            "traffic[].arrivals.bursts.on", .quantity(.frequency, tasks), .required,
            "Tasks per time in a burst."),
        Key(
            "traffic[].arrivals.bursts.off", .quantity(.frequency, tasks), .value("0 /s"),
            "Tasks per time between bursts."),
        Key(
            "traffic[].arrivals.bursts.mean_on", .quantity(.duration, .above(0, upTo: longest)),
            .required, "The mean length of a burst."),
        Key(
            "traffic[].arrivals.bursts.mean_off", .quantity(.duration, .above(0, upTo: longest)),
            .required, "The mean time between bursts."),
        Key(
            "traffic[].arrivals.diurnal", .section, .otherwise("-"),
            "Poisson whose rate rises and falls like a sine; give `mean` or `load`."),
        Key(
            "traffic[].arrivals.diurnal.mean", .quantity(.frequency, tasks), .otherwise("`load`"),
            "Tasks per time at each station, on average over a period."),
        Key(
            "traffic[].arrivals.diurnal.load", .quantity(.number, load), .otherwise("`mean`"),
            "As with poisson, on average over a period."),
        Key(
            "traffic[].arrivals.diurnal.amplitude", .quantity(.number, .within(0, 1)),
            .value("0.5"), "How far the rate leaves its mean, as a fraction of it."),
        Key(
            "traffic[].arrivals.diurnal.period", .quantity(.duration, .above(0, upTo: longest)),
            .required, "The length of a day."),
        Key(
            "traffic[].arrivals.diurnal.phase", .quantity(.number, .within(0, 1)), .value("0"),
            "Where in the period an episode starts, as a fraction of it."),
        Key(
            "traffic[].arrivals.trace", .section, .otherwise("-"),
            "Recorded requests, the same in every episode; those after `duration` are left out."),
        Key(
            "traffic[].arrivals.trace.file", .text, .required,
            "The CSV file, relative to the topology; `data:FILE` is looked up in the data folder."
        ),
        Key(
            "traffic[].arrivals.trace.format", .word(["csv", "azure-llm"]), .value("csv"),
            "Our own columns (below), or TIMESTAMP, ContextTokens, GeneratedTokens."),
        Key(
            "traffic[].arrivals.trace.from", .quantity(.duration, .within(0, longest)),
            .value("0 s"), "Leaves out what comes earlier; this instant becomes 0."),
        Key(
            "traffic[].arrivals.trace.speedup", .quantity(.number, .above(0, upTo: 1e6)),
            .value("1"), "Divides the recorded times."),
        Key(
            "traffic[].arrivals.trace.assign", .word(["random", "round-robin"]),
            .value("random"),
            "Which station gets a request, where the trace does not say; random is from the seed."
        ),
        Key(
            "traffic[].arrivals.trace.context_work", .quantity(.work, .within(0, 1e6)),
            .otherwise("required for azure-llm"), "Work per context token."),
        Key(
            "traffic[].arrivals.trace.generated_work", .quantity(.work, .within(0, 1e6)),
            .otherwise("required for azure-llm"), "Work per generated token."),
        Key(
            "traffic[].arrivals.trace.context_data", .quantity(.data, .within(0, 1e6)),
            .otherwise("required for azure-llm"), "Input per context token."),
        Key(
            "traffic[].arrivals.trace.generated_data", .quantity(.data, .within(0, 1e6)),
            .otherwise("0 bit"), "Output per generated token."),
    ]
}
