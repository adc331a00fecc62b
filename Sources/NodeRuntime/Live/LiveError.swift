package import Messaging
package import ZeroMQ

/// Why a live run, or one process of it, could not go on.
package enum LiveError: Error, CustomStringConvertible {
    /// Processes that did not get ready in time.
    case notReady(waitingFor: String, seconds: Int64)
    case silentProcess(name: String, seconds: Int64)
    /// A process found that it could not go on, and said why.
    case failedProcess(name: String, reason: String)
    /// The run was ended before it could begin or finish; not a fault.
    case stopped(StopReason)
    case silentHub(seconds: Int64)
    /// Frames that were announced never came.
    case missingFrames(from: String, seconds: Int64)
    /// A link cannot keep what it has to send.
    case backlog(to: String, frames: Int)
    /// A peer did what no peer may do.
    case violation(String)
    /// A port that the system may give to an outgoing connection.
    case ephemeralPort(UInt16, lowest: UInt16)
    case unusableEndpoint(String)
    case sockets(ZeroMQError)

    package var description: String {
        switch self {
        case .notReady(let what, let seconds): "not ready after \(seconds) s: waiting for \(what)"
        case .silentProcess(let name, let seconds):
            "process \(name) has been silent for \(seconds) s"
        case .failedProcess(let name, let reason): "process \(name) failed: \(reason)"
        case .stopped(let reason): "stopped: \(reason)"
        case .silentHub(let seconds): "the hub has been silent for \(seconds) s"
        case .missingFrames(let name, let seconds):
            "frames that process \(name) sent are missing after \(seconds) s"
        case .backlog(let name, let frames):
            "\(frames) frames wait for process \(name), which does not take them"
        case .violation(let what): "protocol violation: \(what)"
        case .ephemeralPort(let port, let lowest):
            "port \(port) is not below \(lowest), where ports of outgoing connections begin"
        case .unusableEndpoint(let text): "unusable endpoint '\(text)'"
        case .sockets(let error): error.description
        }
    }
}

/// Runs socket calls so that only `LiveError`s leave the driver.
func withSockets<Result: ~Copyable>(
    _ body: () throws(ZeroMQError) -> Result
) throws(LiveError) -> Result {
    do { return try body() } catch { throw .sockets(error) }
}
