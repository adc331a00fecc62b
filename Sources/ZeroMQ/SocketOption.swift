import CZeroMQ

/// A setting of one socket. All of them act on later connections only, so set them first.
package enum SocketOption: Hashable, Sendable {
    /// How long the context, when it ends, waits for what is still queued.
    case linger(Duration)
    /// Messages queued per peer before sending is refused; 0 means no limit.
    case sendHighWater(Int32)
    /// Messages queued per peer before reading from the network stops; 0 means no limit.
    case receiveHighWater(Int32)
    /// How long a receiving call that may wait does so, in milliseconds.
    case receiveTimeout(Int32)
    /// The largest message taken, in bytes. A larger one costs its sender the connection, so
    /// senders check first.
    case largestMessage(Int64)
    /// Sending to an unknown or full peer is reported instead of dropped silently.
    case routerMandatory(Bool)
    /// A publisher also sees a subscription that it has already.
    case everySubscription(Bool)
    /// Messages queue only for connections that are complete.
    case onlyCompleteConnections(Bool)
    /// How long a handshake may take, in milliseconds.
    case handshakeLimit(Int32)
    /// The pause before connecting again and, doubling, the longest, in milliseconds.
    case reconnect(after: Int32, atMost: Int32)
    /// Asks TCP whether a silent peer is there: after `idle` seconds, every `interval` seconds,
    /// giving up after `count` questions.
    case keepAlive(idle: Int32, interval: Int32, count: Int32)
    /// Connections waiting to be accepted.
    case backlog(Int32)
    /// What a router is to call this socket, instead of a number that it draws; at most 255 bytes.
    /// Only intruders do that.
    case routingID([UInt8])

    func apply(to socket: UnsafeMutableRawPointer) throws(ZeroMQError) {
        switch self {
        case .linger(let time):
            try unsafe set(socket, ZMQ_LINGER, Int32(clamping: time.wholeMilliseconds))
        case .sendHighWater(let count): try unsafe set(socket, ZMQ_SNDHWM, count)
        case .receiveHighWater(let count): try unsafe set(socket, ZMQ_RCVHWM, count)
        case .receiveTimeout(let time): try unsafe set(socket, ZMQ_RCVTIMEO, time)
        case .largestMessage(let bytes): try unsafe set(socket, ZMQ_MAXMSGSIZE, bytes)
        case .routerMandatory(let on): try unsafe set(socket, ZMQ_ROUTER_MANDATORY, number(on))
        case .everySubscription(let on): try unsafe set(socket, ZMQ_XPUB_VERBOSE, number(on))
        case .onlyCompleteConnections(let on): try unsafe set(socket, ZMQ_IMMEDIATE, number(on))
        case .handshakeLimit(let time): try unsafe set(socket, ZMQ_HANDSHAKE_IVL, time)
        case .reconnect(let first, let longest):
            try unsafe set(socket, ZMQ_RECONNECT_IVL, first)
            try unsafe set(socket, ZMQ_RECONNECT_IVL_MAX, longest)
        case .keepAlive(let idle, let interval, let count):
            try unsafe set(socket, ZMQ_TCP_KEEPALIVE, Int32(1))
            try unsafe set(socket, ZMQ_TCP_KEEPALIVE_IDLE, idle)
            try unsafe set(socket, ZMQ_TCP_KEEPALIVE_INTVL, interval)
            try unsafe set(socket, ZMQ_TCP_KEEPALIVE_CNT, count)
        case .backlog(let count): try unsafe set(socket, ZMQ_BACKLOG, count)
        case .routingID(let bytes):
            guard unsafe zmq_setsockopt(socket, ZMQ_ROUTING_ID, bytes, bytes.count) == 0 else {
                throw .last("set \(self)")
            }
        }
    }

    private func number(_ flag: Bool) -> Int32 { flag ? 1 : 0 }

    private func set<Value: FixedWidthInteger>(
        _ socket: UnsafeMutableRawPointer, _ option: Int32, _ value: Value
    ) throws(ZeroMQError) {
        var value = value
        let size = MemoryLayout<Value>.size
        guard unsafe zmq_setsockopt(socket, option, &value, size) == 0 else {
            throw .last("set \(self)")
        }
    }
}

extension Duration {
    /// Rounded up, so that a short time does not become none.
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
