import Foundation
import Recording
import Subprocess
import Testing

/// The built program with real processes: what only the outside can see.
@Suite(.serialized) struct `A launch` {
    private let bench: Workbench
    private var folder: String { bench.folder }

    init() throws { bench = try Workbench(duration: "2 s") }

    /// Runs the program to its end; `act` gets its process number once the run is going on.
    private func launch(
        _ name: String, _ arguments: [String] = [], of file: String? = nil,
        whileRunning act: (@Sendable (Int32) async throws -> Void)? = nil
    ) async throws -> TerminationStatus {
        let out = folder + "/" + name
        let status = try await bench.run(
            ["launch", file ?? bench.topology, "--out", out] + arguments
        ) { process in
            guard let act else { return }
            // Both stations, traffic, hub.
            try await Self.wait(for: "4 processes") { Self.roles(of: out).count == 4 }
            try await act(process)
        }
        try await Self.wait(for: "the end of all processes") { Self.roles(of: out).isEmpty }
        return status
    }

    private func summary(_ name: String) throws -> RunSummary {
        try ResultFile.read(RunSummary.self, "summary.json", of: folder + "/" + name)
    }

    @Test func `gives the same ledger in one process and in many`() async throws {
        #expect(try await launch("one", ["--in-process"]) == .exited(0))
        #expect(try await launch("many") == .exited(0))
        #expect(try await launch("packed", ["--processes", "packed:1"]) == .exited(0))
        let runs = try ["one", "many", "packed"].map(summary)
        #expect(Set(runs.map(\.ledgerDigest)).count == 1)
        #expect(runs.map(\.processes) == [1, 4, 3])
        #expect(runs.allSatisfy { $0.verdict == .valid && $0.tasks.arrived > 40 })
    }

