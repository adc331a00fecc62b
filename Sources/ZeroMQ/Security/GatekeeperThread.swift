import CZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// Reads libzmq's questions to a gatekeeper and sends its answers.
@safe
final class GatekeeperThread {
    private let socket: UnsafeMutableRawPointer
    private let gatekeeper: Gatekeeper

    private init(_ socket: UnsafeMutableRawPointer, _ gatekeeper: Gatekeeper) {
        unsafe self.socket = unsafe socket
        self.gatekeeper = gatekeeper
    }

    /// Begins to answer, before the context has any other socket.
    static func start(
        _ gatekeeper: Gatekeeper, in context: UnsafeMutableRawPointer
    ) throws(ZeroMQError) {
        guard let socket = unsafe zmq_socket(context, ZMQ_REP) else {
            throw .last("open the gatekeeper's socket")
        }
        guard unsafe zmq_bind(socket, "inproc://zeromq.zap.01") == 0 else {
            let error = ZeroMQError.last("bind the gatekeeper's socket")
            unsafe zmq_close(socket)
            throw error
        }
        let body = unsafe Unmanaged.passRetained(GatekeeperThread(socket, gatekeeper))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                let body = unsafe Unmanaged<GatekeeperThread>.fromOpaque(argument!)
                unsafe body.takeRetainedValue().serve()
                return nil
            }, body.toOpaque())
        precondition(code == 0, "no thread for the gatekeeper: \(code)")
        pthread_detach(thread)
    }

    private func serve() {
        while let request = receive() {
            guard request.count > 1 else { continue }
            let user = gatekeeper.answer(AuthenticationRequest(request))
            send(AuthenticationRequest.reply(to: request[1], admitting: user))
        }
        unsafe zmq_close(socket)
    }

    /// The frames of the next question; nil when the context ends.
    private func receive() -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        while true {
            let frame = Frame()
            guard unsafe zmq_msg_recv(frame.message, socket, 0) >= 0 else {
                if zmq_errno() == EINTR { continue }
                checkEnd()
                return nil
            }
            // Longer questions are none, and are refused below for that.
            if frames.count < 16 { frames.append(frame.copy) }
            if !frame.hasMore { return frames }
        }
    }

    private func send(_ frames: [[UInt8]]) {
        for (index, bytes) in frames.enumerated() {
            let flags = index == frames.count - 1 ? 0 : ZMQ_SNDMORE
            while unsafe zmq_send(socket, bytes, bytes.count, flags) < 0 {
                guard zmq_errno() == EINTR else { return checkEnd() }
            }
        }
    }

    /// A gatekeeper that is gone would let nobody in any more, and nobody would know why.
    private func checkEnd() {
        let error = ZeroMQError.last("serve as gatekeeper")
        precondition(error.code == Self.contextEnds, "\(error)")
    }

    /// ETERM: 156384712 and 53 (zmq.h), which Swift cannot read from the header.
    private static let contextEnds: Int32 = 156_384_712 + 53
}
