import FoundationEssentials

/// A run as containers of one Docker engine.
struct ComposeRun: EngineRun {
    private let folder: String
    private let names: [String]
    private let hub: String
    private let docker: EngineTool
    private let compose: EngineTool
    /// By part; empty before the start.
    private var containers: [String] = []

    init(_ plan: EnginePlan, in folder: String) throws(LaunchError) {
        self.folder = folder
        names = plan.parts.indices.map(EnginePlan.partName)
        hub = EnginePlan.partName(plan.hubPart)

        docker = try EngineTool("docker", in: folder)
        let file = ["--file", ComposeFiles.Kind.compose.file]
        // As a plugin of docker, or as the program that it was before.
        compose =
            if EngineTool.find("docker-compose") != nil {
                try EngineTool("docker-compose", file, in: folder)
            } else {
                try EngineTool("docker", ["compose"] + file, in: folder)
            }
    }

    mutating func start() async throws(LaunchError) {
        do throws(LaunchError) {
            try await compose.demand("up", "--detach")
            for name in names {
                let output = try await compose.demand("ps", "--all", "--quiet", name)
                guard let container = output.lines.first else {
                    throw LaunchError("docker has no container of \(name)")
                }
                containers.append(container)
            }
        } catch {
            _ = try await compose.run("down", "--volumes", "--timeout", "5")
            throw error
        }
    }

    mutating func look() async throws(LaunchError) -> EngineState {
        let format =
            "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}}"
            + " {{.State.ExitCode}} {{.RestartCount}}"
        let output = try await docker.run(["inspect", "--format", format] + containers)
        guard output.lines.count == names.count else {
            throw LaunchError("containers are gone: \(output.errors.trimmed)")
        }
        let states = output.lines.map(ContainerState.init)
        let text = zip(names, states).map { "\($0) \($1.text)" }.joined(separator: ", ")
        let isOver = zip(names, states).contains { $0 == hub && $1.isOver }
        return EngineState(text, isOver: isOver)
    }

    mutating func cancel() async throws(LaunchError) {
        try await compose.demand("stop", "--timeout", "20")
    }

    mutating func collect(to target: String) async throws(LaunchError) {
        for (name, container) in zip(names, containers) {
            let log = try await docker.run("logs", container)
            try? (log.text + log.errors).write(
                toFile: "\(folder)/\(name).log", atomically: false, encoding: .utf8)
            if name == hub { _ = try await docker.run("cp", "\(container):/work/run", target) }
        }
        try await compose.demand("down", "--volumes", "--timeout", "5")
    }
}

/// What Docker says of a container.
struct ContainerState: Hashable, Sendable {
    var status: String
    var health: String
    var exitCode: Int
    var restarts: Int

    /// From four words.
    init(line: String) {
        let words = line.split(separator: " ").map(String.init)
        status = words.first ?? "unknown"
        health = words.count > 1 ? words[1] : "-"
        exitCode = words.count > 2 ? Int(words[2]) ?? -1 : -1
        restarts = words.count > 3 ? Int(words[3]) ?? 0 : 0
    }

    /// A container that is to be started again is not.
    var isOver: Bool { status == "exited" || status == "dead" }

    var text: String {
        var text = isOver ? "ended with code \(exitCode)" : status
        if status == "running", health != "-" { text += " (\(health))" }
        if restarts > 0 { text += ", started again \(restarts) times" }
        return text
    }
}
