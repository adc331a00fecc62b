extension KeyTable {
    private static let capacityBounds = Bounds.within(1e-3, 1e6)

    static let stations: [Key] = [
        Key(
            "stations[].name", .name, .required,
            "Names the station; with `count` the first part of each name."),
        Key(
            "stations[].count", .count(1...stationLimit), .otherwise("a single station"),
            "Makes a group: NAME1, NAME2, … with the same values."),
        Key(
            "stations[].host", .name, .otherwise("spread over all `hosts` by cores"),
            "The host that the station, or all of the group, is on."),
        Key(
            "stations[].capacity",
            .special("a capacity, 1 MHz … 1000 THz; a bounded distribution of it; or a profile"),
            .required,
            "The speed of the edge server; a distribution is drawn once per station."),
        Key(
            "stations[].capacity.profile", .sections, .otherwise("constant"),
            "The capacity as steps over an episode."),
        Key(
            "stations[].capacity.profile[].from", .quantity(.duration, .within(0, longest)),
            .required, "When the step begins; the first begins at 0 s."),
        Key(
            "stations[].capacity.profile[].capacity", .quantity(.capacity, capacityBounds),
            .required, "The capacity from then on."),
        Key(
            "stations[].position", .section, .otherwise("none"),
            "Where a single station stands: `x` and `y`, or `lat` and `lon`."),
        Key(
            "stations[].position.x", .quantity(.length, .within(-1e7, 1e7)),
            .otherwise("needed with y"), "Metres to the east."),
        Key(
            "stations[].position.y", .quantity(.length, .within(-1e7, 1e7)),
            .otherwise("needed with x"), "Metres to the north."),
        Key(
            "stations[].position.lat", .quantity(.number, .within(-90, 90)),
            .otherwise("needed with lon"), "Latitude in degrees."),
        Key(
            "stations[].position.lon", .quantity(.number, .within(-180, 180)),
            .otherwise("needed with lat"), "Longitude in degrees."),
        Key(
            "stations[].placement", .section, .otherwise("none"),
            "Where the stations of a group stand; one of the keys below."),
        Key(
            "stations[].placement.square", .quantity(.length, .above(0, upTo: 1e7)),
            .otherwise("-"), "At random (from the seed) in a square with sides of this length."),
        Key(
            "stations[].placement.grid", .quantity(.length, .above(0, upTo: 1e6)),
            .otherwise("-"), "Row by row in a square grid with this distance."),
        Key(
            "stations[].placement.sites", .text, .otherwise("-"),
            "At the first sites of a CSV file with columns LATITUDE and LONGITUDE, one per "
                + "station; `data:FILE` is looked up in the data folder."),
    ]

    /// The bounds of a capacity wherever it is given as a law.
    static let capacityLaw = Key.Form.law(.capacity, capacityBounds, .bounded)

    private static let linkRate = Key.Form.law(.rate, .within(1e-3, 1e7), .bounded)
    private static let linkDelay = Key.Form.law(.duration, .within(0, 3600), .bounded)
    private static let linkJitter = Key.Form.law(.duration, .within(0, 3600), .all)
    private static let linkLoss = Key.Form.quantity(.number, .within(0, 0.9))
    private static let linkTimeout = Key.Form.quantity(.duration, .above(0, upTo: 3600))

    static let links: [Key] = [
        Key(
            "links.rate", linkRate, .otherwise("none, required without `rate_towards`"),
            "How fast a link sends; a distribution is drawn once for each pair."),
        Key(
            "links.rate_towards",
            .special("a list of data rates, one per station in file order, or a distribution"),
            .otherwise("`rate`"),
            "The rate of every link towards a station; a distribution is drawn per station."),
        Key(
            "links.delay", linkDelay, .required,
            "One-way delay, more than 0; a distribution is drawn once for each pair."),
        Key(
            "links.jitter", linkJitter, .otherwise("none"),
            "Added to the delay of each message; order on the link is kept."),
        Key(
            "links.loss", linkLoss, .value("0"),
            "The probability that one transmission of task traffic, or one state report, is lost."
        ),
        Key(
            "links.rto", linkTimeout, .otherwise("2 x delay + 10 ms"),
            "How long after a lost transmission of task traffic it is repeated."),
        Key(
            "links.shape", .word(["mesh", "ring", "line", "star", "nearest", "none"]),
            .value("mesh"),
            "Which stations are neighbours; `none` leaves only `pairs`."),
        Key(
            "links.nearest", .count(1...64), .otherwise("needed with shape nearest"),
            "Links each station to this many nearest ones (by position, else by place on a ring "
                + "in file order), both ways; means `shape: nearest`."),
        Key(
            "links.centre", .name, .otherwise("the first station"),
            "The centre of a star."),
        Key(
            "links.egress", .word(["shared", "per_link"]), .value("shared"),
            "Whether a station's links share one transmit port or have one each."),
        Key(
            "links.pairs", .sections, .otherwise("none"),
            "Links besides the shape's, or other values for some of them."),
        Key(
            "links.pairs[].between", .special("a list of two stations"),
            .otherwise("`from` and `to`"), "The two stations of a link, both ways."),
        Key(
            "links.pairs[].from", .name, .otherwise("`between`"),
            "The sending station of one direction."),
        Key(
            "links.pairs[].to", .name, .otherwise("`between`"),
            "The receiving station of one direction."),
        Key("links.pairs[].rate", linkRate, .otherwise("links.rate"), "As above, for this link."),
        Key(
            "links.pairs[].delay", linkDelay, .otherwise("links.delay"),
            "As above, for this link."),
        Key(
            "links.pairs[].jitter", linkJitter, .otherwise("links.jitter"),
            "As above, for this link."),
        Key("links.pairs[].loss", linkLoss, .otherwise("links.loss"), "As above, for this link."),
        Key("links.pairs[].rto", linkTimeout, .otherwise("links.rto"), "As above, for this link."),
    ]
}
