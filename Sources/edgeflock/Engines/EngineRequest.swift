import ArgumentParser
import Emulation
import FoundationEssentials
import Launcher
import NodeRuntime
import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// A run that an engine is to start, as it was asked for.
struct EngineRequest {
    var engine: Engine
    var file: String
    var options: TopologyOptions
    /// What else was changed on the command line.
    var settings: [String] = []
    var parting: PartOptions
    /// Whether the run is to outlive a power cut of a machine.
    var isDurable: Bool

    /// The topology as all parts will read it, and what the engine is told.
    func plan() throws -> (topology: Topology, plan: EnginePlan) {
        let changed = options.settings + settings
        let base = try load(changed)
        guard base.timing == .events else {
            throw Console.refusal(
                "\(engine)", "slotted timing runs in one process only; use --in-process", 65)
        }
        let added = hosts(of: base) + ["security={keys: \(PartLayout.keys)}"]
        let loading = options.loading(file, settings: settings + added)
        guard let topology = loading.topology else { throw ExitCode(loading.exitCode) }
        let deployment = Deployment(topology)
        let used = deployment.usedHosts
        let parts = used.map { part($0, of: deployment, topology) }
        let plan = EnginePlan(
            name: topology.name, parts: parts, inputs: try inputs(loading),
            settings: changed + added, keys: try keys(base, deployment, used),
            image: parting.image ?? PartOptions.usualImage, isPinned: Deployment(base).isNamed,
            isDurable: isDurable)
        return (topology, plan)
    }

    private func load(_ changed: [String]) throws -> Topology {
        let loading = Topology.load(
            path: file, overrides: changed, dataDirectory: options.dataDirectory)
        guard let topology = loading.topology else {
            for line in TopologyOptions.lines(of: loading, file) { Console.complain(line) }
            throw ExitCode(loading.exitCode)
        }
        return topology
    }

    // MARK: Hosts

    /// The hosts of the topology at addresses that the engine knows, or as many as were asked for.
    private func hosts(of base: Topology) -> [String] {
        let given = Deployment(base)
        func address(_ number: Int) -> String {
            // Slurm says only at the start which node it is.
            engine.address(ofPart: number, run: base.name) ?? "127.0.0.1"
        }
        if given.isNamed {
            return given.usedHosts.enumerated().map { number, host in
                "hosts.\(given.hosts[host].name).address=\(address(number))"
            }
        }
        let count = parting.parts ?? Self.usualParts(stations: base.stations.count)
        let hosts = (0..<min(count, base.stations.count)).map { number in
            "{name: \(EnginePlan.partName(number)), address: \(address(number)), "
                + "cores: \(parting.cores ?? 1)}"
        }
        return ["hosts=[\(hosts.joined(separator: ", "))]"]
    }

    /// A part for each 25 stations, and two where it can be.
    static func usualParts(stations: Int) -> Int { min(stations, max(2, (stations + 24) / 25)) }

    private func part(
        _ host: Int, of deployment: Deployment, _ topology: Topology
    ) -> EnginePlan.Part {
        let members = deployment.members(of: host)
        let processes = members.map { deployment.processes[$0] }
        let hub = deployment.processes.count - 1
        // Generous: a process of a station has some 20 MB, and its log is in memory, too.
        let trains = topology.training.mode != .none && topology.training.mode != .frozen
        let mebibytes = 256 + 48 * processes.count + (trains ? 768 : 0)
        return EnginePlan.Part(
            host: deployment.hosts[host].name, processes: processes.map(\.name),
            cores: max(1, deployment.hosts[host].cores), mebibytes: mebibytes,
            hasHub: members.contains(hub))
    }

    // MARK: Files

    private func inputs(_ loading: TopologyLoading) throws -> [EnginePlan.Input] {
        var inputs = [EnginePlan.Input(name: Self.leaf(file), text: try Self.text(of: file))]
        for input in loading.inputs where !input.name.hasPrefix("/") {
            let name = input.name.hasPrefix("data:") ? String(input.name.dropFirst(5)) : input.name
            guard !name.contains("/") else {
                throw Console.refusal(
                    "\(engine)", "\(name) is in a folder of its own; put it beside the topology", 65
                )
            }
            inputs.append(EnginePlan.Input(name: name, text: try Self.text(of: input.path)))
        }
        if loading.topology?.training.checkpoint != nil {
            throw Console.refusal(
                "\(engine)", "checkpoints are not handed to engines; use launch without --engine",
                65)
        }
        return inputs
    }

    private static func leaf(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func text(of path: String) throws -> String {
        guard let data = try? Data(contentsOf: URL(filePath: path)),
            let text = String(validating: data, as: UTF8.self)
        else { throw Console.refusal("render", "\(path) cannot be read as text", 65) }
        return text
    }

    /// By part, its keys: those that the topology names, else new ones.
    private func keys(
        _ base: Topology, _ deployment: Deployment, _ used: [Int]
    ) throws -> [String] {
        let names = deployment.processes.map(\.name)
        func bundles(_ folder: KeyFolder) throws -> [String] {
            try used.map { host in
                let holders = deployment.members(of: host).map { names[$0] }
                return try folder.bundle(for: holders, among: names)
            }
        }
        if let folder = base.keys { return try bundles(KeyFolder(folder)) }
        let folder = FileManager.default.temporaryDirectory.path + "/edgeflock-keys-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try KeyFolder(folder).make(names, replacing: true)
        return try bundles(KeyFolder(folder))
    }
}

/// `--engine` of launch.
struct EngineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Have slurm, compose or swarm run it, in parts; the results come back here.",
            discussion: "edgeflock render writes what they are given.", valueName: "name"))
    var engine: Engine?

    @OptionGroup var parting: PartOptions

    func validate() throws {
        if engine == nil, parting.isChanged {
            throw ValidationError("--parts, --cores and --image are for --engine")
        }
    }
}

/// Into how many parts a run is cut, and what each is given.
struct PartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cut a run whose topology names no hosts into this many; else one for 25 stations.",
            valueName: "count"))
    var parts: Int?

    @Option(
        help: ArgumentHelp(
            "Cores that each of these parts asks for; 1 if not given.",
            valueName: "count"))
    var cores: Int?

    @Option(
        help: ArgumentHelp(
            "The container image that docker/build has made; edgeflock if not given.",
            valueName: "name"))
    var image: String?

    static let usualImage = "edgeflock"

    var isChanged: Bool { parts != nil || cores != nil || image != nil }

    func validate() throws {
        guard (parts ?? 1) >= 1, (cores ?? 1) >= 1 else {
            throw ValidationError("--parts and --cores must be at least 1")
        }
        guard image.map(Self.isImage) ?? true else {
            throw ValidationError("--image '\(image ?? "")' is no name of an image")
        }
    }

    private static func isImage(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || "-._/:@".utf8.contains(byte)
            }
    }
}

/// Where a part has its things, in the folder that it is started in.
enum PartLayout {
    static let keys = "keys"
    static let run = "run"
}
