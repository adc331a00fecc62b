import ArgumentParser
import Emulation
import FoundationEssentials
import Launcher
import NodeRuntime
import Recording
import Topologies

/// A run on the hosts of its topology, which are reached by ssh: brings them what they need, has a
/// launcher on each, and collects what the run leaves.
struct SecureShellLaunch: Sendable {
    let request: LaunchRequest
    let inputs: [InputFile]
    /// What the launchers are told beside topology and settings.
    let flags: [String]

    private static let program = "/proc/self/exe"
    /// For what is only needed while the run goes on.
    private static let scratch = "hosts.tmp"
    private static let logs = "hosts"

    func launch() async throws {
        let topology = request.topology
        guard request.continuation == nil else {
            throw EmulationError(
                description: "a run over hosts cannot add episodes to another; leave out "
                    + "--continue, or add --in-process", exitCode: 65)
        }
        let plan = LaunchPlan(Deployment(topology))
        try makeKeys(plan)
        let directory =
            if let out = request.out {
                try RunDirectory.make(at: out)
            } else {
                try RunDirectory.make(name: topology.name, seed: topology.seed)
            }
        try directory.makeFolder(Self.scratch)
        try directory.makeFolder(Self.logs)
        let used = plan.deployment.usedHosts
        let number = UInt64.random(in: 1...UInt64.max)
        let hosts = try preparations(plan, used, in: directory, number)
        let result: HostSupervisor.Result
        do {
            Console.complain("launch: preparing \(Console.few(hosts.map(\.name)))")
            try await bring(hosts)
            directory.remove(Self.scratch)
            try directory.makeFolder(Self.scratch)
            result = await run(hosts, plan, number, directory)
            try await collect(hosts, into: directory)
        } catch {
            await removeAll(hosts)
            directory.remove(Self.scratch)
            throw error
        }
        await removeAll(hosts)
        directory.remove(Self.scratch)
        try finish(result, directory)
    }

    private struct Member: Sendable {
        var name: String
        var hasHub: Bool
        var preparation: HostPreparation
    }

    /// Where the topology names a folder of keys that is not there yet, it is made.
    private func makeKeys(_ plan: LaunchPlan) throws {
        guard let folder = request.topology.keys else { return }
        if !FileManager.default.fileExists(atPath: folder) {
            try KeyFolder(folder).make(plan.names, replacing: false)
            Console.complain("launch: made keys of \(plan.names.count) processes in \(folder)")
        }
        try KeyFolder(folder).check(plan.names)
    }

    private func preparations(
        _ plan: LaunchPlan, _ used: [Int], in directory: RunDirectory, _ number: UInt64
    ) throws -> [Member] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.program)))
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: Self.program)
        let run = RemoteRun(
            name: "run-" + String(number, radix: 36),
            program: ContentDigest(of: bytes).description, programSize: bytes.count)
        let files = HostFiles(topology: request.topology, file: request.file, inputs: inputs)
        return try used.map { index in
            let host = plan.deployment.hosts[index]
            let folder = directory.file("\(Self.scratch)/\(host.name)")
            let gathered = try files.gather(for: plan.names(on: host.name), in: folder)
            return Member(
                name: host.name, hasHub: plan.deployment.hub.host == index,
                preparation: HostPreparation(host, run, program: path, files: gathered))
        }
    }

    /// All at once; the first fault of any ends it.
    private func bring(_ hosts: [Member]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { try await host.preparation.bring() } }
            try await group.waitForAll()
        }
    }

    private func run(
        _ hosts: [Member], _ plan: LaunchPlan, _ number: UInt64, _ directory: RunDirectory
    ) async -> HostSupervisor.Result {
        let files = HostFiles(topology: request.topology, file: request.file, inputs: inputs)
        var words = [files.topologyName, "--run", String(number)] + flags
        for setting in request.settings + files.settings { words += ["--set", setting] }
        if inputs.contains(where: { $0.name.hasPrefix("data:") }) {
            words += ["--data", HostFiles.data]
        }
        let commands = hosts.map { host in
            host.preparation.command(
                arguments: words, log: directory.file("\(Self.logs)/\(host.name).log"))
        }
        let supervisor = HostSupervisor(
            commands, hub: hosts.firstIndex(where: \.hasHub) ?? 0, recovers: request.recovers)
        var line = ProgressLine()
        let result = await supervisor.run(
            onProgress: { progress in if line.isDue { line.show(progress) } },
            say: { text in
                line.clear()
                Console.complain("launch: \(text)")
            })
        line.clear()
        return result
    }

    /// What the host of the hub has left is the run; the others add their logs and states.
    private func collect(_ hosts: [Member], into directory: RunDirectory) async throws {
        for host in hosts {
            do {
                try await host.preparation.collect(
                    hasHub: host.hasHub, into: directory.path,
                    archive: directory.file("\(Self.scratch)/\(host.name).tar"))
            } catch let fault as HostFault {
                Console.complain("launch: warning: \(fault)")
            }
        }
    }

    private func removeAll(_ hosts: [Member]) async {
        await withTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { await host.preparation.remove() } }
        }
    }

    private func finish(_ result: HostSupervisor.Result, _ directory: RunDirectory) throws {
        // As if it had been here, for replay and for more episodes.
        if let order = try? LaunchOrder.read(from: directory.file(LaunchOrder.fileName)) {
            try directory.write(
                request.order(directory: directory, asCollected: order).encoded(),
                to: LaunchOrder.fileName)
        }
        if let failure = result.failure { Console.complain("launch: error: \(failure)") }
        if let summary = try? ResultFile.read(RunSummary.self, "summary.json", of: directory.path) {
            Console.show(summary.screen)
        }
        Console.show("results  \(directory.path)\n")
        guard result.exitCode == 0 else { throw ExitCode(result.exitCode) }
    }
}

extension LaunchRequest {
    /// The order of a run that was elsewhere, with the places that things have here.
    fileprivate func order(
        directory: RunDirectory, asCollected order: LaunchOrder
    ) throws -> LaunchOrder {
        var order = order
        order.topology = Self.absolute(file)
        order.settings = settings
        order.dataDirectory = dataDirectory.map(Self.absolute)
        order.sourceDigest = try SourceDigest.digest(file: file, settings: settings).description
        order.directory = Self.absolute(directory.path)
        order.recovers = false
        order.host = nil
        return order
    }
}
