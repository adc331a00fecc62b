import Messaging
import NodeRuntime
import SimulationKernel

#if canImport(Glibc)
    import Glibc
#endif

/// A live run of real processes: this program is the hub and starts itself for all the others.
func runLive(_ arguments: [String]) throws {
    let (world, packed) = relayWorld(arguments)
    let directory = "/tmp/edgeflock-bench-\(getpid())"
    mkdir(directory, 0o700)
    let plan = world.plan(run: UInt64(getpid()), directory: directory, packed: packed)
    // Before any socket: children inherit nothing but their standard streams.
    let began = MonotonicClock.now
    let children = plan.processes.indices.map { process in
        Child(arguments: ["live-role", directory, "\(getpid())", "\(process)"] + arguments)
    }
    let sink = CountingSink()
    let hub = try LiveHub(plan: plan, sink: sink)
    let ready = MonotonicClock.now
    var memory = 0
    let outcome = hub.run { now in
        if now > .zero + .seconds(world.seconds / 2) && memory == 0 {
            memory = children.map(\.proportionalKilobytes).max() ?? 0
        }
        return false
    }
    for child in children { child.wait() }
    rmdir(directory)
    guard case .finished = outcome.ending else { fatalError("ended as \(outcome.ending)") }
    let seconds = outcome.runTime / .seconds(1)
    let start = Double(ready - began) * 1e-9 + outcome.startTime / .seconds(1)
    print(
        """
        { "processes": \(plan.processes.count), "windows": \(outcome.windows), \
        "windows_per_s": \(Int(Double(outcome.windows) / seconds)), \
        "times_real_time": \(rounded(world.seconds / seconds)), \
        "start_s": \(rounded(start)), "records": \(sink.count), \
        "events": \(outcome.total(\.events)), "wire_bytes": \(outcome.wireBytes), \
        "direct_frames": \(outcome.total(\.directFrames)), \
        "published_frames": \(outcome.total(\.publishedFrames)), \
        "refused": \(outcome.total(\.refusedSends)), "pss_kib": \(memory) }
        """)
}

/// One process of ``runLive(_:)``.
func runLiveRole(_ arguments: [String]) throws {
    guard arguments.count > 3, let run = UInt64(arguments[1]), let process = Int(arguments[2])
    else { exitForUsage(["live-role DIRECTORY RUN PROCESS ..."]) }
    let (world, packed) = relayWorld(Array(arguments.dropFirst(3)))
    let plan = world.plan(run: run, directory: arguments[0], packed: packed)
    let records = RecordForwarder()
    var group = NodeGroup(sink: records)
    world.add(plan.processes[process].nodes, to: &group)
    var options = LiveOptions()
    options.endsWithInput = true
    let driver = try LiveDriver(
        plan: plan, process: process, group: group, records: records, options: options)
    _ = try driver.run()
}

private func relayWorld(_ arguments: [String]) -> (RelayWorld, packed: Int?) {
    let numbers = arguments.compactMap(Double.init)
    guard numbers.count == arguments.count, (4...5).contains(numbers.count) else {
        exitForUsage(["live STATIONS TASKS_PER_S DELAY_MS SECONDS [GROUPS]"])
    }
    let world = RelayWorld(
        stations: Int(numbers[0]), rate: numbers[1], delay: .seconds(numbers[2] * 1e-3),
        seconds: numbers[3])
    return (world, numbers.count == 5 ? Int(numbers[4]) : nil)
}

private func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }

private final class CountingSink: RecordSink {
    var count = 0
    func keep(_ record: Record) { count += 1 }
}

/// A process that ends when this one does: its standard input is a pipe from here.
private struct Child {
    let process: pid_t

    init(arguments: [String]) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        let strings = (["edgeflock-bench"] + arguments).map { strdup($0) } + [nil]
        var process: pid_t = 0
        let result = posix_spawn(&process, "/proc/self/exe", &actions, nil, strings, environ)
        precondition(result == 0, "cannot start a process: \(result)")
        close(ends[0])
        posix_spawn_file_actions_destroy(&actions)
        for case let string? in strings { free(string) }
        self.process = process
    }

    func wait() {
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// The process's own memory and its share of what it shares with others.
    var proportionalKilobytes: Int {
        guard let file = fopen("/proc/\(process)/smaps_rollup", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if text.hasPrefix("Pss:") {
                return Int(text.split(separator: " ")[1]) ?? 0
            }
        }
        return 0
    }
}
