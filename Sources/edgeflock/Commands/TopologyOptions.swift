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
        let loading = loading(file, settings: more, forReplay: forReplay)
        guard let topology = loading.topology else { throw ExitCode(loading.exitCode) }
        return topology
    }

    /// The same, with the data that was read.
    func loading(
        _ file: String, settings more: [String] = [], forReplay: Bool = false
    ) -> TopologyLoading {
        let loading = Topology.load(
            path: file, overrides: settings + more, dataDirectory: dataDirectory,
            forReplay: forReplay)
        for line in Self.lines(of: loading, file) { Console.complain(line) }
        return loading
    }

    /// What is wrong. Data that is not here is no more than a warning to `validate`; for all other
    /// commands it is the end, so they say first what to do about it.
    static func lines(of loading: TopologyLoading, _ file: String) -> [String] {
        guard loading.topology == nil, !loading.hasErrors else {
            return loading.diagnostics.map(\.description)
        }
        let missing = loading.diagnostics.filter { $0.kind == .missingData }
        let data = Set(missing.filter { $0.hint != nil }.map(\.message)).count
        let advice =
            "\(file): error: \(data == 1 ? "a file" : "\(data) files") of recorded data that it "
            + "needs \(data == 1 ? "is" : "are") not here, so it cannot run\n"
            + "hint: docs/DATA.md says where to get such data; put it into one folder, and name "
            + "that with --data DIR or EDGEFLOCK_DATA=DIR"
        return (data > 0 ? [advice] : [])
            + loading.diagnostics.map { diagnostic in
                var shown = diagnostic
                if diagnostic.kind == .missingData {
                    (shown.severity, shown.hint) = (.error, nil)
                }
                return shown.description
            }
    }
}
