/// Every key of the language, in the order of the manual.
enum KeyTable {
    static let all: [Key] =
        topLevel + hosts + stations + links + traffic + arrivals + scheduler + agent + training
        + events

    /// - Precondition: the key is in the table: asking for another is a slip in this module.
    static func key(_ path: String) -> Key {
        guard let key = byPath[path] else { preconditionFailure("no key '\(path)' in the table") }
        return key
    }

    /// The keys directly below a section, in order.
    static func keys(in section: String) -> [Key] { bySection[section] ?? [] }

    private static let byPath = Dictionary(
        uniqueKeysWithValues: (all + study).map { ($0.path, $0) })
    private static let bySection = Dictionary(grouping: all + study, by: \.section)

    /// Thirty days: longer is a slip, and 64 bits of nanoseconds stay far away.
    static let longest = 2_592_000.0
    static let stationLimit = 10_000
    /// Stations of a mesh: a million links.
    static let meshLimit = 1_000
    /// Traffic classes times stations.
    static let sourceLimit = 1_000_000

    static let topLevel: [Key] = [
        Key(
            "version", .count(1...1), .required,
            "The version of this language; the program reads version 1."),
        Key("name", .name, .required, "Names the run; part of its folder's name."),
        Key(
            "seed", .seed, .value("1"),
            "Every draw of a run follows from it; the same seed gives the same run."),
        Key(
            "slot", .quantity(.duration, .within(1e-4, 3600)), .otherwise("no slots"),
            "The slot of traffic that arrives per slot."),
        Key(
            "episodes", .count(1...1_000_000), .value("1"),
            "How often arrivals start anew; queues are cleared between episodes, weights stay."),
        Key(
            "duration", .quantity(.duration, .above(0, upTo: longest)), .otherwise("slots x slot"),
            "How long tasks arrive in each episode."),
        Key(
            "slots", .count(1...10_000_000), .otherwise("duration"),
            "The duration of each episode, in slots."),
        Key(
            "drain", .quantity(.duration, .within(0, longest)), .otherwise("as long as duration"),
            "How long work goes on after the last arrival; what is unfinished then is in flight."),
        Key(
            "warmup", .quantity(.duration, .within(0, longest)), .value("0 s"),
            "Tasks that arrive earlier in their episode are left out of the statistics."),
        Key(
            "arrivals", .word(["spread", "slot-start"]), .value("spread"),
            "Where in its slot a task arrives: anywhere, or all at the slot's first instant."),
        Key(
            "timing", .word(Timing.allCases.map(\.rawValue)), .value("events"),
            "What time is made of: instants of their own for all that happens, or the published "
                + "equations of whole slots, in which reports, delays, jitter and loss of links "
                + "have no part; the latter in one process, for comparison with published "
                + "numbers."),
        Key(
            "phase", .word(["evaluate", "train"]), .value("evaluate"),
            "Which chance arrivals and links draw from: a policy is trained on the episodes of "
                + "one phase and judged on those of the other, in the same network."),
        Key("stations", .sections, .required, "Base stations, each with its edge server."),
        Key(
            "links", .section, .otherwise("none, required with two stations or more"),
            "The links between stations."),
        Key("traffic", .sections, .required, "The classes of tasks that users send."),
        Key("scheduler", .section, .required, "How stations decide where a task is computed."),
        Key("training", .section, .otherwise("all defaults"), "How a learned policy is trained."),
        Key(
            "clock", .word(["virtual", "wall"]), .value("virtual"),
            "Virtual time runs as fast as the machine allows; the wall clock in real time."),
        Key(
            "speed", .quantity(.number, .above(0, upTo: 1000)), .value("1"),
            "Virtual seconds per wall second under the wall clock."),
        Key(
            "processes", .special("`per-station`, `single`, or `packed: N` with N from 1"),
            .value("per-station"),
            "How the nodes are spread over processes; results do not depend on it."),
        Key(
            "events", .sections, .otherwise("none"),
            "Scheduled changes of the network, the same in every episode."),
        Key(
            "hosts", .sections, .otherwise("this machine"),
            "The machines that the processes are on; results do not depend on it."),
        Key(
            "security", .section, .otherwise("no keys, on this host only"),
            "Who may take part: every connection between processes is encrypted, and proves a key."
        ),
        Key(
            "security.keys", .text, .required,
            "The folder of the keys, relative to the topology; `edgeflock keys` makes it."),
    ]
}
