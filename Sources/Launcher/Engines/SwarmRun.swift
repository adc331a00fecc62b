import FoundationEssentials

/// What a swarm says of the newest task of a service.
struct SwarmTask: Hashable, Sendable {
    var identity: String
    /// Of the service, without that of the stack.
    var part: String
    var node: String
    var desired: String
    var state: String
    var error: String

    /// From the words of ``SwarmTask/format``.
    init?(line: String, stack: String) {
        let words = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 6, words[1].hasPrefix(stack + "_") else { return nil }
        identity = words[0]
        let name = words[1].dropFirst(stack.count + 1)
        part = String(name.prefix { $0 != "." })
        node = words[2]
        desired = words[3]
        state = words[4].split(separator: " ").first.map { $0.lowercased() } ?? "unknown"
        error = words[5]
    }

    static let format = "{{.ID}}|{{.Name}}|{{.Node}}|{{.DesiredState}}|{{.CurrentState}}|{{.Error}}"

    /// Whether neither it nor another in its place will run.
    var isOver: Bool {
        desired.lowercased() == "shutdown" && ["complete", "failed", "rejected"].contains(state)
    }

    var text: String {
        var text = "\(part) \(state)"
        if !node.isEmpty { text += " on \(node)" }
        if !error.isEmpty { text += " (\(error))" }
        return text
    }
}

/// A run as a stack of a swarm.
struct SwarmRun: EngineRun {
    private let folder: String
    private let stack: String
    private let names: [String]
    private let hub: String
    private let isLocal: Bool
    private let docker: EngineTool
    /// The newest of each part, in the order of parts.
    private var tasks: [SwarmTask] = []

    init(_ plan: EnginePlan, in folder: String) throws(LaunchError) {
        self.folder = folder
        stack = plan.name
        names = plan.parts.indices.map(EnginePlan.partName)
        hub = EnginePlan.partName(plan.hubPart)
        isLocal = plan.image.hasPrefix("localhost/")
        docker = try EngineTool(
            "docker", in: folder)
    }

    mutating func start() async throws(LaunchError) {
        let present = try await docker.demand("stack", "ls", "--format", "{{.Name}}")
        guard !present.lines.contains(stack) else {
            throw LaunchError(
                "the swarm has a stack '\(stack)' already: docker stack rm \(stack) removes it")
        }
        // An image of localhost is on the nodes, and in no registry that could be asked.
        let resolve = isLocal ? ["--resolve-image", "never"] : []
        let output = try await docker.run(
            ["stack", "deploy"] + resolve + ["--compose-file", ComposeFiles.Kind.swarm.file, stack])
        guard output.code == 0 else {
            _ = try await docker.run("stack", "rm", stack)
            throw LaunchError("the swarm does not take the stack: \(output.errors.trimmed)")
        }
    }

    mutating func look() async throws(LaunchError) -> EngineState {
        let output = try await docker.demand(
            "stack", "ps", "--no-trunc", "--format", SwarmTask.format, stack)
        // The newest of each service comes first.
        let all = output.lines.compactMap { SwarmTask(line: $0, stack: stack) }
        tasks = names.compactMap { name in all.first { $0.part == name } }
        let text = tasks.map(\.text).joined(separator: ", ")
        return EngineState(text, isOver: tasks.contains { $0.part == hub && $0.isOver })
    }

    mutating func cancel() async throws(LaunchError) {
        for name in names {
            try await docker.demand("service", "scale", "--detach", "\(stack)_\(name)=0")
        }
    }

    mutating func collect(to target: String) async throws(LaunchError) {
        for name in names {
            let log = try await docker.run("service", "logs", "--raw", "\(stack)_\(name)")
            try? (log.text + log.errors).write(
                toFile: "\(folder)/\(name).log", atomically: false, encoding: .utf8)
        }
        var isHere = false
        if let task = tasks.first(where: { $0.part == hub }) {
            let format = "{{.Status.ContainerStatus.ContainerID}}"
            let container = try await docker.run(
                "inspect", "--type", "task", "--format", format, task.identity)
            if let container = container.lines.first {
                isHere = try await docker.run("cp", "\(container):/work/run", target).code == 0
            }
            if !isHere {
                throw LaunchError(
                    "the results are in the volume \(stack)_\(hub) of \(task.node), which is not "
                        + "this machine; docker stack rm \(stack) removes the rest")
            }
        }
        try await docker.demand("stack", "rm", stack)
        try await removeVolumes()
    }

    /// On this machine: those on others stay there, a swarm has no way to remove them.
    private func removeVolumes() async throws(LaunchError) {
        let present = try await docker.run("volume", "ls", "--quiet").lines
        let own = names.map { "\(stack)_\($0)" }.filter(present.contains)
        guard !own.isEmpty else { return }
        // Containers go some time after their stack.
        for _ in 0..<40 {
            if try await docker.run(["volume", "rm"] + own).code == 0 { return }
            let left = try await docker.run("volume", "ls", "--quiet").lines
            if own.allSatisfy({ !left.contains($0) }) { return }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }
}
