import CSodium

/// A SHA-256 value.
package struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// 64 lower-case hexadecimal digits.
    package var description: String {
        String(
            decoding: bytes.flatMap { [Self.digit($0 >> 4), Self.digit($0 & 15)] }, as: UTF8.self)
    }

    package init(of bytes: some Sequence<UInt8>) {
        var hash = RunningDigest()
        hash.update(Array(bytes))
        self = hash.finished()
    }

    /// The digest of parameters as raw little-endian floats, in order.
    package init(of parameters: [Float]) {
        var hash = RunningDigest()
        parameters.withUnsafeBytes { hash.update($0) }
        self = hash.finished()
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    @inlinable static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}

/// A SHA-256 computation under way.
struct RunningDigest {
    private var state = crypto_hash_sha256_state()

    init() { crypto_hash_sha256_init(&state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        crypto_hash_sha256_update(
            &state, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }

    mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// The digest of everything so far; more can be added afterwards.
    func finished() -> ContentDigest {
        var copy = state
        var bytes = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256_final(&copy, &bytes)
        return ContentDigest(bytes: bytes)
    }
}
