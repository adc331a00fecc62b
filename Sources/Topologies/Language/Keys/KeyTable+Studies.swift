/// The keys of a study file (docs/STUDIES.md): a language of its own that is read by the same
/// walker, below a root called `study`.
extension KeyTable {
    static let study: [Key] = [
        Key("study.version", .count(1...1), .required, "The version of this language."),
        Key("study.name", .name, .required, "Names the study; part of its folder's name."),
        Key(
            "study.topology", .text, .required,
            "The topology file, relative to the study; an axis may name another."),
        Key(
            "study.seeds", .special("a list of seeds, or a range such as 1..10"), .required,
            "Every cell of the grid runs once for each; equal seeds are paired."),
        Key(
            "study.axes", .special("a mapping of KEY: [values]"), .required,
            "What is varied: `policy`, `training`, `driver`, any key of the topology, or a name "
                + "with variants of {name, topology, set}."),
        Key(
            "study.set", .special("a mapping of KEY: value"), .otherwise("nothing"),
            "What is changed in the topology for every cell."),
        Key(
            "study.train", .section, .otherwise("learned policies run as the topology says"),
            "How a learned policy is trained before it is judged, once for each seed."),
        Key(
            "study.train.episodes", .count(1...1_000_000), .required,
            "Episodes of phase `train` that a learned policy is trained for, then frozen."),
        Key(
            "study.train.set", .special("a mapping of KEY: value"), .otherwise("nothing"),
            "What is changed for training only."),
        Key(
            "study.episodes", .count(1...1_000_000), .value("10"),
            "Episodes of phase `evaluate` that every policy is judged on."),
        Key(
            "study.metrics", .special("a list of names"), .otherwise("delay"),
            "What is measured; the first is the headline."),
        Key(
            "study.curves", .special("a list of `episodes`, `learning-bytes`"),
            .otherwise("none"),
            "What the mean delay of each episode is drawn against: how learning goes on."),
        Key(
            "study.compare", .text, .otherwise("the first axis"),
            "The axis whose values are compared with each other, seed by seed."),
        Key(
            "study.against", .special("a list of values of that axis"),
            .otherwise("its first value"), "What the others are compared with."),
        Key(
            "study.along", .text, .otherwise("none"),
            "The axis of numbers that pictures have along x; growth is fitted along it."),
        Key(
            "study.except", .special("a list of mappings of AXIS: value or list of values"),
            .otherwise("nothing"), "Combinations of values that are not run."),
        Key(
            "study.published", .sections, .otherwise("nothing"),
            "Figures of others that the report shows beside the study's own."),
        Key(
            "study.published[].row", .text, .required,
            "The value of the compared axis that something was published about."),
        Key(
            "study.published[].against", .text, .required, "What it was compared with."),
        Key(
            "study.published[].percent", .quantity(.number, .within(-1000, 1000)), .required,
            "The published difference in per cent of what it was compared with; negative for less."
        ),
        Key(
            "study.published[].metric", .text, .otherwise("the headline"),
            "Which of the study's metrics that is."),
        Key("study.published[].source", .text, .required, "Where it was published."),
        Key(
            "study.optimum", .section, .otherwise("no optimum is looked for"),
            "Slots of few tasks whose exact optimum every cell of slotted timing is held against: "
                + "the metric `gap`."),
        Key(
            "study.optimum.slots", .count(1...100_000), .value("20"),
            "How many are drawn for each seed."),
        Key(
            "study.optimum.tasks", .count(1...8), .value("5"),
            "Slots with more tasks, and those without any, are left out."),
        Key("study.budget", .section, .otherwise("no limit"), "What the study may cost."),
        Key(
            "study.budget.cell", .quantity(.duration, .above(0, upTo: longest)),
            .otherwise("no limit"), "Real time that one cell may take; it fails then."),
        Key(
            "study.budget.total", .quantity(.duration, .above(0, upTo: longest)),
            .otherwise("no limit"), "Real time after which no further cell is started."),
    ]
}
