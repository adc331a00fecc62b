import CZeroMQ

/// One ZeroMQ socket, closed when this value ends.
///
/// A socket belongs to the thread that made it. No call waits unless it is told that it may: what
/// cannot be done at once is a result. Every socket has a linger and limits.
@safe
package struct Socket: ~Copyable {
    let handle: UnsafeMutableRawPointer
    let life = SocketLife()
    private let context: Context
    package let kind: SocketKind

    /// - Parameter linger: how long the context, when it ends, waits for messages of this socket
    ///   that are still queued.
    package init(
        _ kind: SocketKind, in context: Context, linger: Duration = .zero,
        options: [SocketOption] = [], protection: SocketProtection? = nil
    ) throws(ZeroMQError) {
        unsafe handle = try unsafe context.open(kind, [.linger(linger)] + options, protection)
        self.context = context
        self.kind = kind
    }

    deinit {
        if life.isWatched { unsafe SocketLife.stopWatch(of: handle) }
        life.isOpen = false
        unsafe context.close(handle)
    }

    package func bind(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard unsafe zmq_bind(handle, endpoint.description) == 0 else {
            throw .last("bind \(endpoint)")
        }
    }

    /// Begins to connect, and goes on trying for as long as the socket lives.
    package func connect(_ endpoint: Endpoint) throws(ZeroMQError) {
        guard unsafe zmq_connect(handle, endpoint.description) == 0 else {
            throw .last("connect \(endpoint)")
        }
    }

    /// Asks for messages that begin with `topic`.
    ///
    /// Topics match as prefixes, so end them in a separator: `bs1` also means `bs10`.
    package func subscribe(_ topic: [UInt8]) throws(ZeroMQError) {
        precondition(kind == .sub, "a \(kind) socket cannot subscribe")
        let bytes = unsafe topic.span.bytes
        let result = unsafe bytes.withUnsafeBytes { topic in
            unsafe zmq_setsockopt(handle, ZMQ_SUBSCRIBE, topic.baseAddress, topic.count)
        }
        guard result == 0 else { throw .last("subscribe to \(topic)") }
    }

    /// Where the last bind ended up, with the port that the system chose, if asked to.
    package func lastEndpoint() throws(ZeroMQError) -> String {
        var text = [CChar](repeating: 0, count: 256)
        var size = text.count
        guard unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &size) == 0, size > 0 else {
            throw .last("read the bound endpoint")
        }
        return String(decoding: text[..<(size - 1)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Tells a poller or a watch that a socket has been closed. Used by one thread, like the socket.
final class SocketLife {
    var isOpen = true
    var isWatched = false

    /// Ends the events of a socket.
    static func stopWatch(of socket: UnsafeMutableRawPointer) {
        _ = unsafe zmq_socket_monitor(socket, nil, 0)
    }
}
