import CZeroMQ
import Glibc
import Testing

@testable import ZeroMQ

@Suite(.serialized) struct `A gatekeeper` {
    private static let version = Array("1.0".utf8)
    private static let key = [UInt8](repeating: 7, count: 32)

    private func request(
        version: [UInt8] = version, domain: String = "direct", mechanism: String = "CURVE",
        key: [UInt8] = key
    ) -> AuthenticationRequest? {
        AuthenticationRequest([
            version, [1], Array(domain.utf8), [], [], Array(mechanism.utf8), key,
        ])
    }

    @Test func `reads who wants to connect for what`() {
        #expect(request()?.domain == "direct" && request()?.key.bytes == Self.key)
        #expect(request(version: [1]) == nil && request(domain: "") == nil)
        #expect(request(mechanism: "NULL") == nil && request(mechanism: "PLAIN") == nil)
        #expect(request(key: Array(Self.key.dropLast())) == nil)
        #expect(AuthenticationRequest([]) == nil)
    }

    @Test func `tells of each frame whose key its connection has shown, whatever name it chose`()
        throws
    {
        let pairs = try (0..<2).map { _ in try CurveKeyPair.random() }
        let known = pairs[1].publicKey
        let gatekeeper = Gatekeeper { domain, key in domain == "x" && key == known ? 42 : nil }
        let context = try Context(gatekeeper: gatekeeper)
        let router = try Socket(
            .router, in: context, protection: .listening(pairs[0], domain: "x"))
        let endpoint = try TestNetwork.endpoint(.ipc, "gatekeeper")
        try router.bind(endpoint)
        let other = try Context()
        let dealer = try Socket(
            .dealer, in: other, protection: .connecting(pairs[1], to: pairs[0].publicKey))
        try dealer.connect(endpoint)
        _ = try dealer.send([1])
        var frame = Frame()
        _ = try router.receiveRoutedEventually(into: &frame)
        #expect(frame.sender == 42 && gatekeeper.refused == 0)

        let thief = ForeignDealer(endpoint, name: "\u{1}stolen", keys: pairs[1], pairs[0].publicKey)
        thief.send([[2]])
        try eventually("the thief's message") {
            try router.receiveRouted(into: &frame) == .malformed
        }
    }

    @Test func `counts whom it refuses`() throws {
        let pair = try CurveKeyPair.random()
        let gatekeeper = Gatekeeper { _, _ in nil }
        let context = try Context(gatekeeper: gatekeeper)
        let router = try Socket(.router, in: context, protection: .listening(pair, domain: "x"))
        let endpoint = try TestNetwork.endpoint(.ipc, "refusal")
        try router.bind(endpoint)
        let stranger = try Socket(
            .dealer, in: context, protection: .connecting(.random(), to: pair.publicKey))
        let watch = try HandshakeWatch(stranger, in: context)
        try stranger.connect(endpoint)
        try eventually("a refusal") { try watch.take().refused == 1 }
        #expect(gatekeeper.refused == 1)
    }

    /// Else libzmq would wait for ever to tell nobody of the next failure, with all of its sockets.
    @Test func `lets no socket wait when nobody watches handshakes any more`() async {
        await #expect(processExitsWith: .success) {
            alarm(20)
            let pair = try CurveKeyPair.random()
            let context = try Context(gatekeeper: Gatekeeper { _, _ in nil })
            let router = try Socket(.router, in: context, protection: .listening(pair, domain: "x"))
            let endpoint = try TestNetwork.endpoint(.ipc, "unwatched")
            try router.bind(endpoint)
            // With the key of another server: refused again and again.
            let stranger = try Socket(
                .dealer, in: context, options: [.reconnect(after: 1, atMost: 1)],
                protection: .connecting(.random(), to: CurveKeyPair.random().publicKey))
            try stranger.connect(endpoint)
            for _ in 0..<20 {
                let watch = try HandshakeWatch(router, in: context)
                try eventually("a failure") { try watch.take().broken > 0 }
                _ = consume watch
                usleep(5_000)
            }
            let here = try Socket(.dealer, in: context)
            let there = try Socket(.dealer, in: context)
            let open = try TestNetwork.endpoint(.ipc, "open")
            try here.bind(open)
            try there.connect(open)
            _ = try there.send([1])
            var frame = Frame()
            try here.receiveEventually(into: &frame)
        }
    }

    @Test func `ends with its context`() throws {
        for _ in 0..<20 { _ = try Context(gatekeeper: Gatekeeper { _, _ in nil }) }
    }

    @Test func `knows keys as text`() throws {
        let pair = try CurveKeyPair.random()
        #expect(try CurvePublicKey(z85: pair.publicKey.description) == pair.publicKey)
        // ZeroMQ RFC 32.
        #expect(
            try Z85.decode("HelloWorld".utf8, count: 8) == [134, 79, 210, 111, 181, 89, 247, 91])
        #expect(throws: Z85.Fault.character(at: 5)) { try Z85.decode("#####".utf8, count: 4) }
        #expect(throws: Z85.Fault.character(at: 2)) { try Z85.decode("a b c".utf8, count: 4) }
        #expect(throws: Z85.Fault.length(found: 4, expected: 5)) {
            try Z85.decode("abcd".utf8, count: 4)
        }
    }
}
