package import Messaging
package import ZeroMQ

/// Why a live run, or one process of it, could not go on.
package enum LiveError: Error, CustomStringConvertible {
    /// Processes that did not get ready in time.
    case notReady(waitingFor: String, after: Duration)
    case silentProcess(name: String, after: Duration)
    /// A process lives, but what it computes does not get on.
    case stuckProcess(name: String, after: Duration)
    /// A process found that it could not go on, and said why.
    case failedProcess(name: String, reason: String)
    /// The run was ended before it could begin or finish; not a fault.
    case stopped(StopReason)
    case silentHub(after: Duration)
    /// Frames that were announced never came.
    case missingFrames(from: String, String, after: Duration)
    /// A link cannot keep what it has to send.
    case backlog(to: String, frames: Int)
    /// A peer did what no peer may do.
    case violation(String)
    /// A port that the system may give to an outgoing connection.
    case ephemeralPort(UInt16, lowest: UInt16)
    case unusableEndpoint(String)
    /// What is needed to come back cannot be kept or read.
    case recovery(String)
    /// The process is to be as good as killed (tests only).
    case killed
    /// Others could connect to this host, and there are no keys.
    case keysNeeded(host: String)
    /// The check at the start failed.
    case openToStrangers(String)
    case sockets(ZeroMQError)

    package var description: String {
        switch self {
        case .notReady(let what, let time): "not ready after \(time.inSeconds): waiting for \(what)"
        case .silentProcess(let name, let time):
            "process \(name) has been silent for \(time.inSeconds)"
        case .stuckProcess(let name, let time):
            "process \(name) has been computing for \(time.inSeconds) without a step forward"
        case .failedProcess(let name, let reason): "process \(name) failed: \(reason)"
        case .stopped(let reason): "stopped: \(reason)"
        case .silentHub(let time): "the hub has been silent for \(time.inSeconds)"
        case .missingFrames(let name, let what, let time):
            "frames that process \(name) sent are missing after \(time.inSeconds): \(what)"
        case .backlog(let name, let frames):
            "\(frames) frames wait for process \(name), which does not take them"
        case .violation(let what): "protocol violation: \(what)"
        case .ephemeralPort(let port, let lowest):
            "port \(port) is not below \(lowest), where ports of outgoing connections begin"
        case .killed: "killed"
        case .recovery(let what): "recovery: \(what)"
        case .unusableEndpoint(let text): "unusable endpoint '\(text)'"
        case .keysNeeded(let host):
            "\(host) can be reached from elsewhere, so the run needs keys (security in the topology)"
        case .openToStrangers(let what): "the check that strangers are refused failed: \(what)"
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

extension Duration {
    /// As people write it: `30 s`, `0.3 s`.
    fileprivate var inSeconds: String {
        let seconds = self / .seconds(1)
        return seconds == seconds.rounded() ? "\(Int64(seconds)) s" : "\(seconds) s"
    }
}
