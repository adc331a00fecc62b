import Foundation
import Recording
import Subprocess
import Testing
import Topologies

@testable import edgeflock

/// Runs over hosts that are all this machine, by hand; and what hosts are given.
@Suite(.serialized, .timeLimit(.minutes(1))) struct `A run over hosts` {
    private let bench: Workbench
    private var folder: String { bench.folder }

    init() throws { bench = try Workbench(duration: "2 s") }

    /// Ports that no other test program uses at the same time.
    private var hosts: String {
        let port = 21_000 + Int(getpid()) % 500 * 16
        return "hosts=[{name: a, address: 127.0.0.1, port: \(port)}, "
            + "{name: b, address: 127.0.0.2, port: \(port), cores: 3}]"
    }

    private func launch(_ name: String, _ more: [String]) async throws -> Bool {
        let status = try await bench.run(
            ["launch", bench.topology, "--out", "\(folder)/\(name)", "--set", hosts] + more)
        return status == .exited(0)
    }

    private func digest(_ name: String) throws -> String? {
        try ResultFile.read(RunSummary.self, "summary.json", of: "\(folder)/\(name)").ledgerDigest
    }

    @Test func `has the ledger of one process, and its results where the hub is`() async throws {
        #expect(try await launch("one", ["--in-process"]))
        async let first = launch("a", ["--host", "a", "--run", "9"])
        async let second = launch("b", ["--host", "b", "--run", "9"])
        let ends = try await (first, second)
        #expect(ends == (true, true))
        #expect(try digest("a") == digest("one"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/b/summary.json"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/b/recovery"))
        #expect(FileManager.default.fileExists(atPath: "\(folder)/b/logs/bs1.log"))
    }

    @Test func `is refused on a host that the topology does not have`() async throws {
        let status = try await bench.run(
            ["launch", bench.topology, "--set", hosts, "--host", "c", "--out", folder + "/c"])
        #expect(status == .exited(64))
    }

    @Test func `gives a host topology, data and its own secret keys only`() async throws {
        let keys = folder + "/keys"
        #expect(try await bench.run(["keys", bench.topology, "--out", keys]) == .exited(0))
        try bench.write("seconds\n1\n", to: "trace.csv")
        let settings = [hosts, "security={keys: \(keys)}"]
        let topology = try #require(
            Topology.load(path: bench.topology, overrides: settings).topology)
        let inputs = [InputFile(name: "data/trace.csv", path: folder + "/trace.csv")]
        let files = HostFiles(topology: topology, file: bench.topology, inputs: inputs)
        let root = try files.gather(for: ["bs1", "hub"], in: folder + "/host")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
        #expect(
            names == [
                "SHA256SUMS", "data", "data/trace.csv", "keys", "keys/public.keys", "keys/secret",
                "keys/secret/bs1.key", "keys/secret/hub.key", "pair.yaml",
            ])
        let sums = try bench.text("host/files/SHA256SUMS").split(separator: "\n")
        #expect(sums.count == 5 && sums.allSatisfy { $0.utf8.count > 66 })
    }

    @Test func `copies nothing from above the topology`() throws {
        let topology = try #require(Topology.load(path: bench.topology).topology)
        let inputs = [InputFile(name: "../x.csv", path: "/dev/null")]
        let files = HostFiles(topology: topology, file: bench.topology, inputs: inputs)
        #expect(throws: (any Error).self) { try files.gather(for: [], in: folder + "/host") }
    }
}
