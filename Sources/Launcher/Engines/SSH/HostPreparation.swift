package import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// Why a run cannot use a host.
package struct HostFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of `sysexits.h`: 69 unavailable, 65 another program or damaged files, 73 no room.
    package var exitCode: Int32
    package var description: String

    init(_ host: Host, _ exitCode: Int32, _ what: String) {
        self.exitCode = exitCode
        let address = host.address == host.name ? "" : " (\(host.address))"
        description = "host \(host.name)\(address): \(what)"
    }
}

/// Brings program and files to one host, and sees that they have come.
package struct HostPreparation: Sendable {
    let host: Host
    let run: RemoteRun
    /// Paths here: the program, and the folder of the host's files, which is called `files`.
    let program: String
    let files: String

    package init(_ host: Host, _ run: RemoteRun, program: String, files: String) {
        self.host = host
        self.run = run
        self.program = program
        self.files = files
    }

    private var shell: SecureShell { SecureShell(host) }

    package func bring() async throws {
        let state = try await demand(run.prepare(host), "cannot be prepared")
        let lines = state.split(separator: "\n").map(String.init)
        guard lines.count == 2, let free = Int(lines[0]) else {
            throw HostFault(host, 69, "does not answer as a shell would: \(state.prefix(80))")
        }
        let isThere = lines[1] == run.program
        let need = RemoteRun.leastFree + (isThere ? 0 : run.programSize >> 10)
        guard free >= need else {
            throw HostFault(
                host, 73,
                "out of disk: \(free >> 10) MiB are free in \(host.ssh.folder), \(need >> 10) are "
                    + "needed")
        }
        if !isThere { try await bringProgram(lines[1]) }
        let copy = try await HostCommand.run(
            shell.copy(files, into: run.folder(on: host)))
        guard copy.code == 0 else {
            throw HostFault(host, 73, "cannot copy the files of the run: \(copy.words)")
        }
        let check = try await HostCommand.run(shell.run(run.check(host)))
        switch check.code {
        case 0: break
        case 65: throw HostFault(host, 65, "files have not come in full: \(check.words)")
        default:
            throw HostFault(
                host, 65,
                "the program does not start there: \(check.words)"
                    + (check.words.contains("shared lib") ? "; install libzmq5 there" : ""))
        }
    }

    private func bringProgram(_ there: String) async throws {
        if let path = host.ssh.program {
            let what =
                there == "none"
                ? "no program \(path)"
                : "\(path) is another version of this program (\(there.prefix(12)), this is "
                    + "\(run.program.prefix(12)))"
            throw HostFault(
                host, 65, "\(what); without 'ssh: {program: …}' this one is copied there")
        }
        let folder = run.programFolder(on: host)
        // scp keeps the name; two launches at a time must not write one file.
        let draft = "\(run.name).draft"
        let link = "\(files)/../\(draft)"
        guard symlink(program, link) == 0 || errno == EEXIST else {
            throw LaunchError("cannot make \(link): \(String(cString: strerror(errno)))")
        }
        let copy = try await HostCommand.run(shell.copy(link, into: folder))
        guard copy.code == 0 else {
            throw HostFault(host, 73, "cannot copy the program: \(copy.words)")
        }
        let install = try await HostCommand.run(shell.run(run.install(host, copied: draft)))
        guard install.code == 0 else {
            throw HostFault(host, 73, "the program has not come in full: \(install.words)")
        }
    }

    private func demand(_ script: String, _ what: String) async throws -> String {
        let output = try await HostCommand.run(shell.run(script))
        switch output.code {
        case 0: return output.text
        case 255: throw HostFault(host, 69, "cannot log in: \(output.words)")
        default: throw HostFault(host, 73, "\(what): \(output.words)")
        }
    }

    // MARK: Afterwards

    /// Brings what the run has left into a folder here.
    ///
    /// - Parameter archive: a file here, which is removed again.
    package func collect(hasHub: Bool, into folder: String, archive: String) async throws {
        defer { unlink(archive) }
        let output = try await HostCommand.run(
            shell.run(run.collect(host, hasHub: hasHub)), into: archive)
        guard output.code == 0 else {
            throw HostFault(host, 69, "its results cannot be collected: \(output.words)")
        }
        let unpacked = try await HostCommand.run(["tar", "-xf", archive, "-C", folder])
        guard unpacked.code == 0 else {
            throw HostFault(host, 73, "its results cannot be unpacked: \(unpacked.words)")
        }
    }

    package func remove() async { _ = try? await HostCommand.run(shell.run(run.remove(host))) }

    /// The command that runs the host's launcher.
    package func command(arguments: [String], log: String) -> HostSupervisor.Command {
        HostSupervisor.Command(
            host: host.name, words: shell.run(run.launch(host, arguments: arguments)), log: log)
    }
}
