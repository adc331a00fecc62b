import CZeroMQ
import Synchronization

/// Counts connections to or from a socket that came to nothing in their handshake.
@safe
package struct HandshakeWatch: ~Copyable {
    /// What has been seen since the last look.
    package struct Failures: Hashable, Sendable {
        /// Refused by a gatekeeper, here or there.
        package var refused: UInt64 = 0
        /// Without a key, with the key of another server, nonsense, or broken off: also by a machine
        /// that stood still.
        package var broken: UInt64 = 0
    }

    private let events: Socket
    private let watched: UnsafeMutableRawPointer
    private let life: SocketLife

    private static let count = Atomic<UInt64>(0)

    /// - Parameter socket: from now on; used by the same thread.
    package init(_ socket: borrowing Socket, in context: Context) throws(ZeroMQError) {
        events = try Self.events(of: socket, in: context)
        unsafe watched = unsafe socket.handle
        life = socket.life
        life.isWatched = true
    }

    deinit {
        // First: libzmq waits for ever to tell nobody of a failure.
        if life.isOpen { unsafe SocketLife.stopWatch(of: watched) }
    }

    private static func events(
        of socket: borrowing Socket, in context: Context
    ) throws(ZeroMQError) -> Socket {
        let number = count.add(1, ordering: .relaxed).newValue
        let endpoint = Endpoint.inproc("handshakes-\(number)")
        let wanted =
            ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
        guard
            unsafe zmq_socket_monitor(socket.handle, endpoint.description, Int32(wanted)) == 0
        else { throw .last("watch a socket's handshakes") }
        // The thread that moves bytes waits when there is no room for an event.
        let events = try Socket(.pair, in: context, options: [.receiveHighWater(100_000)])
        try events.connect(endpoint)
        return events
    }

    /// Takes what has happened.
    package func take() throws(ZeroMQError) -> Failures {
        var failures = Failures()
        var frame = Frame()
        while let event = try events.receiveHead(into: &frame) {
            switch Int32(event) {
            case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: failures.refused += 1
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
                failures.broken += 1
            default: break
            }
        }
        return failures
    }
}
