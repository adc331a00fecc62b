package import EdgeModel
package import SimulationKernel

/// A machine that processes of a run are on.
package struct Host: Hashable, Sendable {
    package var name: String
    /// Where the other hosts reach it: an IPv4 address or a name.
    package var address: String
    /// The first of the ports that its processes listen on.
    package var port: UInt16
    package var cores: Int
    package var ssh: SecureShell
    /// What runs here beside stations.
    package var roles: Set<HostRole>
    /// Of its connection to the others, as far as the file says it.
    package var rate: MegabitsPerSecond?
    package var delay: VirtualDuration?

    /// How a person would log in there.
    package struct SecureShell: Hashable, Sendable {
        package var user: String?
        package var port: UInt16
        /// Where program, topology, keys and the run's files are put; below the home folder
        /// unless it begins with `/`.
        package var folder: String
        /// A program that is there already; nil: this one is copied.
        package var program: String?

        package init(
            user: String? = nil, port: UInt16 = 22, folder: String = "edgeflock",
            program: String? = nil
        ) {
            self.user = user
            self.port = port
            self.folder = folder
            self.program = program
        }
    }

    package init(
        name: String, address: String, port: UInt16 = 20_000, cores: Int = 1,
        ssh: SecureShell = SecureShell(), roles: Set<HostRole> = [],
        rate: MegabitsPerSecond? = nil, delay: VirtualDuration? = nil
    ) {
        self.name = name
        self.address = address
        self.port = port
        self.cores = cores
        self.ssh = ssh
        self.roles = roles
        self.rate = rate
        self.delay = delay
    }

    /// This machine, where a topology names none.
    static let here = Host(name: "here", address: "127.0.0.1")

    /// Whether nobody but this machine can connect to it.
    package var isLoopback: Bool { address == "localhost" || address.hasPrefix("127.") }

    /// Whether a text may stand for a host in a command or an endpoint: an IPv4 address or a name.
    static func isAddress(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 253, text != "0.0.0.0" else {
            return false
        }
        return isAlphanumeric(first)
            && text.utf8.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }

    /// Whether a text is the name of a user or a path without surprises for a shell.
    static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 200 else { return false }
        return (isAlphanumeric(first) || "/_".utf8.contains(first))
            && text.utf8.allSatisfy { isAlphanumeric($0) || "/_.-".utf8.contains($0) }
            && !text.split(separator: "/").contains("..")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// What a run has beside stations, once each.
package enum HostRole: String, Hashable, Sendable, CaseIterable {
    /// Keeps the time and the results.
    case hub
    case learner
    /// The users.
    case traffic
}
