import CZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// Waits until one of several sockets or file descriptors has something to do, or time is up.
///
/// A wait allocates nothing (libzmq itself does beyond 16 items). Waits of whole milliseconds use the system's poll; the rest of a shorter or
/// odd time is kept by a timer of its own, exact to some microseconds.
@safe
package struct Poller: ~Copyable {
    /// Which item of the poller is meant, in the order they were added.
    package struct Key: Hashable, Sendable {
        fileprivate let index: Int
    }

    package struct Interest: OptionSet, Sendable {
        package let rawValue: Int16
        package init(rawValue: Int16) { self.rawValue = rawValue }
        package static let reading = Interest(rawValue: Int16(ZMQ_POLLIN))
        package static let writing = Interest(rawValue: Int16(ZMQ_POLLOUT))
    }

    /// The timer is item 0, so that leaving it out is a matter of starting at item 1.
    private var items: [zmq_pollitem_t]
    private var sockets: [SocketLife] = []
    private let timer: Int32

    package init() throws(ZeroMQError) {
        timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC))
        guard timer >= 0 else { throw ZeroMQError(code: errno, operation: "make a timer") }
        let item = unsafe zmq_pollitem_t(
            socket: nil, fd: timer, events: Int16(ZMQ_POLLIN), revents: 0)
        unsafe items = unsafe [item]
    }

    deinit { close(timer) }

    /// - Precondition: the socket is still open whenever ``wait(nanoseconds:)`` is called.
    package mutating func add(
        _ socket: borrowing Socket, interest: Interest = .reading
    ) -> Key {
        sockets.append(socket.life)
        return unsafe add(
            zmq_pollitem_t(socket: socket.handle, fd: -1, events: interest.rawValue, revents: 0))
    }

    package mutating func add(descriptor: Int32, interest: Interest = .reading) -> Key {
        unsafe add(
            zmq_pollitem_t(socket: nil, fd: descriptor, events: interest.rawValue, revents: 0))
    }

    private mutating func add(_ item: zmq_pollitem_t) -> Key {
        unsafe items.append(item)
        return unsafe Key(index: items.count - 1)
    }

    package mutating func setInterest(_ interest: Interest, in key: Key) {
        unsafe items[key.index].events = interest.rawValue
    }

    /// What the last wait found of this item.
    package func readiness(of key: Key) -> Interest {
        Interest(rawValue: unsafe items[key.index].revents)
    }

    /// Waits for any item, at most so long.
    ///
    /// - Parameter nanoseconds: 0 only looks; negative waits without end.
    /// - Returns: how many items have something to do; 0 also when a signal ended the wait early.
    package mutating func wait(nanoseconds: Int64) throws(ZeroMQError) -> Int {
        for socket in sockets { precondition(socket.isOpen, "polling a socket that is closed") }
        let whole = nanoseconds / 1_000_000
        let needsTimer = nanoseconds > 0 && nanoseconds - whole * 1_000_000 > 0
        if needsTimer { try startTimer(nanoseconds) }
        let limit = nanoseconds < 0 ? -1 : needsTimer ? whole + 1 : whole
        let skipped = needsTimer ? 0 : 1
        let found = unsafe items.withUnsafeMutableBufferPointer { items in
            unsafe zmq_poll(items.baseAddress! + skipped, Int32(items.count - skipped), Int(limit))
        }
        if found < 0 {
            guard zmq_errno() == EINTR else { throw .last("poll") }
            unsafe items.indices.forEach { unsafe items[$0].revents = 0 }
            return 0
        }
        let timerFired = unsafe needsTimer && items[0].revents != 0
        return timerFired ? Int(found) - 1 : Int(found)
    }

    package mutating func wait(upTo time: Duration) throws(ZeroMQError) -> Int {
        let (seconds, attoseconds) = time.components
        return try wait(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    private func startTimer(_ nanoseconds: Int64) throws(ZeroMQError) {
        var time = itimerspec()
        time.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
        time.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        guard unsafe timerfd_settime(timer, 0, &time, nil) == 0 else {
            throw ZeroMQError(code: errno, operation: "start a timer")
        }
    }
}
