#if canImport(Glibc)
    import Glibc
#endif

/// Whether the ports of a host's processes can be had, before any of them is started: a process
/// that cannot listen would be started again a few times before it is given up.
package enum PortCheck {
    /// - Parameter address: an IPv4 address of this machine, or a name that others have for it.
    /// - Returns: what is wrong, in words; nil if nothing is.
    package static func fault(_ address: String, _ ports: some Sequence<UInt16>) -> String? {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        let name = address == "localhost" ? "127.0.0.1" : address
        // Who has a name listens everywhere.
        if inet_pton(AF_INET, name, &place.sin_addr) != 1 { place.sin_addr = in_addr() }
        for port in ports {
            place.sin_port = port.bigEndian
            switch listenError(place) {
            case 0: continue
            case EADDRINUSE: return "port \(port) of \(address) is taken"
            case EADDRNOTAVAIL: return "\(address) is not an address of this machine"
            case let code: return "port \(port) of \(address): \(String(cString: strerror(code)))"
            }
        }
        return nil
    }

    /// What the system says to a socket that listens there; 0: nothing.
    private static func listenError(_ place: sockaddr_in) -> Int32 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { return errno }
        defer { close(handle) }
        // As libzmq does: connections that are over must not keep a port.
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        let isBound = withUnsafePointer(to: place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        return isBound && listen(handle, 1) == 0 ? 0 : errno
    }
}
