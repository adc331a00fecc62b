import Glibc
import Messaging
import ZeroMQ

/// Somebody who connects where he should not. He knows everybody's public keys.
final class Intruder {
    struct Server {
        let process: Int
        let endpoint: Endpoint
        var kind = SocketKind.dealer
    }

    struct Unexpected: Error {
        let what: String
    }

    private let pair: CurveKeyPair?
    private let routingID: [UInt8]?
    private let context: Context
    /// Kept, so that what was sent is not lost.
    private var sockets: [Held] = []

    private final class Held {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    /// - Parameters:
    ///   - pair: nil for none.
    ///   - routingID: what he wants routers to call him; nil: whatever they like.
    init(_ pair: CurveKeyPair?, routingID: [UInt8]? = nil) throws {
        self.pair = pair
        self.routingID = routingID
        context = try Context()
    }

    /// Connects and waits until that has been refused.
    func isRefused(by server: Server, _ keys: TestKeys) throws {
        let held = try connection(to: server, keys)
        let watch = try HandshakeWatch(held.socket, in: context)
        if server.kind == .sub { try held.socket.subscribe([]) }
        try held.socket.connect(server.endpoint)
        for _ in 0..<5_000 {
            let failures = try watch.take()
            if pair == nil ? failures.broken > 0 : failures.refused > 0 { return }
            usleep(1_000)
        }
        throw Unexpected(what: "not refused at \(server.endpoint)")
    }

    /// Sends a frame as soon as there is a connection.
    func send(_ frame: WireBuffer, to server: Server, _ keys: TestKeys) throws {
        let held = try connection(to: server, keys)
        try held.socket.connect(server.endpoint)
        for _ in 0..<5_000 {
            if try held.socket.send(frame.span) == .queued { return }
            usleep(1_000)
        }
        throw Unexpected(what: "not admitted at \(server.endpoint)")
    }

    private func connection(to server: Server, _ keys: TestKeys) throws -> Held {
        let protection = pair.map { pair in
            SocketProtection.connecting(pair, to: keys.pairs[server.process].publicKey)
        }
        let held = Held(
            try Socket(
                server.kind, in: context, linger: .milliseconds(500),
                options: [.reconnect(after: 1, atMost: 1), .onlyCompleteConnections(true)]
                    + (routingID.map { [.routingID($0)] } ?? []),
                protection: protection))
        sockets.append(held)
        return held
    }
}