    @Test func `gives the same ledger with keys, and starts nothing with bad ones`() async throws {
        let keyed = ["--set", "security={keys: \(folder)/keys}"]
        #expect(try await bench.run(["keys", bench.topology] + keyed) == .exited(0))
        #expect(try await bench.run(["keys", bench.topology] + keyed) == .exited(73))
        #expect(try await launch("plain") == .exited(0))
        #expect(try await launch("keyed", keyed) == .exited(0))
        let runs = try ["plain", "keyed"].map(summary)
        #expect(runs[0].ledgerDigest == runs[1].ledgerDigest && runs[1].warnings == [])
        // Keys of other processes than these, and a secret that others may read.
        #expect(try await launch("packed", keyed + ["--processes", "packed:1"]) == .exited(65))
        chmod(folder + "/keys/secret/hub.key", 0o640)
        #expect(try await launch("open", keyed) == .exited(77))
        let left = ["packed", "open"].filter {
            FileManager.default.fileExists(atPath: folder + "/" + $0)
        }
        #expect(left == [])
        let secret = try String(contentsOfFile: folder + "/keys/secret/bs1.key", encoding: .utf8)
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder + "/keyed") {
            let data = FileManager.default.contents(atPath: folder + "/keyed/" + name) ?? Data()
            #expect(data.firstRange(of: Data(secret.utf8)) == nil, "\(name) holds a secret")
        }
    }

    /// Three stations, traffic and a learner, which trains while they work.
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden/three-stations.yaml").path()

    @Test(arguments: ["dsac", "dqn", "ddrl-amsa"])
    func `learns the same weights in one process and in many`(policy: String) async throws {
        func run(_ name: String, _ arguments: [String]) async throws -> RunSummary {
            let options = ["--policy", policy, "--episodes", "1"]
            #expect(try await launch(name, options + arguments, of: Self.golden) == .exited(0))
            return try summary(name)
        }
        let runs = [
            try await run("one", ["--in-process"]),
            try await run("many", ["--processes", "per-station"]),
            try await run("packed", ["--processes", "packed:2"]),
        ]
        #expect(Set(runs.map(\.ledgerDigest)).count == 1)
        #expect(Set(runs.map(\.weightsDigest)).count == 1 && runs[0].weightsDigest != nil)
        #expect(runs.map(\.processes) == [1, 6, 5])
        #expect(runs.allSatisfy { $0.verdict == .valid && $0.weights.adoptions > 0 })
    }

    /// The largest station leaves under load and returns, a link gets slow, the learner is away.
    @Test func `has the same events in one process and in many, and loses no task`() async throws {
        let events = """
            events=[{at: 1 s, leave: east}, {at: 2500 ms, join: east}, {at: 1500 ms, \
            link: [west, middle], rate: 100 Mbit/s, delay: 20 ms}, {from: 2 s, to: 4 s, \
            learner: away}]
            """
        func run(_ name: String, _ arguments: [String]) async throws -> RunSummary {
            let options = ["--set", events, "--set", "drain=20 s"] + arguments
            #expect(try await launch(name, options, of: Self.golden) == .exited(0))
            return try summary(name)
        }
        let runs = [
            try await run("one", ["--in-process"]),
            try await run("many", ["--processes", "per-station"]),
        ]
        #expect(runs.map(\.processes) == [1, 6])
        #expect(Set(runs.map(\.ledgerDigest)).count == 1)
        #expect(Set(runs.map(\.weightsDigest)).count == 1 && runs[0].weightsDigest != nil)
        #expect(Set(runs.map(\.scheduled)).count == 1)
        for run in runs {
            let (tasks, scheduled) = (run.tasks, try #require(run.scheduled))
            #expect(run.verdict == .valid && tasks.arrived > 400)
            #expect(tasks.completed + tasks.late == tasks.arrived)
            #expect(tasks.lost == 0 && tasks.inFlight == 0)
            // It had work when it left, and users who went on asking.
            #expect(scheduled.events.count == 4 && scheduled.replacedParts > 0)
            #expect(scheduled.replacedParts == scheduled.refusedParts)
            #expect(scheduled.inheritedTasks > 20)
            #expect(scheduled.learnerAwayDelay != nil && run.weights.gradientSteps > 0)
        }
    }

    /// Whichever processes are killed, one after another, each while the one before comes back.
    @Test func `gives the same results when its processes are killed`() async throws {
        let long = ["--set", "duration=300 s"]
        #expect(try await launch("calm", long + ["--in-process"]) == .exited(0))
        let out = folder + "/stormy"
        let status = try await launch("stormy", long) { _ in
            for name in ["bs2", "hub", "traffic", "bs1", "hub"] {
                guard let role = Self.roles(of: out).first(where: { $0.name == name }) else {
                    return
                }
                kill(role.process, SIGKILL)
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        #expect(status == .exited(0))
        let (calm, stormy) = (try summary("calm"), try summary("stormy"))
        #expect(stormy.ledgerDigest == calm.ledgerDigest && stormy.verdict == .valid)
        #expect(stormy.tasks == calm.tasks && stormy.events == calm.events)
        #expect(stormy.restarts >= 3)
        #expect(!FileManager.default.fileExists(atPath: out + "/recovery"))
        #expect(try await bench.run(["launch", "--resume", out]) == .exited(65))
        #expect(try await bench.run(["launch", "--resume", out, "--seed", "3"]) == .exited(64))
    }

    @Test func `is disturbed on purpose, with the same results`() async throws {
        let out = folder + "/chaos"
        let chaos = ["chaos", bench.topology, "--set", "duration=300 s", "--out", out]
        let status = try await bench.run(chaos + ["--kills", "2", "--every", "0.1"])
        #expect(status == .exited(0))
        let report = try String(contentsOfFile: out + "/chaos.txt", encoding: .utf8)
        #expect(report.hasSuffix("chaos: the same results\n"))
        let faults = try String(contentsOfFile: out + "/faults.csv", encoding: .utf8)
        let line = #/[0-9]+,[0-9]+\.[0-9]{2},kill,[a-z0-9]+,,([0-9]+\.[0-9]{2})?/#
        let lines = faults.split(separator: "\n").dropFirst()
        #expect(lines.count == 2 && lines.allSatisfy { $0.wholeMatch(of: line) != nil })
        #expect(try await bench.run(["chaos", bench.topology, "--faults", ","]) == .exited(64))
        #expect(try await bench.run(["chaos", bench.topology, "--faults", "kil"]) == .exited(64))
    }

    @Test func `has the same results when connections are cut and bits are wrong`() async throws {
        let out = folder + "/cut-off"
        let status = try await bench.run([
            "chaos", bench.topology, "--set", "duration=100 s", "--out", out, "--kills", "4",
            "--every", "0.2", "--faults", "cut,garble", "--seed", "3",
        ])
        #expect(status == .exited(0))
        let report = try String(contentsOfFile: out + "/chaos.txt", encoding: .utf8)
        #expect(report.contains("  cut ") && report.contains("  garble "))
    }

    /// By the wall clock no two runs are the same, but the same tasks arrive.
    @Test func `loses no task by the wall clock when processes are killed`() async throws {
        let out = folder + "/walls"
        let wall = ["--set", "clock=wall", "--set", "duration=4 s"]
        let status = try await bench.run(
            ["chaos", bench.topology, "--kills", "3", "--every", "0.5", "--out", out] + wall)
        #expect(status == .exited(0))
        let report = try String(contentsOfFile: out + "/chaos.txt", encoding: .utf8)
        #expect(report.hasSuffix("chaos: nothing lost, nothing twice\n"))
    }

    @Test func `is finished by another by the wall clock, too`() async throws {
        let status = try await launch("cut", ["--set", "clock=wall", "--set", "duration=3 s"]) {
            try await Task.sleep(for: .seconds(1))
            kill($0, SIGKILL)
        }
        #expect(status == .signaled(9))
        let resumed = try await bench.run(["launch", "--resume", folder + "/cut"])
        #expect(resumed == .exited(0) || resumed == .exited(2), "it may have been too slow")
        #expect(try await launch("calm", ["--set", "duration=3 s"]) == .exited(0))
        #expect(try summary("cut").tasks.arrived == summary("calm").tasks.arrived)
    }

    @Test func `is finished by another when it was killed itself`() async throws {
        let long = ["--set", "duration=300 s"]
        #expect(try await launch("calm", long + ["--in-process"]) == .exited(0))
        let status = try await launch("cut", long) { process in
            try await Task.sleep(for: .seconds(1))
            kill(process, SIGKILL)
        }
        #expect(status == .signaled(9))
        #expect(try await bench.run(["launch", "--resume", folder + "/cut"]) == .exited(0))
        let (calm, cut) = (try summary("calm"), try summary("cut"))
        #expect(cut.ledgerDigest == calm.ledgerDigest && cut.verdict == .valid)
        #expect(try await bench.run(["launch", "--resume", folder + "/calm"]) == .exited(65))
        #expect(try await bench.run(["launch", "--resume", folder + "/none"]) == .exited(66))
    }

    @Test func `ends with code 3 and its results when nobody comes back`() async throws {
        let out = folder + "/killed"
        let arguments = ["--set", "duration=2000 s", "--no-recovery"]
        let status = try await launch("killed", arguments) { _ in
            let station = Self.roles(of: out).first { $0.name == "bs2" }
            kill(try #require(station).process, SIGKILL)
        }
        #expect(status == .exited(3))
        let summary = try summary("killed")
        #expect(summary.verdict == .aborted)
        #expect(summary.reasons == ["process bs2 was killed by signal 9"])
    }

    @Test func `ends in order with code 130 when interrupted`() async throws {
        let status = try await launch("stopped", ["--set", "duration=2000 s"]) { process in
            kill(process, SIGINT)
        }
        #expect(status == .exited(130))
        #expect(try summary("stopped").verdict == .interrupted)
    }

    @Test func `goes on with a run that is over, however its nodes are spread`() async throws {
        #expect(try await launch("two", ["--episodes", "2", "--tensorboard"]) == .exited(0))
        let more = ["--continue", folder + "/two", "--episodes", "3"]
        #expect(try await launch("more", more) == .exited(0))
        #expect(try await launch("together", more + ["--in-process"]) == .exited(0))
        #expect(try await launch("whole", ["--episodes", "5", "--in-process"]) == .exited(0))
        let runs = try ["more", "together", "whole"].map(summary)
        #expect(Set(runs.map(\.ledgerDigest)).count == 1)
        #expect(runs.allSatisfy { $0.verdict == .valid && $0.episodes == runs[0].episodes })
        let curves = try FileManager.default.contentsOfDirectory(
            atPath: folder + "/two/tensorboard")
        #expect(curves.count == 1)
        #expect(curves.allSatisfy { $0.hasPrefix("events.out.tfevents.") })
    }

    @Test func `refuses to go on with what is not the same run`() async throws {
        let two = folder + "/two"
        #expect(try await launch("two", ["--in-process"]) == .exited(0))
        func status(_ name: String, _ arguments: [String] = []) async throws -> TerminationStatus {
            try await launch(name, ["--in-process", "--continue", two] + arguments)
        }
        #expect(try await status("seed", ["--seed", "9"]) == .exited(65))
        #expect(try await status("policy", ["--policy", "local"]) == .exited(65))
        #expect(try await status("load", ["--set", "duration=3 s"]) == .exited(65))
        let state = URL(filePath: two + "/state/nodes.state")
        let bytes = try Data(contentsOf: state)
        try bytes.dropLast(3).write(to: state)
        #expect(try await status("cut") == .exited(65))
        try FileManager.default.removeItem(at: state)
        #expect(try await status("lost") == .exited(66))
        try bytes.write(to: state)
        #expect(try await status("good") == .exited(0))
        try FileManager.default.removeItem(atPath: two + "/run.sqlite")
        #expect(try await status("rows") == .exited(66))
        #expect(try await launch("none", ["--continue", folder + "/none"]) == .exited(66))
    }

    @Test func `keeps nothing for a replay that could not repeat it`() async throws {
        let wall = ["--clock", "wall", "--set", "scheduler.decision_time=measured"]
        #expect(try await launch("measured", wall + ["--record"]) == .exited(65))
        #expect(!FileManager.default.fileExists(atPath: folder + "/measured"))
    }

    @Test func `leaves no process behind when it is killed itself`() async throws {
        let status = try await launch("orphans", ["--set", "duration=2000 s"]) { process in
            kill(process, SIGKILL)
        }
        #expect(status == .signaled(9))
    }

    /// The processes of a run that are alive.
    private static func roles(of out: String) -> [(process: Int32, name: String)] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { entry in
            guard let process = Int32(entry),
                let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
            else { return nil }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard words.count > 4, words[1] == "role", words[4].hasPrefix(out + "/") else {
                return nil
            }
            return (process, words[2])
        }
    }

    private static func wait(
        for what: String, _ condition: () -> Bool
    ) async throws {
        // Beside the other tests a process may get its turn late.
        let limit = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < limit {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("180 s have passed without \(what)")
    }
}
