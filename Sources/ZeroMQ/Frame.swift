import CZeroMQ

/// The bytes of one message, owned by libzmq, so that receiving and passing on copy nothing.
///
/// Receiving into a frame again releases what it held before.
@safe
package struct Frame: ~Copyable {
    /// Allocated on its own, because short messages lie inside these 64 bytes: they must keep
    /// their place while somebody reads them.
    let message: UnsafeMutablePointer<zmq_msg_t>

    /// An empty frame to receive into.
    package init() {
        unsafe message = .allocate(capacity: 1)
        unsafe zmq_msg_init(message)
    }

    /// A frame of so many bytes whose values are not yet set.
    package init(byteCount: Int) {
        unsafe message = .allocate(capacity: 1)
        let result = unsafe zmq_msg_init_size(message, byteCount)
        precondition(result == 0, "no memory for a frame of \(byteCount) bytes")
    }

    package init(copying bytes: RawSpan) {
        self.init(byteCount: bytes.byteCount)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe zmq_msg_data(message).copyMemory(from: start, byteCount: source.count)
        }
    }

    package init(copying bytes: [UInt8]) { unsafe self.init(copying: bytes.span.bytes) }

    deinit {
        unsafe zmq_msg_close(message)
        unsafe message.deallocate()
    }

    package var byteCount: Int { unsafe zmq_msg_size(message) }

    /// Whether more frames of the same message follow.
    var hasMore: Bool { unsafe zmq_msg_more(message) != 0 }

    /// The bytes, not copied.
    ///
    /// - Complexity: O(1)
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let count = unsafe zmq_msg_size(message)
            let start = unsafe zmq_msg_data(message)
            let span = unsafe RawSpan(_unsafeStart: start!, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lends the bytes for filling in.
    ///
    /// - Precondition: the frame was made here. A received one may share its bytes with others.
    package mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableRawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = unsafe zmq_msg_data(message)
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: start, count: byteCount)
        var span = unsafe buffer.mutableBytes
        return try body(&span)
    }

    /// The number that this process's gatekeeper gave to the key of the connection that the frame
    /// came over; nil when nobody had to show a key.
    package var sender: UInt32? {
        guard let text = unsafe zmq_msg_gets(message, "User-Id") else { return nil }
        var number: UInt32 = 0
        var place = unsafe text
        guard unsafe place.pointee != 0 else { return nil }
        while unsafe place.pointee != 0 {
            let digit = unsafe UInt8(bitPattern: place.pointee) &- UInt8(ascii: "0")
            guard digit < 10, number < 100_000_000 else { return nil }
            number = number * 10 + UInt32(digit)
            unsafe place += 1
        }
        return number
    }

    /// The bytes in an array of their own.
    package var copy: [UInt8] {
        unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
