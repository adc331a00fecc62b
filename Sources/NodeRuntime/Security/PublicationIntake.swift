import ZeroMQ

/// Where publications come in.
///
/// With keys there is a socket for each publisher, since only the key that a socket connects to
/// says who is at the other end; without, one for all.
final class PublicationIntake {
    private struct Entry {
        /// Nil for all.
        let publisher: Int?
        var socket: SharedSocket
        /// What it is subscribed and connected to.
        var topics: [[UInt8]] = []
        var addresses: [(publisher: Int, address: String)] = []

        func isOf(_ process: Int) -> Bool { publisher == nil || publisher == process }
    }

    private var entries: [Entry]
    private let open: (_ publisher: Int?) throws(LiveError) -> SharedSocket

    /// Nil if nothing is subscribed to.
    init?(
        _ process: Int, of plan: LivePlan, _ gate: LinkGuard, _ options: LiveOptions
    ) throws(LiveError) {
        let publishers = Set(plan.subscriptions[process].map(\.publisher)).sorted()
        guard !publishers.isEmpty else { return nil }
        open = { publisher throws(LiveError) in
            try SharedSocket.open(
                .sub, in: gate.context, options,
                protection: publisher.flatMap { gate.connecting(to: $0) })
        }
        entries = []
        for publisher in gate.keys == nil ? [nil] : publishers.map(Optional.some) {
            entries.append(Entry(publisher: publisher, socket: try open(publisher)))
        }
    }

    var sockets: [SharedSocket?] { entries.map(\.socket) }

    func subscribe(to topic: [UInt8], of publisher: Int) throws(LiveError) {
        for place in entries.indices where entries[place].isOf(publisher) {
            entries[place].topics.append(topic)
            try entries[place].socket.subscribe(to: topic)
        }
    }

    func subscribeEverywhere(to topic: [UInt8]) throws(LiveError) {
        for place in entries.indices {
            entries[place].topics.append(topic)
            try entries[place].socket.subscribe(to: topic)
        }
    }

    func connect(to publisher: Int, at address: String) throws(LiveError) {
        for place in entries.indices where entries[place].isOf(publisher) {
            entries[place].addresses.append((publisher, address))
            try entries[place].socket.connect(address)
        }
    }

    /// Takes a new socket for what a process publishes.
    ///
    /// - Returns: the processes whose publications come over it.
    func renew(of publisher: Int) throws(LiveError) -> [Int] {
        var renewed: [Int] = []
        for place in entries.indices where entries[place].isOf(publisher) {
            let socket = try open(entries[place].publisher)
            for topic in entries[place].topics { try socket.subscribe(to: topic) }
            for (publisher, address) in entries[place].addresses {
                try socket.connect(address)
                renewed.append(publisher)
            }
            entries[place].socket = socket
        }
        return renewed
    }

    /// Takes the next publication, and tells who must have sent it; nil where nobody knows.
    ///
    /// - Parameter publisher: to look at, or wait for, its publications only.
    func receive(
        of publisher: Int?, into frame: inout Frame, mayWait: Bool
    ) throws(LiveError) -> (Receipt, sender: Int?) {
        for entry in entries {
            if let publisher, !entry.isOf(publisher) { continue }
            let receipt = try entry.socket.receive(into: &frame, mayWait: mayWait)
            if receipt != .nothing { return (receipt, entry.publisher) }
        }
        return (.nothing, nil)
    }
}
