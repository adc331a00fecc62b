import Messaging
import ZeroMQ

/// What keeps strangers out of a process's links: nothing in a run without keys.
///
/// Made before any socket, since the gatekeeper has to be there first.
final class LinkGuard {
    let context: Context
    let keys: RunKeys?
    private let gatekeeper: Gatekeeper?
    private var watches: [Watch] = []
    /// Refusals of the gatekeeper that are no news: those of the check at the start, at first.
    private var known: UInt64 = 0

    private final class Watch {
        let watch: HandshakeWatch
        init(_ watch: consuming HandshakeWatch) { self.watch = watch }
    }

    /// Opens the context of a process and, in a run with keys, sees that it keeps strangers out.
    init(
        _ process: Int, of plan: LivePlan, _ options: LiveOptions, sockets: Int
    ) throws(LiveError) {
        keys = options.keys
        guard let keys else {
            try plan.checkThatNobodyElseListens()
            gatekeeper = nil
            context = try withSockets { () throws(ZeroMQError) in
                try Context(maximumSockets: Int32(sockets))
            }
            return
        }
        guard keys.everyone.count == plan.processes.count + 1 else {
            throw .violation(
                "\(keys.everyone.count) keys for \(plan.processes.count + 1) processes")
        }
        let rules = AccessRules(plan: plan, process: process, keys: keys)
        let gatekeeper = Gatekeeper { domain, key in rules.holder(of: key, for: domain) }
        self.gatekeeper = gatekeeper
        // For each socket that listens two more see its handshakes.
        context = try withSockets { () throws(ZeroMQError) in
            try Context(maximumSockets: Int32(2 * sockets + 16), gatekeeper: gatekeeper)
        }
        try checkThatStrangersAreRefused(process, of: plan, options)
        known = gatekeeper.refused
    }

    /// For a socket that listens.
    func listening(for purpose: LinkPurpose) -> SocketProtection? {
        keys.map { .listening($0.own, domain: purpose.rawValue) }
    }

    /// For a socket that connects to a process.
    func connecting(to process: Int) -> SocketProtection? {
        keys.map { .connecting($0.own, to: $0.everyone[process]) }
    }

    /// Counts the handshakes of a socket that fail.
    func watch(_ shared: SharedSocket) throws(LiveError) {
        guard keys != nil, let real = shared.real else { return }
        watches.append(
            Watch(
                try withSockets { () throws(ZeroMQError) in
                    try HandshakeWatch(real.socket, in: context)
                }))
    }

    /// Brings the counts of what was refused before it could send anything up to date.
    func count(in refusals: inout Refusals) throws(LiveError) {
        guard let gatekeeper else { return }
        for watch in watches {
            let new = try withSockets { () throws(ZeroMQError) in try watch.watch.take() }
            refusals.handshakes += new.broken
        }
        let refused = gatekeeper.refused
        refusals.keys += refused - known
        known = refused
    }
}

extension LivePlan {
    /// Without keys, only this host may be able to connect.
    func checkThatNobodyElseListens() throws(LiveError) {
        let hosts =
            switch transport {
            case .ipc, .proxied: [String]()
            case .tcp(let host, _): [host]
            case .hosts(let sites): sites.map(\.address)
            }
        for host in hosts {
            let isLoopback = host.hasPrefix("127.") || host == "localhost" || host == "[::1]"
            guard isLoopback else { throw .keysNeeded(host: host) }
        }
    }
}
