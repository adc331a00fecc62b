import ArgumentParser
import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// The options of every command that reads a topology.
struct TopologyOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Change a value of the file, such as scheduler.candidates=3; may be repeated.",
            discussion: "Checked like the file itself.", valueName: "key=value"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where data:FILE is looked up; EDGEFLOCK_DATA if not given.", valueName: "dir"))
    var data: String?

    var dataDirectory: String? {
        data ?? getenv("EDGEFLOCK_DATA").map { String(cString: $0) }
    }

    /// Reads a topology and shows what is wrong with it.
    ///
    /// - Throws: `ExitCode` when it cannot be launched.
    func load(
        _ file: String, settings more: [String] = [], forReplay: Bool = false
    ) throws -> Topology {
        let loading = Topology.load(
            path: file, overrides: settings + more, dataDirectory: dataDirectory,
            forReplay: forReplay)
        for diagnostic in loading.diagnostics { Console.complain("\(diagnostic)") }
        guard let topology = loading.topology else { throw ExitCode(loading.exitCode) }
        return topology
    }
}
