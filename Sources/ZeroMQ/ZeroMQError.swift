import CZeroMQ

/// A call of libzmq that failed for a reason its caller cannot go on from.
///
/// A full queue, an unreachable peer, an empty inbox and an interrupted wait are ordinary results,
/// not errors: see ``SendOutcome`` and ``Receipt``.
package struct ZeroMQError: Error, Hashable, CustomStringConvertible {
    /// The value of `errno`, such as `EADDRINUSE`.
    package let code: Int32

    /// What was being done, such as `bind ipc:///tmp/run/hub`.
    package let operation: String

    package init(code: Int32, operation: String) {
        self.code = code
        self.operation = operation
    }

    /// The error that the last call on this thread left behind.
    static func last(_ operation: String) -> ZeroMQError {
        ZeroMQError(code: zmq_errno(), operation: operation)
    }

    package var description: String {
        "\(operation): \(unsafe String(cString: zmq_strerror(code)))"
    }
}
