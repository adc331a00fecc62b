import CZeroMQ

@testable import ZeroMQ

/// A peer that does not keep to our rules, made with libzmq's own calls.
final class ForeignDealer {
    private let context = zmq_ctx_new()
    private let socket: UnsafeMutableRawPointer?

    init(
        _ endpoint: Endpoint, name: String?, keys: CurveKeyPair? = nil,
        _ server: CurvePublicKey? = nil
    ) {
        socket = zmq_socket(context, ZMQ_DEALER)
        if let keys, let server, let socket {
            try? SocketProtection.connecting(keys, to: server).apply(to: socket)
        }
        if let name { zmq_setsockopt(socket, ZMQ_ROUTING_ID, name, name.utf8.count) }
        zmq_connect(socket, endpoint.description)
    }

    deinit {
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    func send(_ frames: [[UInt8]]) {
        for (index, frame) in frames.enumerated() {
            zmq_send(socket, frame, frame.count, index < frames.count - 1 ? ZMQ_SNDMORE : 0)
        }
    }
}
