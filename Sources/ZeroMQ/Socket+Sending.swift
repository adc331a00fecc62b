import CZeroMQ

/// What became of a message that was to be sent.
package enum SendOutcome: Hashable, Sendable {
    /// Queued in this process: neither on the wire nor at the peer.
    case queued
    /// Every queue it could go to is full, or no peer is connected.
    case full
    /// A router that must deliver has no such peer.
    case unreachable
}

extension Socket {
    /// Copies the bytes into libzmq's queue as one message.
    package func send(_ bytes: RawSpan) throws(ZeroMQError) -> SendOutcome {
        try send(bytes, flags: ZMQ_DONTWAIT)
    }

    package func send(_ bytes: [UInt8]) throws(ZeroMQError) -> SendOutcome {
        try unsafe send(bytes.span.bytes, flags: ZMQ_DONTWAIT)
    }

    /// Hands the frame over; it is empty afterwards, or untouched if it was not queued.
    package func send(_ frame: inout Frame) throws(ZeroMQError) -> SendOutcome {
        while unsafe zmq_msg_send(frame.message, handle, ZMQ_DONTWAIT) < 0 {
            if let outcome = try refusal() { return outcome }
        }
        return .queued
    }

    /// Sends one message to the peer that `peer` names.
    package func send(_ bytes: RawSpan, to peer: RoutingID) throws(ZeroMQError) -> SendOutcome {
        precondition(kind == .router, "a \(kind) socket cannot choose its peer")
        let head = try unsafe send(peer.bytes.span.bytes, flags: ZMQ_DONTWAIT | ZMQ_SNDMORE)
        switch head {
        case .queued: return try send(bytes, flags: ZMQ_DONTWAIT)
        case .full, .unreachable: return head
        }
    }

    package func send(_ bytes: [UInt8], to peer: RoutingID) throws(ZeroMQError) -> SendOutcome {
        try unsafe send(bytes.span.bytes, to: peer)
    }

    private func send(_ bytes: RawSpan, flags: Int32) throws(ZeroMQError) -> SendOutcome {
        while true {
            let result = unsafe bytes.withUnsafeBytes { bytes in
                unsafe zmq_send(handle, bytes.baseAddress, bytes.count, flags)
            }
            if result >= 0 { return .queued }
            if let outcome = try refusal() { return outcome }
        }
    }

    /// Nil if a signal interrupted the call and it should be made again.
    private func refusal() throws(ZeroMQError) -> SendOutcome? {
        switch zmq_errno() {
        case EAGAIN: .full
        case EHOSTUNREACH: .unreachable
        case EINTR: nil
        default: throw .last("send on a \(kind) socket")
        }
    }
}
