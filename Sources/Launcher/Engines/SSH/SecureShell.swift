package import Topologies

/// The command lines of OpenSSH's client towards one host.
package struct SecureShell: Hashable, Sendable {
    let host: Host

    package init(_ host: Host) { self.host = host }

    /// Nobody is asked anything; a host that does not answer is known within 8 s, and a connection
    /// that is gone within 30 s: one that is away for 10 s stays.
    static let options = [
        "BatchMode=yes", "ConnectTimeout=8", "ServerAliveInterval=5", "ServerAliveCountMax=6",
        "ForwardAgent=no", "ForwardX11=no", "LogLevel=ERROR",
    ].flatMap { ["-o", $0] }

    /// Runs a script of the shell over there.
    func run(_ script: String) -> [String] {
        var words = ["ssh", "-T"] + Self.options + ["-p", String(host.ssh.port)]
        if let user = host.ssh.user { words += ["-l", user] }
        return words + ["--", host.address, script]
    }

    /// Copies a file, or a folder with everything in it, into a folder over there.
    func copy(_ path: String, into folder: String) -> [String] {
        let user = host.ssh.user.map { $0 + "@" } ?? ""
        return ["scp", "-q", "-r", "-p"] + Self.options
            + ["-P", String(host.ssh.port), "--", path, "\(user)\(host.address):\(folder)/"]
    }
}
