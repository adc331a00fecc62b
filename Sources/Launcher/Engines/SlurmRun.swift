import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// What Slurm says of a job.
struct SlurmJob: Hashable, Sendable {
    var state: String
    var reason: String
    var nodes: String
    var restarts: Int

    /// From the one line of `scontrol --oneliner show job`; nil when it is none.
    init?(line: String) {
        var fields: [Substring: Substring] = [:]
        for word in line.split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            let key = word[..<equals]
            if fields[key] == nil { fields[key] = word[word.index(after: equals)...] }
        }
        guard let state = fields["JobState"] else { return nil }
        self.state = String(state)
        reason = fields["Reason"].map(String.init) ?? "None"
        nodes = fields["NodeList"].map(String.init) ?? ""
        restarts = fields["Restarts"].flatMap { Int($0) } ?? 0
    }

    /// Whether it will not run any more.
    var isOver: Bool {
        [
            "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL",
            "OUT_OF_MEMORY", "TIMEOUT",
        ].contains(state)
    }

    var text: String {
        var text = state.lowercased()
        if reason != "None" { text += " (\(reason))" }
        if !nodes.isEmpty, nodes != "(null)" { text += " on \(nodes)" }
        if restarts > 0 { text += ", started again \(restarts) times" }
        return text
    }
}

/// A run as a job of Slurm.
struct SlurmRun: EngineRun {
    private let folder: String
    private let hubPart: Int
    private let submit: EngineTool
    private let control: EngineTool
    private let cancelling: EngineTool
    private var job = ""

    init(_ plan: EnginePlan, in folder: String, program: String) throws(LaunchError) {
        self.folder = folder
        hubPart = plan.hubPart

        submit = try EngineTool("sbatch", in: folder)
        control = try EngineTool("scontrol", in: folder)
        cancelling = try EngineTool("scancel", in: folder)
        // All nodes must see the program under this name.
        setenv("EDGEFLOCK", program, 1)
    }

    mutating func start() async throws(LaunchError) {
        let output = try await submit.demand("--parsable", SlurmFiles.script)
        guard let first = output.lines.last?.split(separator: ";").first else {
            throw LaunchError("sbatch did not say the number of the job: \(output.text)")
        }
        job = String(first)
    }

    mutating func look() async throws(LaunchError) -> EngineState {
        let output = try await control.run("--oneliner", "show", "job", job)
        guard let line = output.lines.first, let state = SlurmJob(line: line) else {
            // Slurm forgets jobs some minutes after their end.
            let isGone = output.errors.contains("Invalid job id")
            return EngineState(
                isGone ? "job \(job): gone" : "job \(job): \(output.errors.trimmed)",
                isOver: isGone)
        }
        return EngineState("job \(job): \(state.text)", isOver: state.isOver)
    }

    mutating func cancel() async throws(LaunchError) { try await cancelling.demand(job) }

    mutating func collect(to target: String) async throws(LaunchError) {
        let source = "\(folder)/run/\(EnginePlan.partName(hubPart))/run"
        guard rename(source, target) == 0 || errno == ENOENT else {
            throw LaunchError("cannot move \(source): \(String(cString: strerror(errno)))")
        }
    }
}
