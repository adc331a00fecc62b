import Foundation
import Subprocess
import SystemPackage
import Testing

/// The built program runs a study of twelve short cells.
@Suite(.serialized) final class `A study` {
    private let folder = URL.temporaryDirectory.path + "/edgeflock-study-\(UUID().uuidString)"
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "edgeflock").path

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let topology = """
            version: 1
            name: pair
            duration: 20 s
            stations:
              - {name: bs, count: 2, capacity: 10 GHz}
            links: {rate: 100 Mbit/s, delay: 5 ms}
            traffic:
              - name: image
                arrivals: {poisson: {rate: 20 /s}}
                size: 1 Mbit
                workload: {exponential: 0.2 Gcycles}
            scheduler: {policy: random}
            """
        let study = """
            version: 1
            name: short
            topology: pair.yaml
            seeds: 1..6
            axes: {policy: [random, local]}
            episodes: 2
            metrics: [delay, p95]
            """
        try Data(topology.utf8).write(to: URL(filePath: folder + "/pair.yaml"))
        try Data(study.utf8).write(to: URL(filePath: folder + "/short.yaml"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func study(
        _ name: String, _ arguments: [String] = [],
        whileRunning act: (@Sendable (Int32) async throws -> Void)? = nil
    ) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path(FilePath(Self.program)),
            arguments: Arguments(
                ["study", folder + "/short.yaml", "--out", folder + "/" + name] + arguments),
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            try await act?(execution.processIdentifier.value)
        }.terminationStatus
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
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
        let out = folder + "/killed"
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
        let texts = try kept.map { try text("killed/cells/\($0)") }

        #expect(try await study("killed") == .exited(73))
        #expect(try await study("killed", ["--resume"]) == .exited(0))
        #expect(try kept.map { try Self.stamp("\(out)/cells/\($0)") } == stamps)
        #expect(try kept.map { try text("killed/cells/\($0)") } == texts)
        #expect(Self.cells(out).count == 12)
        #expect(try text("killed/report.md") == text("whole/report.md"))
    }
}
