package import Messaging
import SimulationKernel
import ZeroMQ

/// Runs the nodes of one process of a live run, over ZeroMQ, on the calling thread.
///
/// The thread owns every socket. It waits in one place at a time, never without a limit, and a
/// limit that is reached says what was waited for. Sockets and guarantees: docs/PROTOCOL.md.
package final class LiveDriver {
    /// What this process has with another.
    final class Pair {
        let process: Int
        var link: NumberedLink
        /// Towards the peer; nil if nothing is ever sent there.
        let dealer: SharedSocket?
        /// The peer's connection to our router, once it has been heard.
        var route: RoutingID?
        /// Whether the peer has answered our greeting.
        var isConfirmed = false

        init(process: Int, link: NumberedLink, dealer: SharedSocket?) {
            self.process = process
            self.link = link
            self.dealer = dealer
        }
    }

    let plan: LivePlan
    let process: Int
    let options: LiveOptions
    let records: RecordForwarder
    package internal(set) var group: NodeGroup

    let context: Context
    /// To the hub.
    let hub: SharedSocket
    /// Frames of peers come in here.
    let inbound: SharedSocket
    let publisher: SharedSocket?
    let subscriber: SharedSocket?
    /// Watches the hub only: what peers send while nothing is due can wait.
    var idlePoller: Poller
    /// Watches everything that frames come from.
    var busyPoller: Poller

    var control: NumberedLink
    /// By process index; nil where nothing is exchanged.
    var pairs: [Pair?]
    /// The indices of pairs that we send to.
    var outgoing: [Int] = []
    var publications: PublicationBook
    var subscriptions: SubscriptionBook
    var dispatches: DispatchBook
    /// Pairs with a frame being filled.
    var dirty: [Int] = []

    var frame = Frame()
    var stops: [Envelope.Stop] = []
    var pool = BufferPool()
    var faults: LinkFaults
    var statistics = ProcessStatistics()
    var lateness = LatencyHistogram()
    /// Orders of the hub that have not been carried out, first come first.
    var orders: [ControlMessage] = []
    /// Inputs before this instant have been handled.
    var windowEnd = VirtualInstant(nanoseconds: .min)
    var lastHeardHub: Int64
    var nextCare: Int64

    /// - Parameters:
    ///   - process: the index of this process in the plan.
    ///   - group: its nodes; their record sink is `records`.
    package init(
        plan: LivePlan, process: Int, group: NodeGroup, records: RecordForwarder,
        options: LiveOptions = LiveOptions()
    ) throws(LiveError) {
        raiseFileLimit()
        let links = plan.links[process]
        let context = try withSockets { () throws(ZeroMQError) in
            try Context(maximumSockets: Int32(max(64, links.count + 16)))
        }
        let hub = try SharedSocket(
            .dealer, in: context, options, largest: WireLimits.largestFrame)
        let inbound = try SharedSocket(
            .router, in: context, options, largest: WireLimits.largestFrame)
        let publications = PublicationBook(
            plan: plan, process: process, keep: options.keptPublications)
        let publisher =
            publications.isEmpty
            ? nil : try SharedSocket(.xpub, in: context, options, largest: 1 << 10)
        let subscriber =
            plan.subscriptions[process].isEmpty
            ? nil
            : try SharedSocket(.sub, in: context, options, largest: WireLimits.largestFrame)
        idlePoller = try Self.poller(over: [hub])
        busyPoller = try Self.poller(over: [hub, inbound, subscriber])
        self.plan = plan
        self.process = process
        self.options = options
        self.records = records
        self.group = group
        self.context = context
        self.hub = hub
        self.inbound = inbound
        self.publisher = publisher
        self.subscriber = subscriber
        self.publications = publications
        subscriptions = SubscriptionBook(plan: plan, process: process)
        dispatches = DispatchBook(processes: plan.processes.count)
        control = NumberedLink(
            kind: .control, run: plan.run, process: process, credits: options.credits)
        pairs = Array(repeating: nil, count: plan.processes.count)
        faults = options.faults
        lastHeardHub = MonotonicClock.now
        nextCare = lastHeardHub
    }

    static func poller(over sockets: [SharedSocket?]) throws(LiveError) -> Poller {
        try withSockets { () throws(ZeroMQError) in
            var poller = try Poller()
            for case let shared? in sockets { _ = poller.add(shared.socket) }
            return poller
        }
    }

    /// Takes part in the run from the first word to the last.
    ///
    /// - Returns: why the run ended.
    package func run() throws(LiveError) -> StopReason {
        if options.endsWithInput { EndOfInput.endsProcess() }
        do throws(LiveError) {
            return try takePart()
        } catch {
            reportFailure(error)
            throw error
        }
    }

    private func takePart() throws(LiveError) -> StopReason {
        let origin = try getReady()
        let reason: StopReason
        switch plan.clock {
        case .virtual: reason = try runWindows()
        case .wall(let speed, _): reason = try runWall(speed: speed, origin: origin)
        }
        try sayFarewell()
        return reason
    }

    /// What the process knows of another, made when it is first needed.
    func pair(with other: Int) -> Pair {
        if let pair = pairs[other] { return pair }
        let pair = Pair(process: other, link: directLink(), dealer: nil)
        pairs[other] = pair
        return pair
    }

    func directLink() -> NumberedLink {
        NumberedLink(kind: .messages, run: plan.run, process: process, credits: options.credits)
    }
}
