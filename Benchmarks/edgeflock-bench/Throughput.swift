import ZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// The Swift side of Benchmarks/c/throughput.c: the same calls through the wrapper.
func runThroughput(_ arguments: [String]) throws {
    guard arguments.count == 2, let bytes = Int(arguments[0]), let count = Int(arguments[1]),
        let endpoint = Endpoint.ipc(path: "/tmp/edgeflock-throughput-\(getpid())")
    else {
        exitForUsage(["throughput BYTES COUNT"])
    }
    let context = try Context()
    let socket = try Socket(.pull, in: context)
    try socket.bind(endpoint)
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Sender(endpoint: endpoint, bytes: bytes, count: count))
    pthread_create(
        &thread, nil,
        { argument in
            let sender = Unmanaged<Sender>.fromOpaque(argument!).takeRetainedValue()
            do { try sender.run() } catch { fatalError("\(error)") }
            return nil
        }, work.toOpaque())
    let start = try receive(count, of: bytes, from: socket)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(Int(Double(count - 1) / seconds))
    pthread_join(thread, nil)
}

/// Returns when the first message arrived.
private func receive(
    _ count: Int, of bytes: Int, from socket: borrowing Socket
) throws -> ContinuousClock.Instant {
    var poller = try Poller()
    _ = poller.add(socket)
    var frame = Frame()
    var start = ContinuousClock.now
    var received = 0
    while received < count {
        if try socket.receive(into: &frame) == .message {
            precondition(frame.byteCount == bytes, "a message of \(frame.byteCount) bytes")
            if received == 0 { start = .now }
            received += 1
        } else {
            let found = try poller.wait(upTo: .seconds(10))
            precondition(found > 0, "no message for 10 s")
        }
    }
    return start
}

private final class Sender {
    let endpoint: Endpoint
    let bytes: Int
    let count: Int

    init(endpoint: Endpoint, bytes: Int, count: Int) {
        self.endpoint = endpoint
        self.bytes = bytes
        self.count = count
    }

    func run() throws {
        let context = try Context()
        let socket = try Socket(.push, in: context, linger: .seconds(10))
        try socket.connect(endpoint)
        let payload = [UInt8](repeating: 7, count: bytes)
        var poller = try Poller()
        _ = poller.add(socket, interest: .writing)
        var sent = 0
        while sent < count {
            switch try socket.send(payload) {
            case .queued: sent += 1
            case .full, .unreachable:
                let found = try poller.wait(upTo: .seconds(10))
                precondition(found > 0, "no room for 10 s")
            }
        }
    }
}
