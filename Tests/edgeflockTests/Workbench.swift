import Foundation
import Subprocess
import SystemPackage
import TestSupport

/// The built program, and a folder of a test's own with a topology of two stations.
struct Workbench {
    private let files = TemporaryFolder()
    var folder: String { files.path }
    let topology: String

    /// Beside the test program.
    static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "edgeflock").path

    init(duration: String) throws {
        topology = files.path + "/pair.yaml"
        let text = """
            version: 1
            name: pair
            duration: \(duration)
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
        try write(text, to: "pair.yaml")
    }

    /// Programs are in `bin/`.
    func write(_ text: String, to name: String) throws {
        let path = folder + "/" + name
        let isProgram = name.hasPrefix("bin/")
        if isProgram {
            try FileManager.default.createDirectory(
                atPath: folder + "/bin", withIntermediateDirectories: true)
        }
        try Data(text.utf8).write(to: URL(filePath: path))
        if isProgram { chmod(path, 0o755) }
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    }

    /// Runs the program to its end; `act` gets its process number meanwhile.
    func run(
        _ arguments: [String], whileRunning act: (@Sendable (Int32) async throws -> Void)? = nil
    ) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path(FilePath(Self.program)), arguments: Arguments(arguments),
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            try await act?(execution.processIdentifier.value)
        }.terminationStatus
    }
}
