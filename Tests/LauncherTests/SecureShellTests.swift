import FoundationEssentials
import TestSupport
import Testing
import Topologies

@testable import Launcher

#if canImport(Glibc)
    import Glibc
#endif

/// Hosts that are folders of this machine: programs called ssh and scp that are found first work in
/// them, and note what they were asked.
@Suite(.serialized) struct `A host by ssh` {
    private let folder: TemporaryFolder
    private let host = Host(
        name: "edge", address: "10.1.2.3",
        ssh: Host.SecureShell(user: "me", port: 2222, folder: "place"))
    private let program: String
    private let sum: String

    init() async throws {
        folder = TemporaryFolder()
        let path = folder.path
        program = path + "/edgeflock"
        try Self.write("#!/bin/sh\necho \"$0 $*\"\n", program, isProgram: true)
        for name in ["home", "bin", "local/files"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        }
        try Self.write(
            """
            #!/bin/sh
            echo "ssh $*" >>\(path)/log
            if [ -e \(path)/down ]; then echo "no route to host" >&2; exit 255; fi
            for script; do :; done
            cd \(path)/home && exec sh -c "$script"
            """, path + "/bin/ssh", isProgram: true)
        try Self.write(
            """
            #!/bin/sh
            echo "scp $*" >>\(path)/log
            while [ "$1" != -- ]; do shift; done
            cp -rL "$2" "\(path)/home/${3#*:}" || exit 1
            case "$2" in
              */files) [ ! -e \(path)/flawed ] || echo x >>"\(path)/home/${3#*:}/files/a.yaml" ;;
            esac
            """, path + "/bin/scp", isProgram: true)
        try Self.write("content\n", path + "/local/files/a.yaml")
        let here = getenv("PATH").map { String(cString: $0) } ?? ""
        setenv("PATH", "\(path)/bin:\(here)", 1)
        let output = try await HostCommand.run([
            "sh", "-c",
            "cd \(path)/local/files && sha256sum a.yaml >SHA256SUMS; "
                + "sha256sum <\(path)/edgeflock | cut -c1-64",
        ])
        sum = String(output.text.prefix(64))
    }

    private static func write(_ text: String, _ path: String, isProgram: Bool = false) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, isProgram ? 0o755 : 0o644)
    }

    private var run: RemoteRun { RemoteRun(name: "run-x", program: sum, programSize: 40) }

    private func preparation(_ host: Host? = nil, _ run: RemoteRun? = nil) -> HostPreparation {
        HostPreparation(
            host ?? self.host, run ?? self.run, program: program,
            files: folder.path + "/local/files")
    }

    private var log: String {
        (try? String(contentsOf: URL(filePath: folder.path + "/log"), encoding: .utf8)) ?? ""
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder.path)/home/place/\(path)")
    }

    private func fault(_ preparation: HostPreparation) async -> HostFault? {
        do { try await preparation.bring() } catch let fault as HostFault { return fault } catch {}
        return nil
    }

    @Test func `gets program and files, and the program only once`() async throws {
        try await preparation().bring()
        #expect(exists("programs/\(sum.prefix(16))") && exists("run-x/files/a.yaml"))
        #expect(log.split(separator: "\n").count { $0.hasPrefix("scp") } == 2)
        try await preparation(nil, RemoteRun(name: "run-y", program: sum, programSize: 40)).bring()
        #expect(exists("run-y/files/a.yaml"))
        #expect(log.split(separator: "\n").count { $0.hasPrefix("scp") } == 3)
        await preparation().remove()
        #expect(!exists("run-x") && exists("run-y"))
    }

    @Test func `is reached without questions, as the topology says`() async throws {
        try await preparation().bring()
        let ssh = try #require(log.split(separator: "\n").first { $0.hasPrefix("ssh") })
        for part in ["-o BatchMode=yes", "-o ConnectTimeout=8", "-p 2222 -l me -- 10.1.2.3 "] {
            #expect(ssh.contains(part), "\(ssh)")
        }
        let scp = try #require(log.split(separator: "\n").first { $0.hasPrefix("scp") })
        #expect(scp.contains("-P 2222 -- ") && scp.hasSuffix(" me@10.1.2.3:place/programs/"))
    }

    @Test func `is named when it cannot be reached`() async throws {
        try Self.write("", folder.path + "/down")
        let fault = await fault(preparation())
        #expect(fault?.exitCode == 69)
        #expect(fault?.description == "host edge (10.1.2.3): cannot log in: no route to host")
    }

    @Test func `is named when files are damaged on the way`() async throws {
        try Self.write("", folder.path + "/flawed")
        let fault = await fault(preparation())
        #expect(fault?.exitCode == 73 || fault?.exitCode == 65)
        #expect(fault?.description.contains("not come in full") == true, "\(fault as Any)")
    }

    @Test func `is named when it has no room`() async throws {
        try Self.write(
            "#!/bin/sh\necho head; echo disk 9 9 2048 9\n", folder.path + "/bin/df",
            isProgram: true)
        let fault = await fault(preparation())
        #expect(fault?.exitCode == 73)
        #expect(fault?.description.contains("out of disk: 2 MiB are free") == true)
    }

    @Test func `may have a program of its own, which must be the same`() async throws {
        var host = host
        host.ssh.program = folder.path + "/own"
        let missing = await fault(preparation(host))
        #expect(missing?.description.contains("no program \(folder.path)/own") == true)
        try Self.write("#!/bin/sh\n", folder.path + "/own", isProgram: true)
        let other = await fault(preparation(host))
        #expect(other?.exitCode == 65)
        #expect(other?.description.contains("another version of this program") == true)
        try FileManager.default.removeItem(atPath: folder.path + "/own")
        try FileManager.default.copyItem(atPath: program, toPath: folder.path + "/own")
        #expect(await fault(preparation(host)) == nil)
        #expect(!log.contains("scp -q -r -p -o BatchMode=yes") || !log.contains(".draft"))
    }

    @Test func `has its launcher started, and started again with what it has left`() async throws {
        try await preparation().bring()
        let script = run.launch(host, arguments: ["a.yaml", "--set", "x='y z'"])
        let first = try await HostCommand.run(SecureShell(host).run(script))
        #expect(
            first.text.hasSuffix(
                "launch a.yaml --set x='y z' --host edge --out ../out --steered\n"))
        try FileManager.default.createDirectory(
            atPath: folder.path + "/home/place/run-x/out/logs", withIntermediateDirectories: true)
        try Self.write("{}", folder.path + "/home/place/run-x/out/launch.json")
        let second = try await HostCommand.run(SecureShell(host).run(script))
        #expect(second.text.hasSuffix("launch --resume ../out --steered\n"))
        try await preparation().collect(
            hasHub: true, into: folder.path + "/local", archive: folder.path + "/archive.tar")
        #expect(FileManager.default.fileExists(atPath: folder.path + "/local/launch.json"))
    }
}
