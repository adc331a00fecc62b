import Messaging
import ZeroMQ

/// The check at every start: a socket with the settings of all others lets no stranger in.
///
/// A library without a gatekeeper accepts any key and says nothing, so this is tried out.
extension LinkGuard {
    private static let limit: Int64 = 10_000_000_000

    func checkThatStrangersAreRefused(
        _ process: Int, of plan: LivePlan, _ options: LiveOptions
    ) throws(LiveError) {
        let listener = try RealSocket(
            .router, in: context, options, largest: WireLimits.largestFrame,
            protection: listening(for: .check))
        let endpoint = try plan.checkEndpoint(of: process)
        try listener.bind(endpoint)
        guard let keys, let place = try Endpoint(listener.boundEndpoint()) else {
            throw .openToStrangers("it does not listen")
        }
        let pair = try withSockets { () throws(ZeroMQError) in try CurveKeyPair.random() }
        let strangers: [(String, SocketProtection?)] = [
            ("an unknown key", .connecting(pair, to: keys.own.publicKey)), ("no key", nil),
        ]
        for (name, protection) in strangers {
            let stranger = try RealSocket(
                .dealer, in: context, options, largest: WireLimits.largestFrame,
                protection: protection)
            let watch = try withSockets { () throws(ZeroMQError) in
                try HandshakeWatch(stranger.socket, in: context)
            }
            try stranger.connect(place.description)
            _ = try withSockets { () throws(ZeroMQError) in try stranger.socket.send([1]) }
            try waitForRefusal(of: name, by: listener, watch)
        }
    }

    private func waitForRefusal(
        of name: String, by listener: SharedSocket, _ watch: borrowing HandshakeWatch
    ) throws(LiveError) {
        let deadline = MonotonicClock.now + Self.limit
        var poller = try withSockets { () throws(ZeroMQError) in try Poller() }
        var frame = Frame()
        while MonotonicClock.now < deadline {
            guard try listener.receiveRouted(into: &frame, mayWait: false) == .nothing else {
                throw .openToStrangers("it takes frames of somebody with \(name)")
            }
            let failures: HandshakeWatch.Failures
            do { failures = try watch.take() } catch { throw .sockets(error) }
            if failures.refused + failures.broken > 0 { return }
            try poller.pause(nanoseconds: 500_000)
        }
        throw .openToStrangers("it does not refuse somebody with \(name)")
    }
}
