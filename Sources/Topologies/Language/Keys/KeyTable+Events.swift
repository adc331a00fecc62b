extension KeyTable {
    static let eventLimit = 1_000
    static let eventsPath = "events[]"

    static let events: [Key] = [
        Key(
            "events[].at", .quantity(.duration, .within(0, longest)),
            .otherwise("needed with `leave`, `join`, `capacity` and `link`"),
            "When it happens, from the start of each episode."),
        Key(
            "events[].from", .quantity(.duration, .within(0, longest)),
            .otherwise("needed with `partition`, `learner` and `burst`"),
            "When it begins, from the start of each episode."),
        Key(
            "events[].to", .quantity(.duration, .within(0, longest)),
            .otherwise("needed with `from`"), "When it is over; at the latest as the episode ends."
        ),
        Key(
            "events[].leave", .special("a station or group, or a list of them"), .otherwise("-"),
            "Stations leave: they refuse what they hold and what comes, and pass their users' "
                + "tasks on."),
        Key(
            "events[].orphans", .word(["neighbour", "lost"]), .otherwise("neighbour"),
            "With `leave`: whether the tasks of the stations' users go to the nearest neighbour "
                + "that is there, or are lost."),
        Key(
            "events[].join", .special("a station or group, or a list of them"), .otherwise("-"),
            "Stations return, with empty queues; those that join first are away until then."),
        Key(
            "events[].capacity", .quantity(.capacity, .within(1e-3, 1e6)), .otherwise("-"),
            "The servers of `stations` have this speed from then on; work in service goes on with "
                + "it."),
        Key(
            "events[].stations", .special("`all`, a station or group, or a list of them"),
            .otherwise("needed with `capacity`; all with `burst`"),
            "Whose capacity changes, or whose users ask more."),
        Key(
            "events[].link", .special("a list of two stations"), .otherwise("-"),
            "The link between them, both ways, has other values from then on."),
        Key(
            "events[].one_way", .flag, .otherwise("no"),
            "With `link`: only the direction from the first to the second changes."),
        Key(
            "events[].rate", .quantity(.rate, .within(1e-3, 1e7)), .otherwise("as before"),
            "With `link`: its rate."),
        Key(
            "events[].delay", .quantity(.duration, .within(0, 3600)), .otherwise("as before"),
            "With `link`: its one-way delay, more than 0; order on the link is kept."),
        Key(
            "events[].loss", .quantity(.number, .within(0, 0.9)), .otherwise("as before"),
            "With `link`: the probability that a transmission is lost."),
        Key(
            "events[].partition", .special("a list of groups, each a list of stations and groups"),
            .otherwise("-"),
            "For a while nothing gets from one group to another; task traffic waits, reports are "
                + "lost."),
        Key(
            "events[].learner", .word(["away"]), .otherwise("-"),
            "For a while the learner takes and gives nothing; experience waits at the stations, "
                + "at most 4096 transitions at each."),
        Key(
            "events[].burst", .quantity(.number, .within(0, 100)), .otherwise("-"),
            "For a while users ask this many times as often; below 1 is a lull."),
        Key(
            "events[].classes", .special("`all`, a traffic class, or a list of them"),
            .otherwise("all"), "With `burst`: what they ask for."),
    ]
}
