package import Messaging
package import SimulationKernel
import ZeroMQ

/// Which processes a live run has, which nodes live in them, and who talks to whom.
///
/// Every process of a run works this out for itself from the same topology, so the plans are equal.
package struct LivePlan: Sendable {
    /// Drawn for every launch; frames of another run are counted and dropped.
    package let run: UInt64
    package let transport: Transport
    /// In order of their process indices; the hub is not among them and has the next index.
    package let processes: [Process]
    package let publications: [Publication]
    package let clock: Clock
    /// The last instant of the run; inputs due then are still handled.
    package let end: VirtualInstant

    /// The process that a node lives in, by node index.
    package let processOfNode: [Int]
    /// The processes that each process sends to directly, ascending.
    package let links: [[Int]]
    /// By publication, the processes elsewhere that have a subscriber, ascending.
    let subscribers: [[Int]]
    /// By process, what it has to subscribe to and which process publishes that.
    let subscriptions: [[Subscription]]
    /// By node index, the kinds of messages that it sends.
    let kinds: [MessageKinds]
    /// By node index, how soon something can follow for others from what it takes in.
    package let consequences: [Consequences]

    struct Subscription: Sendable {
        var topic: Topic
        var publisher: Int
    }

    package struct Process: Sendable {
        /// For messages to people, such as `bs7` or `stations 0-49`.
        package var name: String
        package var nodes: [NodeIndex]
        /// An input at time t makes these nodes send nothing to other processes for an instant
        /// before t + lookahead: the least delay of the links that leave the process.
        package var lookahead: VirtualDuration
        /// How long the process may be silent before it is taken for dead; longer than any one
        /// input takes to handle, unless it computes for long.
        package var patience: Duration
        /// Whether the process computes for long at a time, such as a learner: a worker thread
        /// handles its inputs, and it is not kept on one core and gets no priority, since it
        /// would take that core from the others.
        package var computesForLong: Bool

        package init(
            name: String, nodes: [NodeIndex], lookahead: VirtualDuration,
            patience: Duration = .seconds(6), computesForLong: Bool = false
        ) {
            self.name = name
            self.nodes = nodes
            self.lookahead = lookahead
            self.patience = patience
            self.computesForLong = computesForLong
        }
    }

    /// What a node publishes, and the nodes that may be among its subscribers.
    package struct Publication: Sendable {
        package var topic: Topic
        package var subscribers: [NodeIndex]

        package init(topic: Topic, subscribers: [NodeIndex]) {
            self.topic = topic
            self.subscribers = subscribers
        }
    }

    /// How processes reach each other.
    package enum Transport: Hashable, Sendable {
        /// Unix sockets in a directory of one machine; keep its path short (at most 90 bytes).
        case ipc(directory: String)
        /// Ports `firstPort ... firstPort + 2 x processes` of one address, all of them below the
        /// range from which the system draws the ports of outgoing connections.
        case tcp(host: String, firstPort: UInt16)
        /// Unix sockets in a directory, each reached by way of a proxy that listens at the port
        /// that the socket would have with `tcp`.
        case proxied(directory: String, firstPort: UInt16)
        /// Processes on several hosts: where each listens, the hub last.
        case hosts([Site])

        /// The version of the library that carries the messages.
        package static var libraryVersion: String { Context.libraryVersion }
    }

    /// Where a process listens: at a port of an address, and the next one.
    package struct Site: Hashable, Sendable {
        /// An IPv4 address, or a name that the other hosts know.
        package var address: String
        package var port: Int

        package init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    package enum Clock: Hashable, Sendable {
        /// As fast as it goes; the same result as in one process, byte for byte.
        case virtual
        /// `speed` virtual seconds pass in a second; `leastDelay` is that of any emulated link,
        /// the measure for how late a delivery may be.
        case wall(speed: Double, leastDelay: VirtualDuration)
    }

    /// - Parameters:
    ///   - routes: by node index, the nodes that it may send to directly.
    ///   - kinds: by node index, what it sends; nil where that is not limited.
    ///   - consequences: by node index; nil where something may always follow at once.
    package init(
        run: UInt64, transport: Transport, processes: [Process], routes: [[NodeIndex]],
        publications: [Publication], clock: Clock, end: VirtualInstant,
        kinds: [MessageKinds]? = nil, consequences: [Consequences]? = nil
    ) {
        self.run = run
        self.transport = transport
        self.processes = processes
        self.publications = publications
        self.clock = clock
        self.kinds = kinds ?? Array(repeating: .all, count: routes.count)
        self.consequences = consequences ?? Array(repeating: Consequences(), count: routes.count)
        self.end = end
        var processOfNode = [Int](repeating: -1, count: routes.count)
        for (index, process) in processes.enumerated() {
            for node in process.nodes {
                precondition(processOfNode[Int(node)] < 0, "node \(node) is in two processes")
                processOfNode[Int(node)] = index
            }
        }
        precondition(!processOfNode.contains(-1), "a node is in no process: \(processOfNode)")
        self.processOfNode = processOfNode
        links = processes.enumerated().map { index, process in
            Self.others(process.nodes.flatMap { routes[Int($0)] }, than: index, processOfNode)
        }
        var subscribers: [[Int]] = []
        var subscriptions = processes.map { _ in [Subscription]() }
        for publication in publications {
            let home = processOfNode[Int(publication.topic.publisher)]
            let others = Self.others(publication.subscribers, than: home, processOfNode)
            subscribers.append(others)
            for process in others {
                subscriptions[process].append(
                    Subscription(topic: publication.topic, publisher: home))
            }
        }
        self.subscribers = subscribers
        self.subscriptions = subscriptions
    }

    package var hub: Int { processes.count }

    /// No process runs further ahead of another than this, under the virtual clock.
    private static let longestLead = VirtualDuration.milliseconds(250)

    /// How long what one process does takes to reach another, over whatever processes.
    package var leastDelays: LeastDelays {
        var receivers = links
        for (publication, subscribers) in zip(publications, subscribers) {
            receivers[processOfNode[Int(publication.topic.publisher)]] += subscribers
        }
        return LeastDelays(
            lookaheads: processes.map(\.lookahead), receivers: receivers,
            atMost: Self.longestLead)
    }

    var isWall: Bool {
        if case .wall = clock { true } else { false }
    }

    /// What to call a process, the hub included.
    func name(of process: Int) -> String {
        process == hub ? "hub" : processes[process].name
    }

    /// The processes whose addresses a process needs, ascending.
    func peers(of process: Int) -> [Int] {
        Set(links[process] + subscriptions[process].map(\.publisher)).sorted()
    }

    private static func others(
        _ nodes: [NodeIndex], than process: Int, _ processOfNode: [Int]
    ) -> [Int] {
        Set(nodes.map { processOfNode[Int($0)] }).subtracting([process]).sorted()
    }
}
