import SimulationKernel

#if canImport(Glibc)
    import Glibc
#endif

/// The thread of a ``LinkProxy``: moves bytes between both ends of each connection.
final class ProxyLoop {
    /// One way of a connection.
    private struct Way {
        let from: Int32
        let to: Int32
        var bytes: [UInt8] = []
        /// Bytes that wait at most; then nothing more is read.
        static let most = 1 << 20
    }

    private struct Connection {
        let process: String
        var ways: [Way]
        var isGone = false
        /// Nobody is at the other end: it was made while the process was cut off.
        let isOrphan: Bool
    }

    private struct Cut {
        let end: ContinuousClock.Instant
        let isLost: Bool
    }

    private let doors: [LinkProxy.Door]
    private var chance: RandomStream
    private var connections: [Connection] = []
    private var cuts: [String: Cut] = [:]
    /// Pieces that will be garbled, by process.
    private var garbled: [String: Int] = [:]

    init(_ doors: [LinkProxy.Door], _ chance: RandomStream) {
        self.doors = doors
        self.chance = chance
    }

    func harm(_ process: String, _ harm: LinkProxy.Harm) {
        switch harm {
        case .garble(let pieces): garbled[process, default: 0] += pieces
        case .cut(let length, let isLost):
            cuts[process] = Cut(end: ContinuousClock.now + length, isLost: isLost)
            guard isLost else { return }
            for place in connections.indices where connections[place].process == process {
                connections[place].isGone = true
            }
            sweep()
        }
    }

    /// Moves what there is to move; waits for it for at most 20 ms.
    func turn() {
        let now = ContinuousClock.now
        for (process, cut) in cuts where cut.end <= now {
            cuts[process] = nil
            // Nobody ever answered on these.
            for place in connections.indices
            where connections[place].process == process && connections[place].isOrphan {
                connections[place].isGone = true
            }
        }
        var requests = doors.map { pollfd(fd: $0.listener, events: Int16(POLLIN), revents: 0) }
        var places: [(connection: Int, way: Int, isRead: Bool)] = []
        for (place, connection) in connections.enumerated() where !connection.isOrphan {
            guard cuts[connection.process] == nil else { continue }
            for (number, way) in connection.ways.enumerated() {
                if way.bytes.count < Way.most {
                    requests.append(pollfd(fd: way.from, events: Int16(POLLIN), revents: 0))
                    places.append((place, number, true))
                }
                if !way.bytes.isEmpty {
                    requests.append(pollfd(fd: way.to, events: Int16(POLLOUT), revents: 0))
                    places.append((place, number, false))
                }
            }
        }
        guard poll(&requests, nfds_t(requests.count), 20) > 0 else { return sweep() }
        for (place, request) in zip(places, requests.dropFirst(doors.count))
        where request.revents != 0 {
            if place.isRead {
                read(place.connection, place.way)
            } else {
                write(place.connection, place.way)
            }
        }
        for (door, request) in zip(doors, requests) where request.revents != 0 { open(door) }
        sweep()
    }

    func end() {
        for place in connections.indices { connections[place].isGone = true }
        sweep()
    }

    // MARK: Connections

    private func open(_ door: LinkProxy.Door) {
        let client = accept(door.listener, nil, nil)
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        if cuts[door.process] != nil {
            connections.append(
                Connection(
                    process: door.process, ways: [Way(from: client, to: client)], isOrphan: true))
            return
        }
        guard let server = Self.connect(to: door.path) else {
            close(client)
            return
        }
        connections.append(
            Connection(
                process: door.process,
                ways: [Way(from: client, to: server), Way(from: server, to: client)],
                isOrphan: false))
    }

    private static func connect(to path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | LinkProxy.nonBlocking, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8.prefix(target.count - 1))
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, size)
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Closes what is gone.
    private func sweep() {
        for connection in connections where connection.isGone {
            for descriptor in Set(connection.ways.map(\.from)) { close(descriptor) }
        }
        connections.removeAll(where: \.isGone)
    }

    // MARK: Bytes

    private func read(_ place: Int, _ way: Int) {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let from = connections[place].ways[way].from
        let count = Glibc.read(from, &piece, piece.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            connections[place].isGone = true
            return
        }
        piece.removeLast(piece.count - count)
        let process = connections[place].process
        if let left = garbled[process], left > 0 {
            garbled[process] = left > 1 ? left - 1 : nil
            piece[chance.integer(below: count)] ^= 1 << UInt8(chance.integer(below: 8))
        }
        connections[place].ways[way].bytes += piece
    }

    private func write(_ place: Int, _ way: Int) {
        let bytes = connections[place].ways[way].bytes
        let to = connections[place].ways[way].to
        let count = send(to, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            connections[place].isGone = true
            return
        }
        connections[place].ways[way].bytes.removeFirst(count)
    }
}
