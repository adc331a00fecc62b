import Foundation
import SimulationKernel
import TestSupport
import Testing
import Yams

@testable import Launcher

extension EnginePlan {
    /// A run of three parts, with or without keys and hosts of its own.
    static func example(hasKeys: Bool = true, isPinned: Bool = false) -> EnginePlan {
        let processes = [["bs1", "hub", "traffic"], ["bs2"], ["bs3", "learner"]]
        let parts = processes.enumerated().map { number, names in
            Part(
                host: isPinned ? ["core", "west", "east"][number] : EnginePlan.partName(number),
                processes: names, cores: number == 0 ? 2 : 1, mebibytes: 512,
                hasHub: number == 0)
        }
        let keys = processes.map { names in
            (["public bs1 P1"] + names.map { "secret \($0) SECRET-\($0)" }).joined(separator: "\n")
                + "\n"
        }
        return EnginePlan(
            name: "Three stations", parts: parts,
            inputs: [
                Input(name: "three.yaml", text: "version: 1\nname: Three stations # $HOME\n"),
                Input(name: "trace.csv", text: "0.5,bs1\n"),
            ],
            settings: ["hosts=[{name: a}]", "scheduler.policy=it's $(PART)"],
            keys: hasKeys ? keys : [], image: "localhost/edgeflock:test", isPinned: isPinned)
    }
}

/// The files of an engine, held against committed ones in `Golden/engines`.
///
/// `EDGEFLOCK_WRITE_GOLDEN=1` writes them anew.
@Suite struct `The files for an engine` {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Golden/engines")

    @Test(arguments: Engine.allCases)
    func `are what was agreed on`(engine: Engine) throws {
        for file in try engine.render(.example()) {
            let path = Self.golden.appending(path: "\(engine)/\(file.path)")
            if ProcessInfo.processInfo.environment["EDGEFLOCK_WRITE_GOLDEN"] != nil {
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: path)
            }
            let agreed = try String(contentsOf: path, encoding: .utf8)
            #expect(file.text == agreed, "\(engine)/\(file.path)")
        }
    }

    @Test(arguments: Engine.allCases)
    func `are readable as YAML or by the shell`(engine: Engine) throws {
        for pinned in [false, true] {
            for file in try engine.render(.example(isPinned: pinned)) {
                if file.path.hasSuffix(".yaml") {
                    #expect(try Yams.load(yaml: file.text) is [String: Any], "\(file.path)")
                } else if file.path.hasSuffix(".sh") {
                    #expect(checksInShell(file.text), "\(file.path)")
                }
            }
        }
    }

    private func checksInShell(_ text: String) -> Bool {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-n", "-c", text]
        do { try shell.run() } catch { return false }
        shell.waitUntilExit()
        return shell.terminationStatus == 0
    }

    @Test(arguments: Engine.allCases)
    func `name every process once`(engine: Engine) throws {
        let plan = EnginePlan.example()
        let text = try engine.render(plan).filter { !$0.path.hasPrefix("keys/") }
            .filter { $0.path != "secret.yaml" }.map(\.text).joined()
        for part in plan.parts {
            let line = part.processes.joined(separator: " ")
            #expect(text.ranges(of: line).count == 1, "\(line)")
        }
    }

    @Test(arguments: Engine.allCases)
    func `hold secrets only where nobody else may read them`(engine: Engine) throws {
        for file in try engine.render(.example()) where file.text.contains("SECRET") {
            #expect(file.mode == .secret || file.mode == .mounted && file.path.hasPrefix("keys/"))
        }
    }

    @Test(arguments: [Engine.slurm, .compose, .swarm])
    func `give each part the keys of its own processes only`(engine: Engine) throws {
        let plan = EnginePlan.example()
        let files = try engine.render(plan)
        for (number, part) in plan.parts.enumerated() {
            let file = try #require(files.first { $0.path == "keys/part-\(number).keys" })
            let secrets = file.text.split(separator: "\n").filter { $0.hasPrefix("secret ") }
            #expect(secrets.count == part.processes.count)
        }
    }

    @Test(arguments: Engine.allCases)
    func `say nothing of keys where a run has none`(engine: Engine) throws {
        let files = try engine.render(.example(hasKeys: false))
        #expect(!files.contains { $0.path.contains("key") || $0.path.contains("secret") })
        #expect(!files.contains { $0.text.contains("--keys") })
    }

    @Test(arguments: Engine.allCases)
    func `ask for what outlives a power cut only where that is wanted`(engine: Engine) throws {
        var plan = EnginePlan.example()
        let plain = try engine.render(plan).map(\.text).joined()
        plan.isDurable = true
        let durable = try engine.render(plan).map(\.text).joined()
        #expect(!plain.contains("--durable") && durable.contains("--durable"))
    }

    @Test(arguments: [Engine.swarm, .kubernetes])
    func `refuse more data than the engine stores`(engine: Engine) {
        var plan = EnginePlan.example()
        plan.inputs[1].text = String(repeating: "x", count: 1_100_000)
        #expect(throws: LaunchError.self) { try engine.render(plan) }
    }
}

