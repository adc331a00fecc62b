import CZeroMQ

/// Encrypts a socket's connections and says with whom they may be.
package enum SocketProtection: Sendable {
    /// For a socket that binds: whoever connects has to prove a key that the context's gatekeeper
    /// admits to this domain.
    case listening(CurveKeyPair, domain: String)
    /// For a socket that connects: only to the holder of this peer's secret key.
    case connecting(CurveKeyPair, to: CurvePublicKey)

    func apply(to socket: UnsafeMutableRawPointer) throws(ZeroMQError) {
        switch self {
        case .listening(let keys, let domain):
            try unsafe set(socket, ZMQ_CURVE_SERVER, 1)
            try unsafe set(socket, keys.secretKey)
            // Without both, a library whose gatekeeper is gone would let everybody in.
            try unsafe set(socket, ZMQ_ZAP_DOMAIN, Array(domain.utf8))
            try unsafe set(socket, ZMQ_ZAP_ENFORCE_DOMAIN, 1)
        case .connecting(let keys, let peer):
            try unsafe set(socket, ZMQ_CURVE_PUBLICKEY, keys.publicKey.bytes)
            try unsafe set(socket, keys.secretKey)
            try unsafe set(socket, ZMQ_CURVE_SERVERKEY, peer.bytes)
        }
    }

    private func set(
        _ socket: UnsafeMutableRawPointer, _ key: CurveSecretKey
    ) throws(ZeroMQError) {
        let size = CurveSecretKey.length + 1
        guard unsafe zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, key.text, size) == 0 else {
            throw .last("set a socket's secret key")
        }
    }

    private func set(
        _ socket: UnsafeMutableRawPointer, _ option: Int32, _ flag: Int32
    ) throws(ZeroMQError) {
        var flag = flag
        guard unsafe zmq_setsockopt(socket, option, &flag, MemoryLayout<Int32>.size) == 0 else {
            throw .last("set security option \(option)")
        }
    }

    private func set(
        _ socket: UnsafeMutableRawPointer, _ option: Int32, _ bytes: [UInt8]
    ) throws(ZeroMQError) {
        guard unsafe zmq_setsockopt(socket, option, bytes, bytes.count) == 0 else {
            throw .last("set security option \(option)")
        }
    }
}
