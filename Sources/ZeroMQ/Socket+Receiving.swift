import CZeroMQ

/// What came of looking into a socket's inbox.
package enum Receipt: Hashable, Sendable {
    case nothing
    case message
    /// A message of several frames. Ours have one; this came from somebody else and was dropped.
    case malformed
}

/// What came of looking into a router's inbox.
package enum RoutedReceipt: Hashable, Sendable {
    case nothing
    case message(from: RoutingID)
    /// A message of several frames, or from a peer that chose its own routing id: dropped.
    case malformed
}

extension Socket {
    /// Takes the next message, if there is one.
    ///
    /// - Parameter mayWait: whether to wait for one as long as the socket's `receiveTimeout`
    ///   says. Cheaper than a ``Poller`` where there is only one socket to wait for.
    package func receive(
        into frame: inout Frame, mayWait: Bool = false
    ) throws(ZeroMQError) -> Receipt {
        guard try take(into: &frame, mayWait: mayWait) else { return .nothing }
        guard frame.hasMore else { return .message }
        try dropRest(of: &frame)
        return .malformed
    }

    /// Takes the next message, if there is one, and learns who sent it.
    package func receiveRouted(
        into frame: inout Frame, mayWait: Bool = false
    ) throws(ZeroMQError) -> RoutedReceipt {
        precondition(kind == .router, "a \(kind) socket does not know its peers")
        guard try take(into: &frame, mayWait: mayWait) else { return .nothing }
        let peer = RoutingID(frame.bytes)
        guard frame.hasMore else { return .malformed }
        guard try take(into: &frame) else { return .malformed }
        if !frame.hasMore, let peer { return .message(from: peer) }
        try dropRest(of: &frame)
        return .malformed
    }

    /// Takes the next message and gives the number in its first two bytes; the rest is dropped.
    func receiveHead(into frame: inout Frame) throws(ZeroMQError) -> UInt16? {
        guard try take(into: &frame) else { return nil }
        let number =
            frame.byteCount < 2
            ? 0 : unsafe frame.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt16.self)
        try dropRest(of: &frame)
        return number
    }

    private func take(
        into frame: inout Frame, mayWait: Bool = false
    ) throws(ZeroMQError) -> Bool {
        while unsafe zmq_msg_recv(frame.message, handle, mayWait ? 0 : ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EAGAIN: return false
            case EINTR:
                // A wait that a signal ended is over: the caller may have to see to the signal.
                if mayWait { return false }
            default: throw .last("receive on a \(kind) socket")
            }
        }
        return true
    }

    private func dropRest(of frame: inout Frame) throws(ZeroMQError) {
        while frame.hasMore, try take(into: &frame) {}
    }
}
