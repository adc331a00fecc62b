import Messaging
import ZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// A socket that several owners may refer to: of ZeroMQ, or of a simulated network.
class SharedSocket {
    /// Opens a socket with the settings that all sockets of a live run have.
    static func open(
        _ kind: SocketKind, in context: Context, _ options: LiveOptions,
        largest: Int = WireLimits.largestFrame, protection: SocketProtection? = nil
    ) throws(LiveError) -> SharedSocket {
        if let simulation = options.simulation {
            return SimulatedSocket(
                kind, in: simulation, patience: options.careInterval.nanoseconds)
        }
        return try RealSocket(
            kind, in: context, options, largest: largest, protection: protection)
    }

    /// The socket itself, where there is one.
    var real: RealSocket? { nil }

    private func missing() -> Never { preconditionFailure("a socket of no kind") }

    func bind(_ endpoint: Endpoint) throws(LiveError) { missing() }
    func connect(_ text: String) throws(LiveError) { missing() }
    func subscribe(to topic: [UInt8]) throws(LiveError) { missing() }
    func send(_ frame: WireBuffer) throws(LiveError) -> SendOutcome { missing() }
    func send(_ frame: WireBuffer, to peer: RoutingID) throws(LiveError) -> SendOutcome {
        missing()
    }
    func receive(into frame: inout Frame, mayWait: Bool) throws(LiveError) -> Receipt {
        missing()
    }
    func receiveRouted(into frame: inout Frame, mayWait: Bool) throws(LiveError) -> RoutedReceipt {
        missing()
    }

    final func receive(into frame: inout Frame) throws(LiveError) -> Receipt {
        try receive(into: &frame, mayWait: false)
    }
}

/// A socket of ZeroMQ.
final class RealSocket: SharedSocket {
    let socket: Socket

    init(
        _ kind: SocketKind, in context: Context, _ options: LiveOptions, largest: Int,
        protection: SocketProtection?
    ) throws(LiveError) {
        let settings: [SocketOption] = [
            .sendHighWater(options.highWater), .receiveHighWater(options.highWater),
            .largestMessage(Int64(largest)), .reconnect(after: 20, atMost: 500),
            .handshakeLimit(1_000), .keepAlive(idle: 10, interval: 5, count: 3),
            .backlog(4_096), .receiveTimeout(Int32(options.careInterval / .milliseconds(1))),
        ]
        let mandatory: [SocketOption] = kind == .router ? [.routerMandatory(true)] : []
        socket = try withSockets { () throws(ZeroMQError) in
            try Socket(
                kind, in: context, linger: .zero, options: settings + mandatory,
                protection: protection)
        }
    }

    override var real: RealSocket? { self }

    override func bind(_ endpoint: Endpoint) throws(LiveError) {
        try withSockets { () throws(ZeroMQError) in try socket.bind(endpoint.ofThisHost) }
    }

    /// Where it listens, with the port that the system chose, if asked to.
    func boundEndpoint() throws(LiveError) -> String {
        try withSockets { () throws(ZeroMQError) in try socket.lastEndpoint() }
    }

    override func connect(_ text: String) throws(LiveError) {
        guard let endpoint = Endpoint(text) else { throw .unusableEndpoint(text) }
        try withSockets { () throws(ZeroMQError) in try socket.connect(endpoint) }
    }

    override func subscribe(to topic: [UInt8]) throws(LiveError) {
        try withSockets { () throws(ZeroMQError) in try socket.subscribe(topic) }
    }

    override func send(_ frame: WireBuffer) throws(LiveError) -> SendOutcome {
        do { return try socket.send(frame.span) } catch { throw .sockets(error) }
    }

    override func send(
        _ frame: WireBuffer, to peer: RoutingID
    ) throws(LiveError) -> SendOutcome {
        do { return try socket.send(frame.span, to: peer) } catch { throw .sockets(error) }
    }

    override func receive(
        into frame: inout Frame, mayWait: Bool
    ) throws(LiveError) -> Receipt {
        do { return try socket.receive(into: &frame, mayWait: mayWait) } catch {
            throw .sockets(error)
        }
    }

    override func receiveRouted(
        into frame: inout Frame, mayWait: Bool
    ) throws(LiveError) -> RoutedReceipt {
        do { return try socket.receiveRouted(into: &frame, mayWait: mayWait) } catch {
            throw .sockets(error)
        }
    }
}

/// Waits for whichever of several sockets has something first.
struct SocketWait: ~Copyable {
    private var poller: Poller
    private let simulation: Simulation?
    private let simulated: [Int]

