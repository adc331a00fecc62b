import EdgeModel
import FoundationEssentials
import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import Recording

#if canImport(Glibc)
    import Glibc
#endif

@Suite(.serialized) struct `A run directory` {
    private let files = TemporaryFolder()
    private var root: String { files.path }

    @Test func `carries name and seed, and is the latest`() throws {
        let first = try RunDirectory.make(in: root, name: "quick", seed: 3)
        #expect(first.path.hasPrefix(root + "/quick-3-2"))
        let second = try RunDirectory.make(in: root, name: "quick", seed: 3)
        #expect(second.path != first.path)
        let latest = try FileManager.default.destinationOfSymbolicLink(atPath: root + "/latest")
        #expect(root + "/" + latest == second.path)
        var facts = stat()
        #expect(stat(first.path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o700)
    }

    @Test func `may be an empty folder, and no other`() throws {
        let path = root + "/a/b"
        do {
            let directory = try RunDirectory.make(at: path)
            #expect(throws: RunDirectoryError.self) { try RunDirectory.make(at: path) }
            try directory.write("{}", to: "summary.json")
        }
        do {
            _ = try RunDirectory.make(at: path)
            Issue.record("a folder with files was taken")
        } catch {
            #expect(error.code == .exists)
            #expect(error.exitCode == 73)
        }
    }

    @Test func `belongs to one process at a time`() throws {
        let path = root + "/c"
        let directory = try RunDirectory.make(at: path)
        // What a run writes may come before the lock when the folder is read.
        for name in ["a", "run.sqlite", "z"] { try RunDirectory.write([], to: "\(path)/\(name)") }
        do {
            _ = try RunDirectory.make(at: path)
            Issue.record("a folder was taken twice")
        } catch {
            #expect(error.code == .locked)
            #expect(error.exitCode == 69)
        }
        withExtendedLifetime(directory) {}
    }

    @Test func `cannot be made in a file`() throws {
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true)
        try RunDirectory.write([], to: root + "/file")
        do {
            _ = try RunDirectory.make(at: root + "/file/run")
            Issue.record("a folder was made in a file")
        } catch {
            #expect(error.exitCode == 73)
            #expect(error.description.contains("Not a directory"))
        }
    }

    @Test func `keeps every row and finds the first that differs`() throws {
        let a = try record(rows: Example.rows, in: root + "/x")
        let b = try record(rows: Example.rows.reversed(), in: root + "/y")
        var changed = Example.rows
        changed[15].completion = VirtualDuration(nanoseconds: 31_001)
        changed[15].first?.finish = VirtualDuration(nanoseconds: 31_001)
        changed[18].status = .lost
        let c = try record(rows: changed, in: root + "/z")
        let same = try RunComparison(a, b)
        #expect(same.isEqual)
        #expect(same.text.contains("ledgers: equal, "))
        let other = try RunComparison(a, c)
        #expect(!other.isEqual)
        guard case .different(let difference?) = other.ledgers else {
            Issue.record("no difference found: \(other.ledgers)")
            return
        }
        // Station 1 comes first, and of it task 9, which is the nineteenth row.
        #expect(
            difference.description == """
                first difference: episode 0, bs1, task 9
                  status: completed | lost

                """)
    }

    @Test func `is told by a report`() throws {
        let report = try RunReport(record(rows: Example.rows, in: root + "/r"))
        #expect(report.text.contains("verdict: VALID"))
        #expect(report.text.contains("bs2"))
        #expect(throws: ResultFileError.self) { try RunReport(root + "/nothing") }
    }

    private func record(rows: [TaskRecord], in path: String) throws -> String {
        let directory = try RunDirectory.make(at: path)
        let run = Example.run()
        let recorder = try Recorder(run, level: .full, directory: directory)
        let manifest = RunManifest(
            run: run, topologyDigest: ContentDigest(of: "x".utf8), topologyFile: "x.yaml",
            settings: [], processes: "in-process", clock: "virtual", recording: .full, flags: [],
            versions: [:])
        try directory.write(ResultFile.encode(manifest), to: "manifest.json")
        for row in rows { recorder.keep(.task(row)) }
        for station in [0, 1] as [UInt32] {
            recorder.keep(.station(Example.books(station, rows: rows)))
        }
        _ = try recorder.finish(RunFacts())
        return path
    }
}
