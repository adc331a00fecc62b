import Synchronization

/// Decides who may connect to the listening sockets of a context, and counts whom it refuses.
///
/// It answers in a thread of its own that ends with the context.
package final class Gatekeeper: Sendable {
    private let admits: @Sendable (_ domain: String, _ key: CurvePublicKey) -> UInt32?
    private let refusals = Atomic<UInt64>(0)

    /// - Parameter admits: the number that names the holder of a key in a domain, and stands on
    ///   every frame that comes from there (``Frame/sender``); nil to refuse.
    package init(
        _ admits: @escaping @Sendable (_ domain: String, _ key: CurvePublicKey) -> UInt32?
    ) {
        self.admits = admits
    }

    /// Handshakes that were refused, because of their key or because they made no sense.
    package var refused: UInt64 { refusals.load(ordering: .relaxed) }

    func answer(_ request: AuthenticationRequest?) -> UInt32? {
        if let request, let number = admits(request.domain, request.key) { return number }
        refusals.add(1, ordering: .relaxed)
        return nil
    }
}

/// What libzmq asks of a gatekeeper (ZeroMQ RFC 27), of which only CURVE is answered.
struct AuthenticationRequest: Hashable {
    let domain: String
    let key: CurvePublicKey

    /// - Parameter frames: version, request number, domain, address, routing id, mechanism, key.
    init?(_ frames: [[UInt8]]) {
        guard frames.count == 7, frames[0] == Self.version, frames[5] == Array("CURVE".utf8),
            let domain = String(validating: frames[2], as: UTF8.self), !domain.isEmpty,
            let key = CurvePublicKey(bytes: frames[6])
        else { return nil }
        self.domain = domain
        self.key = key
    }

    static let version = Array("1.0".utf8)

    /// The frames of an answer: version, request number, code, text, user, metadata.
    static func reply(to number: [UInt8], admitting user: UInt32?) -> [[UInt8]] {
        // 400 makes a peer that keeps its key give up; it would try for ever after 300.
        let words =
            user.map { ["200", "", "\($0)", ""] } ?? ["400", "not known here", "", ""]
        return [version, number] + words.map { Array($0.utf8) }
    }
}
