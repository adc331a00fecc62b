import SimulationKernel
import ZeroMQ

extension SimulatedNetwork {
    /// What a socket of the simulated network knows.
    struct Socket: Sendable {
        let kind: SocketKind
        let owner: Int
        var endpoint: String?
        var topics: [[UInt8]] = []
        /// Of a socket that connects: where to, and how it stands with that.
        var ways: [Way] = []
        /// Frames on their way to this socket, or there, by connection.
        var arrivals: [Int: [Arrival]] = [:]
        /// Of a socket that listens: the connections that it can send to.
        var peers: [Int: Int] = [:]

        var nextArrival: Int64 {
            arrivals.values.reduce(.max) { min($0, $1.first?.at ?? .max) }
        }
    }

    struct Way: Sendable {
        let endpoint: String
        /// Nil while there is none.
        var connection: Int?
        /// When to try again.
        var retryAt: Int64
        /// Frames that wait for a connection.
        var waiting: [[UInt8]] = []
    }

    struct Arrival: Sendable {
        let at: Int64
        let bytes: [UInt8]
    }
}

extension SimulatedNetwork.State {
    mutating func open(_ kind: SocketKind, owner: Int) -> Int {
        let number = nextNumber
        nextNumber += 1
        sockets[number] = SimulatedNetwork.Socket(kind: kind, owner: owner)
        participants[owner].sockets.insert(number)
        return number
    }

    mutating func close(_ number: Int) {
        guard let socket = sockets.removeValue(forKey: number) else { return }
        if let endpoint = socket.endpoint { bound[endpoint] = nil }
        // Both ends of what it was connected to. What it has sent before still arrives.
        for other in sockets.keys.sorted() {
            for place in sockets[other]!.ways.indices {
                let way = sockets[other]!.ways[place]
                if let connection = way.connection, socket.peers[connection] == other {
                    let sent = sockets[other]!.arrivals[connection]
                    cut(other, place)
                    sockets[other]!.arrivals[connection] = sent
                }
            }
            for way in socket.ways {
                if let connection = way.connection { sockets[other]!.peers[connection] = nil }
            }
        }
    }

    mutating func bind(_ number: Int, to endpoint: String) {
        sockets[number]!.endpoint = endpoint
        bound[endpoint] = number
    }

    mutating func connect(_ number: Int, to endpoint: String) {
        sockets[number]!.ways.append(
            SimulatedNetwork.Way(
                endpoint: endpoint, connection: nil, retryAt: now + draw(1_000_000)))
    }

    /// At most so many nanoseconds, at least one.
    private mutating func draw(_ most: Int64) -> Int64 {
        1 + Int64(chance.uniform() * Double(most))
    }

    // MARK: Connections

    /// When a connection is tried next.
    var nextConnection: Int64 {
        sockets.values.reduce(.max) { least, socket in
            socket.ways.reduce(least) { $1.connection == nil ? min($0, $1.retryAt) : $0 }
        }
    }

    mutating func makeConnections() {
        for number in sockets.keys.sorted() {
            for place in sockets[number]!.ways.indices {
                let way = sockets[number]!.ways[place]
                guard way.connection == nil, way.retryAt <= now else { continue }
                guard let listener = bound[way.endpoint] else {
                    sockets[number]!.ways[place].retryAt = now + 1_000_000 + draw(50_000_000)
                    continue
                }
                let connection = nextNumber
                nextNumber += 1
                sockets[number]!.ways[place].connection = connection
                sockets[listener]!.peers[connection] = number
                for topic in sockets[number]!.topics {
                    carry([1] + topic, to: listener, connection)
                }
                let waiting = way.waiting
                sockets[number]!.ways[place].waiting = []
                for bytes in waiting { carry(bytes, to: listener, connection) }
            }
        }
    }

    /// Ends a connection; what is under way on it is lost, what has arrived too.
    private mutating func cut(_ number: Int, _ place: Int) {
        guard let connection = sockets[number]!.ways[place].connection else { return }
        sockets[number]!.ways[place].connection = nil
        let longest = weather.longestBreak.nanoseconds
        sockets[number]!.ways[place].retryAt = now + 1_000_000 + draw(longest)
        sockets[number]!.arrivals[connection] = nil
        guard let listener = bound[sockets[number]!.ways[place].endpoint] else { return }
        sockets[listener]!.peers[connection] = nil
        sockets[listener]!.arrivals[connection] = nil
    }

    private mutating func carry(_ bytes: [UInt8], to receiver: Int, _ connection: Int) {
        if weather.deafness > 0, chance.bernoulli(weather.deafness) { deaf.insert(connection) }
        guard !deaf.contains(connection) else { return }
        let last = sockets[receiver]!.arrivals[connection]?.last?.at ?? 0
        let at = max(last, now + draw(weather.longestWay.nanoseconds))
        sockets[receiver]!.arrivals[connection, default: []].append(
            SimulatedNetwork.Arrival(at: at, bytes: bytes))
    }

    // MARK: Frames

    /// From a socket that connects: to its one peer.
    mutating func send(_ bytes: [UInt8], from number: Int) {
        for place in sockets[number]!.ways.indices {
            if chance.bernoulli(weather.breakage) { cut(number, place) }
            let way = sockets[number]!.ways[place]
            if let connection = way.connection, let listener = bound[way.endpoint] {
                carry(bytes, to: listener, connection)
            } else {
                sockets[number]!.ways[place].waiting.append(bytes)
            }
        }
    }

    /// From a socket that listens: to one peer, or to all that have subscribed.
    ///
    /// - Returns: whether there is such a peer.
    mutating func send(_ bytes: [UInt8], from number: Int, to peer: Int?) -> Bool {
        if let peer {
            guard let receiver = sockets[number]!.peers[peer] else { return false }
            carry(bytes, to: receiver, peer)
            return true
        }
        for (connection, receiver) in sockets[number]!.peers.sorted(by: { $0.key < $1.key }) {
            guard sockets[receiver]!.topics.contains(where: { bytes.starts(with: $0) }) else {
                continue
            }
            carry(bytes, to: receiver, connection)
        }
        return true
    }

    /// The next frame that has arrived, and on which connection.
    mutating func receive(at number: Int) -> (bytes: [UInt8], connection: Int)? {
        let arrived = sockets[number]!.arrivals.filter { ($0.value.first?.at ?? .max) <= now }
        guard !arrived.isEmpty else { return nil }
        let connections = arrived.keys.sorted()
        let connection = connections[chance.integer(below: connections.count)]
        let arrival = sockets[number]!.arrivals[connection]!.removeFirst()
        if sockets[number]!.arrivals[connection]!.isEmpty {
            sockets[number]!.arrivals[connection] = nil
        }
        return (arrival.bytes, connection)
    }
}
