import ArgumentParser
import Emulation
import FoundationEssentials
import Launcher
import NodeRuntime
import Recording
import Topologies

/// One run as it was asked for, checked and ready to start.
struct LaunchRequest: Sendable {
    var topology: Topology
    var file: String
    /// What was changed on the command line.
    var settings: [String]
    var dataDirectory: String?
    var inProcess: Bool
    var recording: RecordingLevel
    var keepsInputs: Bool
    var drawsCurves: Bool
    /// Whether processes that are killed come back, and whether after a power cut, too.
    var recovers: Bool
    var isDurable: Bool
    /// The run that goes on here.
    var continuation: Continuation?
    /// The folder for the results; nil for a new one in `runs`.
    var out: String?
    /// What disturbs its processes; nil: nothing does.
    var faults: FaultInjector?
    /// The host whose processes are started; nil: all.
    var share: HostShare?

    /// Runs it and shows the results.
    ///
    /// - Throws: `ExitCode` unless the run is VALID; errors that kept it from starting.
    func launch() async throws {
        try checkTiming()
        let network = try EmulatedNetwork(
            topology, continuing: continuation?.state() ?? [])
        try share?.check(topology)
        if !inProcess, let folder = topology.keys {
            let plan = LaunchPlan(network)
            try KeyFolder(folder).check(plan.names(on: share?.host), among: plan.names)
        }
        if let share { try Deployment(topology).checkPorts(of: share.host) }
        let directory =
            if let out {
                try RunDirectory.make(at: out)
            } else {
                try RunDirectory.make(name: topology.name, seed: topology.seed)
            }
        let digest = try SourceDigest.digest(file: file, settings: settings)
        try directory.write(ResultFile.encode(manifest(network)), to: "manifest.json")
        let sockets = inProcess ? nil : try SocketFolder()
        let proxy = try proxy(of: network, sockets: sockets?.path)
        defer { proxy?.stop() }
        var order = order(directory: directory, digest: digest, sockets: sockets?.path)
        order.proxyPort = proxy?.firstPort
        try directory.write(order.encoded(), to: LaunchOrder.fileName)
        try continuation?.hand(to: directory)
        if keepsInputs { try directory.makeFolder(LaunchOrder.inputFolder) }
        let exitCode =
            if inProcess {
                try InProcessLaunch(order: order, network: network, directory: directory).run()
            } else {
                try await ProcessLaunch(
                    order: order, network: network, directory: directory, faults: faults,
                    isSteered: share?.isSteered ?? false
                ).run()
            }
        withExtendedLifetime(sockets) {}
        if share?.isSteered != true { Console.show("results  \(directory.path)\n") }
        guard exitCode == 0 else { throw ExitCode(exitCode) }
    }

    /// What faults harm connections by; nil where none does.
    private func proxy(of network: EmulatedNetwork, sockets: String?) throws -> LinkProxy? {
        guard let sockets, let faults, faults.needsProxy else { return nil }
        let proxy = try LinkProxy(for: LaunchPlan(network).names, sockets: sockets)
        proxy.start(seed: topology.seed)
        faults.use(proxy)
        return proxy
    }

    /// Slotted timing has no nodes, so there are no processes for them, and nothing to continue.
    private func checkTiming() throws(EmulationError) {
        guard topology.timing == .slotted else { return }
        func refuse(_ what: String) -> EmulationError {
            EmulationError(
                description: "slotted timing \(what)", exitCode: 65)
        }
        if !inProcess { throw refuse("runs in this process only; use --in-process") }
        if keepsInputs { throw refuse("has no inputs of nodes; leave out --record") }
        if continuation != nil { throw refuse("cannot be continued") }
    }

    private func order(
        directory: RunDirectory, digest: ContentDigest, sockets: String?
    ) -> LaunchOrder {
        LaunchOrder(
            run: share?.run(of: digest) ?? UInt64.random(in: 1...UInt64.max),
            topology: Self.absolute(file),
            settings: settings, dataDirectory: dataDirectory.map(Self.absolute),
            sourceDigest: digest.description, directory: Self.absolute(directory.path),
            sockets: sockets, recording: recording.rawValue, began: MonotonicClock.now,
            keepsInputs: keepsInputs, drawsCurves: drawsCurves,
            recovers: recovers && !inProcess,
            isDurable: isDurable,
            continues: continuation.map { Self.absolute($0.run) }, host: share?.host)
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private func manifest(_ network: EmulatedNetwork) -> RunManifest {
        RunManifest(
            run: network.description, topologyDigest: topology.worldDigest, topologyFile: file,
            settings: settings, processes: inProcess ? "in-process" : topology.processes.text,
            clock: topology.clock == .virtual ? "virtual" : "wall, speed \(topology.speed)",
            recording: recording, flags: Array(CommandLine.arguments.dropFirst()),
            versions: [
                "edgeflock": ProgramVersion.text, "swift": ProgramVersion.compiler,
                "program": ProgramVersion.fingerprint,
                "libzmq": LivePlan.Transport.libraryVersion,
            ], continues: continuation?.run)
    }
}

/// Tells whether a file and what was changed in it are still the same, without reading it.
enum SourceDigest {
    /// SHA-256 over the file's bytes and the settings, one a line.
    static func digest(file: String, settings: [String]) throws(ResultFileError) -> ContentDigest {
        guard let data = try? Data(contentsOf: URL(filePath: file)) else {
            throw ResultFileError(path: file, problem: "cannot be read", isMissing: true)
        }
        let lines = settings.map { "\n" + $0 }.joined()
        return ContentDigest(of: Array(data) + Array(lines.utf8))
    }
}

extension Topology {
    /// SHA-256 over what is emulated. The seed is told beside it; the clock and the processes
    /// change nothing.
    var worldDigest: ContentDigest {
        var world = self
        world.seed = 0
        world.clock = .virtual
        world.speed = 1
        world.processes = .single
        return ContentDigest(of: world.canonicalText.utf8)
    }
}

extension ProcessPlan {
    var text: String {
        switch self {
        case .perStation: "per-station"
        case .packed(let count): "packed: \(count)"
        case .single: "single"
        }
    }
}

extension RunSummary {
    /// 0 VALID, 2 INVALID, 3 aborted, 130 interrupted.
    var exitCode: Int32 {
        switch verdict {
        case .valid: 0
        case .invalid: 2
        case .aborted: 3
        case .interrupted: 130
        }
    }
}
