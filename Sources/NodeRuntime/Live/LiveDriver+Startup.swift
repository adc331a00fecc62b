import Messaging
import ZeroMQ

/// Start-up: a barrier on confirmed connections and subscriptions, never a pause.
extension LiveDriver {
    /// The topic that says: all subscriptions of this process have arrived.
    static func markerTopic(of process: Int) -> [UInt8] { Array("ready/\(process)/".utf8) }

    /// Connects to everyone, and waits until everyone has.
    ///
    /// - Returns: what the hub's clock reads at virtual time 0 (wall clock only).
    func getReady() throws(LiveError) -> Int64 {
        try inbound.bind(plan.directEndpoint(of: process))
        try publisher?.bind(plan.publishedEndpoint(of: process))
        // Later than the hub's own: the hub knows better who is missing.
        let limit = options.startLimit + options.hubPatience
        let deadline = steady.now + limit.nanoseconds
        try beginSession()

        let welcome = try awaitOrder(before: deadline, "the addresses of its peers")
        guard case .welcome(let peers) = welcome else {
            throw .violation("the hub welcomes with \(welcome)")
        }
        session.phase = .connecting
        try connect(to: peers)
        try confirmConnections(before: deadline)
        if isWall { try alignClock(before: deadline) }

        if !isRecovered { group.start() }
        session.phase = .ready
        tell(.ready)
        try flushControl()
        let start = try awaitOrder(before: deadline, "the start of the run")
        guard case .start(let origin) = start else {
            throw .violation("the hub starts with \(start)")
        }
        session.phase = .running
        return origin
    }

    func addresses() throws(LiveError) -> Hello {
        Hello(
            direct: try plan.directAddress(of: process).description,
            published: try plan.publishedAddress(of: process).description)
    }

    private func awaitOrder(
        before deadline: Int64, _ what: String
    ) throws(LiveError) -> ControlMessage {
        while true {
            try drainControl()
            try drainDirect()
            try drainPublished()
            if let place = orders.firstIndex(where: { !$0.isOpening }) {
                let order = orders.remove(at: place)
                guard case .stop(let reason) = order else { return order }
                throw .stopped(reason)
            }
            let now = steady.now
            guard now < deadline else {
                throw .notReady(
                    waitingFor: "\(what), from the hub", after: options.startLimit)
            }
            try careIfDue(now)
            try poller.pause(about: min(deadline, nextCare) - now)
        }
    }

    /// Connects to the peers, wherever the hub says that they are.
    private func connect(to peers: [PeerAddress]) throws(LiveError) {
        var addresses: [Int: PeerAddress] = [:]
        for peer in peers { addresses[Int(peer.process)] = peer }
        for other in plan.links[process] {
            guard let address = addresses[other] else {
                throw .violation("the hub does not say where \(plan.name(of: other)) is")
            }
            pair(with: other).address = address.direct
        }
        // Under the virtual clock most of what is sent goes by way of the hub: a link of its own
        // is made when it is first needed.
        if isWall {
            outgoing = plan.links[process]
            for other in outgoing { try connect(pair(with: other)) }
        }
        guard let intake else { return }
        // Subscriptions travel in order, so the marker is the last to arrive.
        for subscription in plan.subscriptions[process] {
            try intake.subscribe(to: subscription.topic.bytes, of: subscription.publisher)
        }
        if isWall { try intake.subscribeEverywhere(to: Self.beatTopic) }
        try intake.subscribeEverywhere(to: Self.markerTopic(of: process))
        for publisher in Set(plan.subscriptions[process].map(\.publisher)).sorted() {
            guard let address = addresses[publisher] else {
                throw .violation("the hub does not say where \(plan.name(of: publisher)) is")
            }
            try intake.connect(to: publisher, at: address.published)
            subscriptions.heard[publisher] = steady.now
        }
    }

    /// Opens the way to a peer.
    func connect(_ pair: Pair) throws(LiveError) {
        guard pair.dealer == nil, let address = pair.address else { return }
        let dealer = try SharedSocket.open(
            .dealer, in: gate.context, options, protection: gate.connecting(to: pair.process))
        try dealer.connect(address)
        pair.dealer = dealer
    }

    /// Greets every peer until it answers, and waits for every subscriber.
    private func confirmConnections(before deadline: Int64) throws(LiveError) {
        var missing = Set(publications.subscribers)
        var nextGreeting: Int64 = 0
        while true {
            try drainControl()
            try drainDirect()
            try drainSubscribers(&missing)
            for other in outgoing { try drainReplies(of: pair(with: other)) }
            let silent = outgoing.filter { !pair(with: $0).isConfirmed }
            if silent.isEmpty && missing.isEmpty { return }
            switch orders.first(where: { !$0.isOpening }) {
            case .stop(let reason): throw .stopped(reason)
            // The others are under way, and send again what is missing.
            case .start: return
            default: break
            }
            let now = steady.now
            guard now < deadline else {
                let names = Set(silent).union(missing).sorted().map(plan.name(of:))
                throw .notReady(
                    waitingFor: names.joined(separator: ", "),
                    after: options.startLimit)
            }
            if now >= nextGreeting {
                for other in silent { try greet(pair(with: other)) }
                nextGreeting = now + 1_000_000_000
            }
            try careIfDue(now)
            // Care may have made new ones.
            let dealers = outgoing.map { pairs[$0]?.dealer }
            var poller = try SocketWait(
                over: [hub, inbound, publisher] + dealers, options.simulation)
            try poller.pause(about: min(deadline, nextGreeting, nextCare) - now)
        }
    }

    func greet(_ pair: Pair) throws(LiveError) {
        // It says how far the peer's frames have come.
        try commit()
        _ = try pair.dealer?.send(pair.link.greeting())
    }

    /// Reads which processes have subscribed.
    private func drainSubscribers(_ missing: inout Set<Int>) throws(LiveError) {
        guard let publisher else { return }
        var frame = Frame()
        while try publisher.receive(into: &frame) != .nothing {
            let text = String(decoding: frame.copy.dropFirst(), as: UTF8.self)
            let parts = text.split(separator: "/")
            guard parts.count == 2, parts[0] == "ready", let subscriber = Int(parts[1]) else {
                continue
            }
            guard isSent(frame, by: subscriber) else { continue }
            missing.remove(subscriber)
        }
    }
}

extension ControlMessage {
    /// An opening waits until the process has found its place among the others again.
    fileprivate var isOpening: Bool {
        if case .open = self { true } else { false }
    }
}
