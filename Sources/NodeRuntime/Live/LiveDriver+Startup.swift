import Messaging
import ZeroMQ

/// Start-up: a barrier on confirmed connections and subscriptions, never a pause.
extension LiveDriver {
    /// The topic that says: all subscriptions of this process have arrived.
    static func markerTopic(of process: Int) -> [UInt8] { Array("ready/\(process)/".utf8) }

    /// Connects to everyone, and waits until everyone has.
    ///
    /// - Returns: what the monotonic clock reads at virtual time 0 (wall clock only).
    func getReady() throws(LiveError) -> Int64 {
        try inbound.bind(plan.directEndpoint(of: process))
        try publisher?.bind(plan.publishedEndpoint(of: process))
        try hub.connect(plan.hubEndpoint().description)
        let deadline = MonotonicClock.now + options.startLimit.nanoseconds
        tell(.hello(try addresses()))
        try flushControl()

        let welcome = try awaitOrder(before: deadline, "the addresses of its peers")
        guard case .welcome(let peers) = welcome else {
            throw .violation("the hub welcomes with \(welcome)")
        }
        try connect(to: peers)
        try confirmConnections(before: deadline)

        group.start()
        tell(.ready)
        try flushControl()
        let start = try awaitOrder(before: deadline, "the start of the run")
        guard case .start(let origin) = start else {
            throw .violation("the hub starts with \(start)")
        }
        return origin
    }

    private func addresses() throws(LiveError) -> Hello {
        Hello(
            direct: try plan.directEndpoint(of: process).description,
            published: try plan.publishedEndpoint(of: process).description)
    }

    private func awaitOrder(
        before deadline: Int64, _ what: String
    ) throws(LiveError) -> ControlMessage {
        while true {
            try drainControl()
            try drainDirect()
            if !orders.isEmpty {
                let order = orders.removeFirst()
                guard case .stop = order else { return order }
                throw .notReady(waitingFor: "\(what); the hub gave up", seconds: 0)
            }
            let now = MonotonicClock.now
            guard now < deadline else {
                let seconds = options.startLimit.components.seconds
                throw .notReady(waitingFor: "\(what), from the hub", seconds: seconds)
            }
            try careIfDue(now)
            try busyPoller.pause(nanoseconds: min(deadline, nextCare) - now)
        }
    }

    private func connect(to peers: [PeerAddress]) throws(LiveError) {
        var addresses: [Int: PeerAddress] = [:]
        for peer in peers { addresses[Int(peer.process)] = peer }
        outgoing = plan.links[process]
        for other in outgoing {
            guard let address = addresses[other] else {
                throw .violation("the hub does not say where \(plan.name(of: other)) is")
            }
            let dealer = try SharedSocket(
                .dealer, in: context, options, largest: WireLimits.largestFrame)
            try dealer.connect(address.direct)
            let earlier = pairs[other]
            let pair = Pair(process: other, link: earlier?.link ?? directLink(), dealer: dealer)
            pair.route = earlier?.route
            pairs[other] = pair
        }
        guard let subscriber else { return }
        // Subscriptions travel in order, so the marker is the last to arrive.
        let topics = subscriptions.topics.map(\.bytes) + [Self.markerTopic(of: process)]
        for topic in topics {
            try withSockets { () throws(ZeroMQError) in try subscriber.socket.subscribe(topic) }
        }
        for publisher in Set(plan.subscriptions[process].map(\.publisher)).sorted() {
            guard let address = addresses[publisher] else {
                throw .violation("the hub does not say where \(plan.name(of: publisher)) is")
            }
            try subscriber.connect(address.published)
        }
    }

    /// Greets every peer until it answers, and waits for every subscriber.
    private func confirmConnections(before deadline: Int64) throws(LiveError) {
        var missing = Set(publications.subscribers)
        let dealers = outgoing.map { pairs[$0]?.dealer }
        var poller = try Self.poller(over: [hub, inbound, publisher] + dealers)
        var nextGreeting: Int64 = 0
        while true {
            try drainControl()
            try drainDirect()
            try drainSubscribers(&missing)
            for other in outgoing { try drainReplies(of: pair(with: other)) }
            let silent = outgoing.filter { !pair(with: $0).isConfirmed }
            if silent.isEmpty && missing.isEmpty { return }
            if case .stop? = orders.first {
                throw .notReady(waitingFor: "its peers; the hub gave up", seconds: 0)
            }
            let now = MonotonicClock.now
            guard now < deadline else {
                let names = Set(silent).union(missing).sorted().map(plan.name(of:))
                throw .notReady(
                    waitingFor: names.joined(separator: ", "),
                    seconds: options.startLimit.components.seconds)
            }
            if now >= nextGreeting {
                for other in silent { try greet(pair(with: other)) }
                nextGreeting = now + 1_000_000_000
            }
            try careIfDue(now)
            try poller.pause(nanoseconds: min(deadline, nextGreeting, nextCare) - now)
        }
    }

    private func greet(_ pair: Pair) throws(LiveError) {
        _ = try pair.link.greeting().withBytes { bytes throws(LiveError) in
            try pair.dealer?.send(bytes)
        }
    }

    /// Reads which processes have subscribed.
    private func drainSubscribers(_ missing: inout Set<Int>) throws(LiveError) {
        guard let publisher else { return }
        while try publisher.receive(into: &frame) != .nothing {
            let text = String(decoding: frame.copy.dropFirst(), as: UTF8.self)
            let parts = text.split(separator: "/")
            if parts.count == 2, parts[0] == "ready", let subscriber = Int(parts[1]) {
                missing.remove(subscriber)
            }
        }
    }
}
