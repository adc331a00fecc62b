import CZeroMQ

/// A secret key, wiped when its last owner lets go of it; it has no description.
@safe
package final class CurveSecretKey: Sendable, CustomStringConvertible {
    /// 40 characters in Z85 and a zero. Written once, by the initialiser.
    nonisolated(unsafe) let text: UnsafeMutablePointer<CChar>

    package static let length = 40

    /// Reads 40 characters in Z85.
    package init(z85 characters: some Collection<UInt8>) throws(Z85.Fault) {
        unsafe text = .allocate(capacity: Self.length + 1)
        unsafe text.initialize(repeating: 0, count: Self.length + 1)
        var key = try Z85.decode(characters, count: CurvePublicKey.byteCount)
        for index in key.indices { key[index] = 0 }
        for (place, character) in characters.enumerated() {
            unsafe text[place] = CChar(bitPattern: character)
        }
    }

    deinit {
        unsafe explicit_bzero(text, Self.length + 1)
        unsafe text.deallocate()
    }

    /// The characters, for the file that keeps them.
    package func withCharacters<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: text, count: Self.length))
    }

    package var description: String { "a secret key" }
}

/// What a process proves with who it is.
package struct CurveKeyPair: Sendable {
    package let publicKey: CurvePublicKey
    package let secretKey: CurveSecretKey

    /// - Throws: `ZeroMQError` when the library has no CURVE.
    package init(_ secretKey: CurveSecretKey) throws(ZeroMQError) {
        var text = [CChar](repeating: 0, count: CurveSecretKey.length + 1)
        guard unsafe zmq_curve_public(&text, secretKey.text) == 0 else {
            throw .last("derive a public key")
        }
        self.secretKey = secretKey
        publicKey = try Self.publicKey(text)
    }

    /// A new pair, from the system's random numbers.
    package static func random() throws(ZeroMQError) -> CurveKeyPair {
        var (open, secret) = (
            [CChar](repeating: 0, count: CurveSecretKey.length + 1),
            [CChar](repeating: 0, count: CurveSecretKey.length + 1)
        )
        guard unsafe zmq_curve_keypair(&open, &secret) == 0 else { throw .last("make a key pair") }
        let characters = secret.dropLast().map { UInt8(bitPattern: $0) }
        unsafe secret.withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
        }
        guard let key = try? CurveSecretKey(z85: characters) else {
            throw ZeroMQError(code: EINVAL, operation: "read a new key pair")
        }
        return try CurveKeyPair(key)
    }

    private static func publicKey(_ text: [CChar]) throws(ZeroMQError) -> CurvePublicKey {
        do {
            return try CurvePublicKey(z85: text.dropLast().map { UInt8(bitPattern: $0) })
        } catch { throw ZeroMQError(code: EINVAL, operation: "read a public key") }
    }
}