@Suite struct `What an engine is asked for` {
    private func load(_ engine: Engine, _ path: String, isPinned: Bool = false) throws
        -> [String: Any]
    {
        let files = try engine.render(.example(isPinned: isPinned))
        let file = try #require(files.first { $0.path == path })
        return try #require(try Yams.load(yaml: file.text) as? [String: Any])
    }

    @Test func `has the cores of each part as its limit`() throws {
        for (engine, path) in [(Engine.compose, "compose.yaml"), (.swarm, "stack.yaml")] {
            let services = try load(engine, path)["services"] as? [String: Any] ?? [:]
            let cores = try (0..<3).map { number in
                let service = try #require(services["part-\(number)"] as? [String: Any])
                let deploy = service["deploy"] as? [String: Any]
                let resources = deploy?["resources"] as? [String: Any]
                return (resources?["limits"] as? [String: Any])?["cpus"] as? String
            }
            #expect(cores == ["2", "1", "1"])
        }
    }

    @Test func `is the most that any part needs where all are alike`() throws {
        let spec = try #require(try load(.kubernetes, "job.yaml")["spec"] as? [String: Any])
        #expect(spec["completions"] as? Int == 3)
        let template = try #require(spec["template"] as? [String: Any])
        let pod = try #require(template["spec"] as? [String: Any])
        let container = try #require((pod["containers"] as? [[String: Any]])?.first)
        let requests = (container["resources"] as? [String: Any])?["requests"] as? [String: String]
        #expect(requests == ["cpu": "2", "memory": "512Mi"])
        let files = try Engine.slurm.render(.example())
        #expect(files[0].text.contains("#SBATCH --cpus-per-task=2\n"))
        #expect(files[0].text.contains("#SBATCH --ntasks=3\n"))
    }

    @Test func `puts each part on the machine of its host where the topology names hosts`() throws {
        for (isPinned, expected) in [
            (true, ["node.labels.edgeflock == west"]), (false, []),
        ] {
            let services = try load(.swarm, "stack.yaml", isPinned: isPinned)["services"]
            let service = (services as? [String: Any])?["part-1"] as? [String: Any]
            let deploy = service?["deploy"] as? [String: Any]
            let placement = deploy?["placement"] as? [String: Any]
            #expect(placement?["constraints"] as? [String] ?? [] == expected)
            #expect(deploy?["endpoint_mode"] as? String == "dnsrr")
        }
    }

    @Test func `leaves what looks like a variable as it is`() throws {
        let services = try load(.compose, "compose.yaml")["services"] as? [String: Any]
        let command = (services?["part-0"] as? [String: Any])?["command"] as? [String]
        #expect(command?.contains("scheduler.policy=it's $$(PART)") == true)
        let spec = try load(.kubernetes, "job.yaml")["spec"] as? [String: Any]
        let pod = (spec?["template"] as? [String: Any])?["spec"] as? [String: Any]
        let arguments = (pod?["containers"] as? [[String: Any]])?.first?["args"] as? [String]
        #expect(arguments?.contains("scheduler.policy=it's $$(PART)") == true)
        #expect(arguments?.contains("$(PART)") == true)
    }

    @Test(arguments: Seed.first(100))
    func `has names that every engine takes`(seed: Seed) {
        var stream = seed.stream
        let alphabet = Array("abcXYZ019-_. äß/")
        let length = 1 + stream.integer(below: 90)
        let name = String((0..<length).map { _ in alphabet[stream.integer(below: alphabet.count)] })
        let fit = EngineName.fit(name)
        #expect(EngineName.isLabel(fit) && EngineName.isLabel(fit + "-1000"), "\(name): \(fit)")
        #expect(fit.first?.isLetter == true)
        #expect(EngineName.fit(fit) == fit)
    }
}

@Suite struct `A value written as YAML` {
    private func check(_ text: String) throws {
        let value: YAMLText = [
            "a": .text(text), "b": ["c": [.text(text), ["d": .text(text), "e": []]]], "f": [:],
        ]
        let file = value.file(comment: ["x: y", ""])
        let read = try #require(try Yams.load(yaml: file) as? [String: Any])
        #expect(read["a"] as? String == text)
        let items = try #require((read["b"] as? [String: Any])?["c"] as? [Any])
        #expect(items[0] as? String == text)
        #expect((items[1] as? [String: Any])?["d"] as? String == text)
    }

    @Test(arguments: [
        "", "plain", "yes", "No", "null", "~", "12", "1e3", "0x1F", ".inf", "a: b", "a #b", "- a",
        "it's", "\"quoted\"", "back\\slash", " leading", "trailing ", "tab\there", "line\nfeed",
        "two\n\nlines\n", "\n", "ends\n\n", "  indented\nfirst\n", "a\n  ", "%", "@", "{a}", "[b]",
        "2026-11-27", "ümläut", "\u{1F600}", "\u{2028}", "\u{85}", "\u{7}", "---", "key:\n  - x\n",
    ])
    func `is read as what it was`(text: String) throws { try check(text) }

    @Test(arguments: Seed.first(200))
    func `is read as what it was, whatever it is`(seed: Seed) throws {
        var stream = seed.stream
        let alphabet = Array("ab01 \n\t:#-'\"\\|>&*!%@{}[],?~ü")
        let length = stream.integer(below: 30)
        try check(String((0..<length).map { _ in alphabet[stream.integer(below: alphabet.count)] }))
    }
}
