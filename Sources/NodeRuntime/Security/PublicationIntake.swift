import ZeroMQ

/// Where publications come in.
///
/// With keys there is a socket for each publisher, since only the key that a socket connects to
/// says who is at the other end; without, one for all.
struct PublicationIntake {
    private struct Entry {
        /// Nil for all.
        let publisher: Int?
        let socket: SharedSocket

        func isOf(_ process: Int) -> Bool { publisher == nil || publisher == process }

        func subscribe(to topic: [UInt8]) throws(LiveError) {
            try socket.subscribe(to: topic)
        }
    }

    private let entries: [Entry]

    /// Nil if nothing is subscribed to.
    init?(
        _ process: Int, of plan: LivePlan, _ gate: LinkGuard, _ options: LiveOptions
    ) throws(LiveError) {
        let publishers = Set(plan.subscriptions[process].map(\.publisher)).sorted()
        guard !publishers.isEmpty else { return nil }
        guard gate.keys != nil else {
            let socket = try SharedSocket.open(.sub, in: gate.context, options)
            entries = [Entry(publisher: nil, socket: socket)]
            return
        }
        var entries: [Entry] = []
        for publisher in publishers {
            let socket = try SharedSocket.open(
                .sub, in: gate.context, options, protection: gate.connecting(to: publisher))
            entries.append(Entry(publisher: publisher, socket: socket))
        }
        self.entries = entries
    }

    var sockets: [SharedSocket?] { entries.map(\.socket) }

    func subscribe(to topic: [UInt8], of publisher: Int) throws(LiveError) {
        for entry in entries where entry.isOf(publisher) { try entry.subscribe(to: topic) }
    }

    func subscribeEverywhere(to topic: [UInt8]) throws(LiveError) {
        for entry in entries { try entry.subscribe(to: topic) }
    }

    func connect(to publisher: Int, at address: String) throws(LiveError) {
        for entry in entries where entry.isOf(publisher) { try entry.socket.connect(address) }
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