    init(over sockets: [SharedSocket?], _ simulation: Simulation? = nil) throws(LiveError) {
        poller = try withSockets { () throws(ZeroMQError) in
            var poller = try Poller()
            for case let shared? in sockets {
                if let real = shared.real { _ = poller.add(real.socket) }
            }
            return poller
        }
        self.simulation = simulation
        simulated = sockets.compactMap { ($0 as? SimulatedSocket)?.number }
    }

    mutating func add(descriptor: Int32) { _ = poller.add(descriptor: descriptor) }

    /// Waits for at most so long, exactly.
    mutating func pause(nanoseconds: Int64) throws(LiveError) {
        if let simulation {
            simulation.network.wait(
                simulation.participant, nanoseconds: nanoseconds, for: simulated)
        } else {
            try poller.pause(nanoseconds: nanoseconds)
        }
    }

    /// Waits for at most so long, rounded up to milliseconds: cheaper.
    mutating func pause(about nanoseconds: Int64) throws(LiveError) {
        try pause(nanoseconds: (nanoseconds + 999_999) / 1_000_000 * 1_000_000)
    }
}

extension Poller {
    /// Waits for at most so long, exactly.
    mutating func pause(nanoseconds: Int64) throws(LiveError) {
        do { _ = try wait(nanoseconds: max(0, nanoseconds)) } catch { throw .sockets(error) }
    }
}

extension LivePlan {
    /// Where the hub listens.
    func hubEndpoint() throws(LiveError) -> Endpoint {
        try endpoint(file: "hub", of: processes.count, port: 0)
    }

    /// Where a process takes frames from its peers.
    func directEndpoint(of process: Int) throws(LiveError) -> Endpoint {
        try endpoint(file: "\(process)d", of: process, port: 0)
    }

    /// Where a process publishes.
    func publishedEndpoint(of process: Int) throws(LiveError) -> Endpoint {
        try endpoint(file: "\(process)p", of: process, port: 1)
    }

    /// Where a process tries out at its start whether strangers are refused.
    func checkEndpoint(of process: Int) throws(LiveError) -> Endpoint {
        switch transport {
        case .ipc, .proxied: try endpoint(file: "\(process)c", of: process, port: 0)
        case .tcp(let host, _): .tcp(host: host, port: 0)
        case .hosts: .tcp(host: "127.0.0.1", port: 0)
        }
    }

    /// - Parameter port: which of the process's own, from 0.
    private func endpoint(
        file: String, of process: Int, port: Int
    ) throws(LiveError) -> Endpoint {
        switch transport {
        case .ipc(let directory), .proxied(let directory, _):
            let path = "\(directory)/\(file)"
            guard let endpoint = Endpoint.ipc(path: path) else {
                throw .unusableEndpoint("ipc://\(path)")
            }
            return endpoint
        case .tcp(let host, let firstPort):
            let own = process == hub ? 0 : 1 + 2 * process
            return try .tcp(host: host, port: checked(Int(firstPort) + own + port))
        case .hosts(let sites):
            let site = sites[process]
            return try .tcp(host: site.address, port: checked(site.port + port))
        }
    }

    // MARK: Where others reach it

    func hubAddress() throws(LiveError) -> Endpoint {
        if let proxy = try proxy(of: hub, port: 0) { return proxy }
        return try hubEndpoint()
    }

    func directAddress(of process: Int) throws(LiveError) -> Endpoint {
        if let proxy = try proxy(of: process, port: 0) { return proxy }
        return try directEndpoint(of: process)
    }

    func publishedAddress(of process: Int) throws(LiveError) -> Endpoint {
        if let proxy = try proxy(of: process, port: 1) { return proxy }
        return try publishedEndpoint(of: process)
    }

    private func proxy(of process: Int, port: Int) throws(LiveError) -> Endpoint? {
        guard case .proxied(_, let firstPort) = transport else { return nil }
        let own = process == hub ? 0 : 1 + 2 * process
        return try .tcp(host: "127.0.0.1", port: checked(Int(firstPort) + own + port))
    }

    private func checked(_ port: Int) throws(LiveError) -> UInt16 {
        let lowest = Self.lowestEphemeralPort
        guard port < Int(lowest), let port = UInt16(exactly: port) else {
            throw .ephemeralPort(UInt16(clamping: port), lowest: lowest)
        }
        return port
    }

    /// Where the ports of outgoing connections begin: a socket that connects to a port up there
    /// can end up connected to itself.
    private static var lowestEphemeralPort: UInt16 {
        guard let file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r") else { return 32_768 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 64)
        guard fgets(&text, Int32(text.count), file) != nil else { return 32_768 }
        let digits = text.prefix { $0 >= 48 && $0 <= 57 }.map { UInt8(bitPattern: $0) }
        return UInt16(String(decoding: digits, as: UTF8.self)) ?? 32_768
    }
}

/// Lets this process have as many open files as the system allows it.
func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
