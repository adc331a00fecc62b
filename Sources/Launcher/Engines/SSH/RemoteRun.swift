import Topologies

/// A run as it lies on a host: where its files are, and the scripts of the shell that work there.
///
///     FOLDER/programs/CHECKSUM     this program, once for all runs
///     FOLDER/RUN/files             topology, data, and the keys of the host's own processes
///     FOLDER/RUN/out               the run's folder
package struct RemoteRun: Hashable, Sendable {
    /// Of a run: that of its local folder, and its number.
    package var name: String
    /// SHA-256 of this program, hexadecimal.
    package var program: String
    /// Bytes of it.
    package var programSize: Int
    /// A file of this name holds the checksums of all others in `files`.
    package static let sums = "SHA256SUMS"
    package static let files = "files"
    /// KiB that must be free beside the program: as for any run.
    static let leastFree = 256 << 10

    package init(name: String, program: String, programSize: Int) {
        self.name = name
        self.program = program
        self.programSize = programSize
    }

    func folder(on host: Host) -> String { "\(host.ssh.folder)/\(name)" }
    func programFolder(on host: Host) -> String { "\(host.ssh.folder)/programs" }

    /// What it is called over there, seen from `files`.
    func programPath(on host: Host) -> String {
        host.ssh.program ?? "../../programs/\(program.prefix(16))"
    }

    /// Makes the folders. Prints what is free there in KiB, and the checksum of the program.
    func prepare(_ host: Host) -> String {
        let path =
            host.ssh.program.map(ShellWord.quoted) ?? "programs/\(program.prefix(16))"
        return """
            umask 077; mkdir -p \(programFolder(on: host)) \(folder(on: host)) \
            && cd \(host.ssh.folder) || exit 73
            df -Pk . | awk 'NR == 2 { print $4 }'
            if [ -x \(path) ]; then sha256sum <\(path) | cut -c1-64; else echo none; fi
            """
    }

    /// Gives a program that was copied its name, if it has come in full.
    func install(_ host: Host, copied file: String) -> String {
        """
        cd \(programFolder(on: host)) || exit 73
        [ "$(sha256sum <\(file) | cut -c1-64)" = \(program) ] || exit 65
        chmod 700 \(file) && mv -f \(file) \(program.prefix(16))
        """
    }

    /// Sees whether all files have come in full, and whether the program starts.
    func check(_ host: Host) -> String {
        """
        cd \(folder(on: host))/\(Self.files) || exit 73
        sha256sum --quiet -c \(Self.sums) || exit 65
        \(programPath(on: host)) --version
        """
    }

    /// Starts the launcher, or lets it go on with what an earlier one has left.
    ///
    /// An earlier one that still lives, behind a connection that is gone, is ended first: it is
    /// the process of the number that it noted, as long as that runs this program.
    func launch(_ host: Host, arguments: [String]) -> String {
        let program = programPath(on: host)
        let words = arguments.map(ShellWord.quoted).joined(separator: " ")
        return """
            umask 077; cd \(folder(on: host))/\(Self.files) || exit 73
            if [ -r ../launcher ]; then
              old=$(cat ../launcher)
              if tr '\\0' ' ' <"/proc/$old/cmdline" 2>/dev/null | grep -q -- --steered; then
                kill -9 "$old"; sleep 0.5
              fi
            fi
            echo $$ >../launcher
            if [ -e ../out/launch.json ]; then set -- --resume ../out
            else rm -rf ../out; set -- \(words) --host \(host.name) --out ../out; fi
            exec \(program) launch "$@" --steered 2>&1
            """
    }

    /// Prints an archive of what the run has left: everything where the hub was.
    func collect(_ host: Host, hasHub: Bool) -> String {
        let what =
            hasHub
            ? "--exclude=./recovery --exclude=./lock --exclude=./pulse ."
            : "$(ls -d logs inputs state checkpoints 2>/dev/null)"
        return "cd \(folder(on: host))/out 2>/dev/null && tar -cf - \(what)"
    }

    func remove(_ host: Host) -> String { "rm -rf \(folder(on: host))" }
}
