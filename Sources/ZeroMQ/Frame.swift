package import CZeroMQ

/// The bytes of one message, owned by libzmq, so that receiving and passing on copy nothing.
///
/// Keep one and receive into it again and again: what it held before is released then.
@safe
package struct Frame: ~Copyable {
    /// libzmq itself moves messages by copying these 64 bytes, so this value may move too.
    @usableFromInline var message = zmq_msg_t()

    /// An empty frame to receive into.
    package init() { unsafe zmq_msg_init(&message) }

    /// A frame of so many bytes whose values are not yet set.
    package init(byteCount: Int) {
        let result = unsafe zmq_msg_init_size(&message, byteCount)
        precondition(result == 0, "no memory for a frame of \(byteCount) bytes")
    }

    package init(copying bytes: RawSpan) {
        self.init(byteCount: bytes.byteCount)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe zmq_msg_data(&message).copyMemory(from: start, byteCount: source.count)
        }
    }

    package init(copying bytes: [UInt8]) { unsafe self.init(copying: bytes.span.bytes) }

    deinit {
        var message = message
        unsafe zmq_msg_close(&message)
    }

    @inlinable package var byteCount: Int {
        var message = message
        return unsafe zmq_msg_size(&message)
    }

    /// Whether more frames of the same message follow.
    var hasMore: Bool {
        var message = message
        return unsafe zmq_msg_more(&message) != 0
    }

    /// Lends the bytes without copying them.
    @inlinable
    package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Short messages lie inside these 64 bytes: the copy must keep its place meanwhile.
        var message = message
        return try unsafe withUnsafeMutablePointer(to: &message) { message throws(Failure) in
            let count = unsafe zmq_msg_size(message)
            let start = unsafe zmq_msg_data(message)
            return try body(unsafe UnsafeRawBufferPointer(start: start, count: count).bytes)
        }
    }

    /// Lends the bytes for filling in.
    ///
    /// - Precondition: the frame was made here. A received one may share its bytes with others.
    @inlinable
    package mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableRawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeMutablePointer(to: &message) { message throws(Failure) in
            let count = unsafe zmq_msg_size(message)
            let start = unsafe zmq_msg_data(message)
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
            var span = unsafe buffer.mutableBytes
            return try body(&span)
        }
    }

    /// The bytes in an array of their own.
    package var copy: [UInt8] {
        withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
    }
}
