/// Where a socket listens or connects: `ipc:///run/x/hub`, `tcp://127.0.0.1:21001`, `inproc://x`.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// A path name of this many bytes still fits a Unix socket's address.
    package static let longestPath = 107

    private init(checked description: String) { self.description = description }

    /// A Unix socket in the file system; nil if the path is empty or too long.
    package static func ipc(path: String) -> Endpoint? {
        guard path.utf8.first != UInt8(ascii: "@"), !path.utf8.contains(0) else { return nil }
        guard (1...longestPath).contains(path.utf8.count) else { return nil }
        return Endpoint(checked: "ipc://\(path)")
    }

    /// - Parameter host: an address of this machine to listen, or a peer's to connect.
    package static func tcp(host: String, port: UInt16) -> Endpoint {
        Endpoint(checked: "tcp://\(host):\(port)")
    }

    /// Where to listen so that others can connect to this endpoint: sockets that bind know
    /// addresses, but not the names that other hosts have for this one.
    package var ofThisHost: Endpoint {
        guard let address = description.suffix(after: "tcp://"),
            let colon = address.lastIndex(of: ":")
        else { return self }
        let host = address[..<colon]
        if host == "localhost" { return Endpoint(checked: "tcp://127.0.0.1\(address[colon...])") }
        let isName =
            host.utf8.contains { !"0123456789.[]:*".utf8.contains($0) } && !host.contains("::")
        return isName ? Endpoint(checked: "tcp://*\(address[colon...])") : self
    }

    /// Among the sockets of one context.
    package static func inproc(_ name: String) -> Endpoint {
        Endpoint(checked: "inproc://\(name)")
    }

    /// Reads what a peer announced; nil for a wildcard, another transport, or nonsense.
    package init?(_ text: String) {
        guard text.utf8.count <= 256 else { return nil }
        if let path = text.suffix(after: "ipc://") {
            guard let endpoint = Self.ipc(path: path) else { return nil }
            self = endpoint
        } else if let address = text.suffix(after: "tcp://") {
            guard let colon = address.lastIndex(of: ":") else { return nil }
            let host = address[..<colon]
            guard let port = UInt16(address[address.index(after: colon)...]), port > 0,
                !host.isEmpty, host != "*", host != "0.0.0.0"
            else { return nil }
            self = .tcp(host: String(host), port: port)
        } else if let name = text.suffix(after: "inproc://"), !name.isEmpty {
            self = .inproc(name)
        } else {
            return nil
        }
    }
}

extension String {
    fileprivate func suffix(after prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
