import Foundation
@testable import Studies
import Testing
import Topologies

/// Studies with mistakes that only a topology can tell.
@Suite struct `A plan of a study` {
    private static func text(
        _ lines: [String], metrics: String = "[delay]", policies: String = "[random, local]"
    ) -> String {
        """
        version: 1
        name: made
        topology: pair.yaml
        seeds: 1..3
        episodes: 1
        metrics: \(metrics)
        axes:
          policy: \(policies)

        """ + lines.joined(separator: "\n")
    }

    /// In a folder with this topology, or an empty one.
    private static func withTopology<Outcome>(
        _ topology: String?, _ body: (String) throws -> Outcome
    ) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "plan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if let topology {
            try Data(topology.utf8).write(to: URL(filePath: folder + "/pair.yaml"))
        }
        return try body(folder)
    }

    /// What is wrong with a study of two policies and three seeds; nil for nothing.
    private static func mistakes(
        _ lines: [String], topology: String? = nil, metrics: String = "[delay]",
        policies: String = "[random, local]"
    ) throws -> StudyMistakes? {
        try withTopology(topology) { folder in
            let text = text(lines, metrics: metrics, policies: policies)
            let loading = StudyFile.load(
                bytes: Array(text.utf8), name: "study.yaml", folder: folder + "/")
            let study = try #require(loading.study, "\(loading.diagnostics)")
            do throws(StudyMistakes) {
                _ = try StudyPlan(study, dataDirectory: nil)
                return nil
            } catch {
                return error
            }
        }
    }

    private static let pair = """
        version: 1
        name: pair
        duration: 20 s
        stations:
          - {name: a, capacity: 20 GHz}
          - {name: b, capacity: 20 GHz}
        traffic:
          - {name: image, size: 1 Mbit, density: 100 cycles/bit, arrivals: {poisson: {rate: 2 /s}}}
        links: {rate: 100 Mbit/s, delay: 5 ms}
        scheduler: {policy: random}

        """

    @Test func `shows an unknown key at its line, once for all combinations`() throws {
        let found = try #require(
            try Self.mistakes(["set:", "  scheduler.foo: 3"], topology: Self.pair))
        let own = found.lines.filter { $0.hasPrefix("study.yaml:10:3: error[") }
        #expect(own.count == 1, "\(found.lines)")
        #expect(own.first?.contains("\n      scheduler.foo: 3\n      ^") == true)
        #expect(found.exitCode == 65)
    }

    @Test func `shows a wrong value of an axis at its place`() throws {
        let found = try #require(
            try Self.mistakes(["  scheduler.state_period: [1 s, 5 parsec]"], topology: Self.pair))
        let own = found.lines.filter { $0.hasPrefix("study.yaml:9:33: error[") }
        #expect(own.count == 1, "\(found.lines)")
    }

    @Test func `tells of a missing topology once, with the code of missing input`() throws {
        let found = try #require(try Self.mistakes([]))
        #expect(found.lines.count { $0.contains("no such file") } == 1)
        #expect(found.exitCode == 66)
    }

    @Test func `shows the line of an unknown metric`() throws {
        let found = try #require(
            try Self.mistakes([], topology: Self.pair, metrics: "[delay, dalay]"))
        let own = found.lines.filter { $0.hasPrefix("study.yaml:6:18: error[") }
        #expect(own.count == 1, "\(found.lines)")
        #expect(own.first?.contains("metrics: [delay, dalay]") == true)
    }

    @Test func `shows the line of an unknown metric of a published figure`() throws {
        let published = [
            "published:", "  - {row: local, against: random, percent: 1, source: a, metric: p5}",
        ]
        let found = try #require(try Self.mistakes(published, topology: Self.pair))
        let own = found.lines.filter { $0.hasPrefix("study.yaml:10:66: error[") }
        #expect(own.count == 1, "\(found.lines)")
        #expect(own.first?.contains("did you mean 'p50'?") == true)
    }

    @Test func `checks what is changed for training only`() throws {
        let train = ["train:", "  episodes: 3", "  set:"]
        let wrong = ["    training.batsh: 32", "    training.round: -5 s"]
        let axis = ["  scheduler.state_period: [1 s, 5 s]"]
        func mistakes(policies: String) throws -> StudyMistakes? {
            try Self.mistakes(
                axis + train + wrong, topology: Self.pair, policies: policies)
        }
        let found = try #require(try mistakes(policies: "[random, dsac]"))
        for place in ["13:5", "14:21"] {
            let own = found.lines.filter { $0.hasPrefix("study.yaml:\(place): error[") }
            #expect(own.count == 1, "\(place): \(found.lines)")
        }
        #expect(try mistakes(policies: "[random, local]") == nil, "nobody trains")
    }

    @Test func `finds the mistakes of settings in a file that has others, too`() throws {
        let text = Self.text(
            ["set:", "  scheduler.candidats: 3", "  duration: -5 s"], policies: "[randm]")
        try Self.withTopology(Self.pair) { folder in
            let loading = StudyFile.load(
                bytes: Array(text.utf8), name: "study.yaml", folder: folder + "/")
            #expect(loading.study == nil)
            #expect(
                loading.diagnostics.map { "\($0)".prefix(29) } == [
                    "study.yaml:8:12: error[E062]:"
                ])
            let more = StudyPlan.mistakes(
                in: try #require(loading.remains), dataDirectory: nil)
            let places = more.lines.map { $0.prefix { $0 != " " } }
            #expect(
                places.filter { $0.hasPrefix("study.yaml") } == [
                    "study.yaml:10:3:", "study.yaml:11:13:",
                ], "\(more.lines)")
        }
    }

    @Test func `knows how much of the servers' work is offered`() throws {
        try Self.withTopology(Self.pair) { folder in
            let text = Self.text(["  traffic.image.density: [100 cycles/bit, 40 kcycles/bit]"])
            let loading = StudyFile.load(
                bytes: Array(text.utf8), name: "study.yaml", folder: folder + "/")
            let plan = try StudyPlan(#require(loading.study), dataDirectory: nil)
            let loads = plan.cells.prefix(4).map { $0.load ?? 0 }
            // 2 tasks/s of 1 Mbit at each of two stations of 20 GHz.
            for (load, expected) in zip(loads, [0.01, 4, 0.01, 4]) {
                #expect(abs(load - expected) < 1e-9, "\(loads)")
            }
        }
    }

    @Test(arguments: [
        (["policy", "scheduler.state_period"], ["policy", "state period"]),
        (
            ["stations.bs1.capacity", "stations.bs2.capacity"],
            ["bs1 capacity", "bs2 capacity"]
        ),
        (["policy", "scheduler.policy"], ["policy", "scheduler policy"]),
        (["stations.bs.count"], ["stations"]),
    ])
    func `has short names for axes that tell them apart`(keys: [String], names: [String]) {
        #expect(StudyResults.shortNames(keys) == names)
    }
}
