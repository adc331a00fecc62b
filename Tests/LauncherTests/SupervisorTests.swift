import FoundationEssentials
import TestSupport
import Testing

@testable import Launcher

#if canImport(Glibc)
    import Glibc
#endif

/// Real processes: the shell plays the roles.
@Suite(.serialized) struct `A supervisor` {
    private let files = TemporaryFolder()
    private var folder: String { files.path }

    private func command(_ name: String, _ script: String) -> ChildCommand {
        ChildCommand(
            name: name, executable: "/bin/sh", arguments: ["-c", script],
            log: "\(folder)/\(name).log")
    }

    /// Runs to the end; members live as long as their standard input, or as their script says.
    private func run(
        members: [String] = ["cat"], hub: String
    ) async throws -> (result: Supervisor.Result, lines: [String]) {
        let commands = members.enumerated().map { command("m\($0)", $1) }
        var lines: [String] = []
        let result = try await Supervisor(commands + [command("hub", hub)]).run(
            onLine: { lines.append($0) }, say: { _ in })
        return (result, lines)
    }

    @Test func `hands over the hub's lines and its exit code`() async throws {
        // Whoever starts after the hub's end says nothing more.
        let hub = "until [ -s \(folder)/m0.log ]; do sleep 0.01; done; echo one; echo two; exit 2"
        let (result, lines) = try await run(members: ["echo working", "exit 0"], hub: hub)
        #expect(lines == ["one", "two"])
        #expect(result.exitCode == 2)
        #expect(result.failure == nil)
        let log = command("m0", "").lastLines()
        #expect(log == ["working"])
    }

    @Test func `tells the hub of a death, and shows the dead one's last words`() async throws {
        let (result, lines) = try await run(
            members: ["echo bad luck >&2; kill -9 $$", "exec sleep 0"],
            hub: "read order; echo \"got $order\"; exit 3")
        #expect(lines == ["got abort process m0 was killed by signal 9"])
        #expect(result.exitCode == 3)
        #expect(result.failure?.process == "m0")
        #expect(result.lastLines == ["bad luck"])
    }

    @Test func `kills the others when the hub dies`() async throws {
        let (result, _) = try await run(
            members: ["exec sleep 600"], hub: "echo no >&2; kill -6 $$")
        #expect(result.exitCode == 3)
        #expect(result.failure == .init(process: "hub", detail: "was killed by signal 6"))
        #expect(result.lastLines == ["no"])
    }

    @Test func `fails when a program is not there`() async throws {
        let missing = ChildCommand(
            name: "m0", executable: folder + "/nothing", arguments: [], log: folder + "/m0.log")
        let result = try await Supervisor([
            missing, command("hub", "read order; exit 3"),
        ]).run(onLine: { _ in }, say: { _ in })
        #expect(result.exitCode == 3)
        #expect(result.failure?.detail.hasPrefix("could not be started") == true)
    }

    @Test func `gives processes sessions of their own`() async throws {
        // Field 6 of stat is the session; it equals the process's own number.
        let (result, lines) = try await run(
            members: [], hub: "cut -d' ' -f1,6 /proc/$$/stat")
        #expect(result.exitCode == 0)
        let fields = lines.first?.split(separator: " ") ?? []
        #expect(fields.count == 2 && fields.first == fields.last)
    }
}

@Suite struct `A look at ports` {
    @Test func `sees one that somebody listens at, and an address of another machine`() throws {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(handle, $0, size)
                _ = getsockname(handle, $0, &size)
            }
        }
        let port = UInt16(bigEndian: place.sin_port)
        #expect(listen(handle, 1) == 0)
        #expect(PortCheck.fault("127.0.0.1", [port]) == "port \(port) of 127.0.0.1 is taken")
        #expect(PortCheck.fault("127.0.0.2", [port]) == nil)
        let elsewhere = "192.0.2.7 is not an address of this machine"
        #expect(PortCheck.fault("192.0.2.7", [port]) == elsewhere)
    }
}
