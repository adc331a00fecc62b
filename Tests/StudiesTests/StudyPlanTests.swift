import Foundation
@testable import Studies
import Testing
import Topologies

/// Studies with mistakes that only a topology can tell.
@Suite struct `A plan of a study` {
    /// What is wrong with a study of two policies and three seeds; nil for nothing.
    private static func mistakes(
        _ lines: [String], topology: String? = nil, metrics: String = "[delay]"
    ) throws -> StudyMistakes? {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "plan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if let topology {
            try Data(topology.utf8).write(to: URL(filePath: folder + "/pair.yaml"))
        }
        let text =
            """
            version: 1
            name: made
            topology: pair.yaml
            seeds: 1..3
            episodes: 1
            metrics: \(metrics)
            axes:
              policy: [random, local]

            """ + lines.joined(separator: "\n")
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

    private static let pair = """
        version: 1
        name: pair
        duration: 20 s
        stations:
          - {name: a, capacity: 20 GHz}
          - {name: b, capacity: 20 GHz}
        traffic:
          - {name: image, size: 1 Mbit, density: 100 cycles/bit, arrivals: {poisson: 2 /s}}

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
