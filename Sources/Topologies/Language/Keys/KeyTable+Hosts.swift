extension KeyTable {
    static let hosts: [Key] = [
        Key("hosts[].name", .name, .required, "Names the host in this file and in messages."),
        Key(
            "hosts[].address", .special("an IPv4 address or a host name"), .required,
            "Where the other hosts reach it."),
        Key(
            "hosts[].port", .count(1024...60_000), .value("20000"),
            "The first port that its processes listen on: with P processes in the run, it and "
                + "the 2 P after it; below the range from which the system draws the ports of "
                + "outgoing connections (32768 where nobody changed it)."),
        Key(
            "hosts[].cores", .count(1...4096), .value("1"),
            "Stations without a `host` are spread so that hosts have as much to do for each "
                + "core as they can."),
        Key(
            "hosts[].roles", .special("a list of `hub`, `learner` and `traffic` (the users)"),
            .otherwise("all on the first host"), "What runs there beside stations."),
        Key(
            "hosts[].ssh", .section, .otherwise("all defaults"),
            "How to log in, for the ssh engine."),
        Key(
            "hosts[].ssh.user", .special("a name"), .otherwise("as ssh is configured"),
            "The user there."),
        Key(
            "hosts[].ssh.port", .count(1...65_535), .value("22"), "The port of the ssh server."),
        Key(
            "hosts[].ssh.folder", .special("a path"), .value("edgeflock"),
            "Where program, topology, keys and the files of runs are put; below the home folder "
                + "unless it begins with `/`."),
        Key(
            "hosts[].ssh.program", .special("a path"), .otherwise("this program is copied"),
            "The program there, which must be the same build."),
        Key(
            "hosts[].rate", .quantity(.rate, .within(1e-3, 1e7)), .otherwise("not known"),
            "How fast its connection to the others is; only `explain` reads it."),
        Key(
            "hosts[].delay", .quantity(.duration, .within(0, 3600)), .otherwise("not known"),
            "How long a message takes from it to the others; only `explain` reads it."),
    ]
}
