import ArgumentParser
import Foundation
import Recording
import Testing
import Topologies

@testable import edgeflock

/// The help texts, held against the committed ones in `Help/`: whoever changes an option reads the
/// whole text once more, as the person at 2 a.m. will.
///
/// `EDGEFLOCK_WRITE_HELP=1` writes them anew.
@Suite struct `The help` {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Help")

    @Test(arguments: [
        nil, "validate", "explain", "launch", "report", "compare", "verify", "replay", "train",
        "train cartpole", "chaos", "study", "study cartpole", "study ablation-cartpole",
        "keys", "render", "health",
    ])
    func `is what was agreed on`(command: String?) throws {
        let text = help(command) + "\n"
        let file = Self.folder.appending(
            path: "\((command ?? "edgeflock").replacing(" ", with: "-")).txt")
        if ProcessInfo.processInfo.environment["EDGEFLOCK_WRITE_HELP"] != nil {
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test func `names every command`() {
        let names = EdgeFlock.configuration.subcommands.compactMap { $0.configuration.commandName }
        #expect(
            names == [
                "validate", "explain", "launch", "report", "compare", "verify", "replay", "train",
                "study", "chaos", "keys",
                "render", "health", "part", "role",
            ])
        #expect(!help(nil).contains("role"))
    }

    private func help(_ command: String?) -> String {
        guard let command else { return EdgeFlock.helpMessage(columns: 80) }
        var type: any ParsableCommand.Type = EdgeFlock.self
        for word in command.split(separator: " ") {
            guard
                let next = type.configuration.subcommands.first(where: {
                    $0.configuration.commandName ?? "" == word
                })
            else { return "" }
            type = next
        }
        return EdgeFlock.helpMessage(for: type, columns: 80)
    }
}

@Suite struct `The options of launch` {
    @Test(arguments: [
        (["--seed", "-1"], "0 to 18446744073709551615"),
        (["--seed=-1"], "0 to 18446744073709551615"),
        (["--seed", "18446744073709551616"], "0 to 18446744073709551615"),
        (["--seed", "one"], "0 to 18446744073709551615"),
        (["--episodes", "-1"], "at least 1 (got -1)"), (["--speed", "-1"], "positive number"),
    ])
    func `say which numbers they take`(arguments: [String], range: String) throws {
        #expect {
            _ = try EdgeFlock.parseAsRoot(
                EdgeFlock.joiningNegatives(of: ["launch", "x.yaml"] + arguments))
        } throws: { error in
            EdgeFlock.message(for: error).contains(range)
        }
    }

    @Test(arguments: [
        (["chaos", "x", "--kills", "-3"], ["chaos", "x", "--kills=-3"]),
        (["launch", "--speed", "-.5", "-h"], ["launch", "--speed=-.5", "-h"]),
        (["--seed", "--jobs", "-1e3"], ["--seed", "--jobs=-1e3"]),
        (["--set=a", "-1", "--", "-2"], ["--set=a", "-1", "--", "-2"]),
        (["--out", "-", "--policy", "-dsac"], ["--out", "-", "--policy", "-dsac"]),
    ])
    func `take the minus of a number as its sign`(arguments: [String], meant: [String]) {
        #expect(EdgeFlock.joiningNegatives(of: arguments) == meant)
    }

    @Test func `take every seed`() throws {
        for seed in [0, UInt64.max] {
            let command = try EdgeFlock.parseAsRoot(["launch", "x.yaml", "--seed", "\(seed)"])
            #expect((command as? LaunchCommand)?.seed == seed)
        }
    }

    @Test(arguments: [
        (["launch", "x", "--seed", "1", "--seed", "2"], "--seed"),
        (["launch", "--seed=1", "x", "--policy", "dsac", "--seed", "1"], "--seed"),
        (["launch", "x", "--record", "--record"], "--record"),
        (["launch", "x", "--set", "a=1", "--set", "b=2", "--seed", "1"], nil),
        (["study", "x", "--jobs", "2", "--out", "d"], nil),
        (["report", "--", "--a", "--a"], nil),
    ])
    func `are given once, but for settings`(arguments: [String], repeated: String?) {
        #expect(EdgeFlock.repeated(in: arguments) == repeated)
    }

    @Test(arguments: [
        ["x.yaml", "--in-process", "--clock", "wall"],
        ["x.yaml", "--in-process", "--processes", "single"],
        ["x.yaml", "--clock", "virtual", "--speed", "2"], ["x.yaml", "--speed", "0"],
        ["x.yaml", "--clock", "wall", "--speed", "-1"], ["x.yaml", "--episodes", "0"],
        ["x.yaml", "--seed", "-1"], ["x.yaml", "--seed", "18446744073709551616"],
        ["x.yaml", "--processes", "packed:0"], ["x.yaml", "--clock", "lunar"],
        ["x.yaml", "--recording", "some"], ["x.yaml", "--frobnicate"], [],
    ])
    func `exclude nonsense with exit code 64`(arguments: [String]) {
        do {
            _ = try EdgeFlock.parseAsRoot(["launch"] + arguments)
            Issue.record("accepted: \(arguments)")
        } catch {
            #expect(EdgeFlock.exitCode(for: error).rawValue == 64)
        }
    }

    @Test(arguments: [
        ("per-station", "per-station"), ("single", "single"), ("packed:12", "{packed: 12}"),
    ])
    func `name placements as a topology does`(option: String, setting: String) throws {
        #expect(ProcessesName(argument: option)?.setting == setting)
    }
}

@Suite struct `A topology whose data is not here` {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../topologies/melbourne-llm.yaml").path

    @Test func `is refused with what to do first, then what is missing`() {
        let lines = TopologyOptions.lines(of: Topology.load(path: Self.file), "m.yaml")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("m.yaml: error: 2 files of recorded data that it needs are not"))
        #expect(lines[0].contains("--data DIR") && lines[0].contains("docs/DATA.md"))
        for (line, name) in zip(lines.dropFirst(), ["eua-melbourne-cbd-sites", "azure-llm-2023"]) {
            #expect(line.contains("error[E066]: 'data:\(name)"))
            #expect(!line.contains("hint"), "once is enough")
        }
    }
}

@Suite struct `A topology's digest` {
    private func digest(_ settings: [String]) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../topologies/quickstart.yaml").path
        let loading = Topology.load(path: file, overrides: settings)
        return try #require(loading.topology).worldDigest.description
    }

    @Test func `follows what is emulated and not how it is run`() throws {
        let plain = try digest([])
        #expect(
            try digest(["seed=2", "processes={packed: 2}", "clock=wall", "speed=3"]) == plain)
        #expect(try digest(["episodes=2"]) != plain)
        #expect(try digest(["stations.bs1.capacity=11 GHz"]) != plain)
    }
}
