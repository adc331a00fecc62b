import Foundation
import Subprocess
import Testing

/// The built program runs a study of twelve short cells.
@Suite(.serialized) struct `A study` {
    private let bench: Workbench

    init() throws {
        bench = try Workbench(duration: "20 s")
        let study = """
            version: 1
            name: short
            topology: pair.yaml
            seeds: 1..6
            axes: {policy: [random, local]}
            episodes: 2
            metrics: [delay, p95]
            """
        try bench.write(study, to: "short.yaml")
    }

    private func study(
        _ name: String, _ arguments: [String] = [],
        whileRunning act: (@Sendable (Int32) async throws -> Void)? = nil
    ) async throws -> TerminationStatus {
        let folder = bench.folder
        return try await bench.run(
            ["study", folder + "/short.yaml", "--out", folder + "/" + name] + arguments,
            whileRunning: act)
    }

    /// Names of the files of finished cells.
    private static func cells(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/cells")) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }

    private static func stamp(_ path: String) throws -> [Date] {
        let facts = try FileManager.default.attributesOfItem(atPath: path)
        return [facts[.modificationDate] as? Date, facts[.creationDate] as? Date].compactMap(\.self)
    }

    @Test func `that was killed goes on where it was, and ends as if nothing had been`()
        async throws
    {
        #expect(try await study("whole") == .exited(0))
        let out = bench.folder + "/killed"
        let status = try await study("killed") { process in
            for _ in 0..<3000 where Self.cells(out).count < 3 {
                try await Task.sleep(for: .milliseconds(10))
            }
            kill(process, SIGKILL)
        }
        #expect(status == .signaled(SIGKILL))
        let kept = Self.cells(out)
        try #require((3..<12).contains(kept.count), "\(kept.count) cells before it was killed")
        let stamps = try kept.map { try Self.stamp("\(out)/cells/\($0)") }
        let texts = try kept.map { try bench.text("killed/cells/\($0)") }

        #expect(try await study("killed") == .exited(73))
        #expect(try await study("killed", ["--resume"]) == .exited(0))
        #expect(try kept.map { try Self.stamp("\(out)/cells/\($0)") } == stamps)
        #expect(try kept.map { try bench.text("killed/cells/\($0)") } == texts)
        #expect(Self.cells(out).count == 12)
        #expect(try bench.text("killed/report.md") == bench.text("whole/report.md"))
    }
}
