import CZeroMQ
import Synchronization

/// The home of a process's sockets and of the threads that move their bytes.
///
/// Sockets hold their context, so it ends after the last of them; ending it waits at most as long
/// as the longest linger among them. Contexts may be shared by threads, sockets may not.
@safe
package final class Context: Sendable {
    /// Never changed, and libzmq locks whatever it points to.
    nonisolated(unsafe) private let handle: UnsafeMutableRawPointer

    private let sockets = Atomic<Int>(0)

    /// - Parameters:
    ///   - ioThreads: threads that move bytes; one is enough below about 1 GB/s.
    ///   - maximumSockets: opening more is an error.
    ///   - gatekeeper: decides who may connect to protected sockets that listen.
    package init(
        ioThreads: Int32 = 1, maximumSockets: Int32 = 1_023, gatekeeper: Gatekeeper? = nil
    ) throws(ZeroMQError) {
        guard let handle = unsafe zmq_ctx_new() else { throw .last("make a context") }
        unsafe self.handle = unsafe handle
        try set(ZMQ_IO_THREADS, ioThreads)
        try set(ZMQ_MAX_SOCKETS, maximumSockets)
        try set(ZMQ_BLOCKY, 0)
        if let gatekeeper { try unsafe GatekeeperThread.start(gatekeeper, in: handle) }
    }

    deinit { unsafe zmq_ctx_term(handle) }

    /// The version of libzmq that the program runs with, such as `4.3.4`.
    package static var libraryVersion: String {
        var (major, minor, patch) = (Int32(0), Int32(0), Int32(0))
        unsafe zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// Sockets that are open now: a leak shows here.
    package var openSockets: Int { sockets.load(ordering: .relaxed) }

    private func set(_ option: Int32, _ value: Int32) throws(ZeroMQError) {
        guard unsafe zmq_ctx_set(handle, option, value) == 0 else {
            throw .last("set context option \(option) to \(value)")
        }
    }

    func open(
        _ kind: SocketKind, _ options: [SocketOption], _ protection: SocketProtection?
    ) throws(ZeroMQError) -> UnsafeMutableRawPointer {
        guard let socket = unsafe zmq_socket(handle, kind.code) else {
            throw .last("open a \(kind) socket")
        }
        sockets.add(1, ordering: .relaxed)
        do throws(ZeroMQError) {
            for option in options { try unsafe option.apply(to: socket) }
            try unsafe protection?.apply(to: socket)
        } catch {
            unsafe close(socket)
            throw error
        }
        return unsafe socket
    }

    func close(_ socket: UnsafeMutableRawPointer) {
        unsafe zmq_close(socket)
        sockets.subtract(1, ordering: .relaxed)
    }
}
