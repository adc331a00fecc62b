import CPlatform
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
        /// Whether anything is ever sent there by itself, and where the peer takes it, once the
        /// hub has said so.
        let isLinked: Bool
        var address: String?
        /// Towards the peer; nil until it is needed.
        var dealer: SharedSocket?
        /// Message entries of this window.
        let entries = WireBuffer(capacity: 0)
        /// The peer's connection to our router, once it has been heard.
        var route: RoutingID?
        /// Whether the peer has answered our greeting.
        var isConfirmed = false
        /// Whether frames wait until it has, since it may have them from an earlier life.
        var awaitsAnswer = false
        /// Since when it has acknowledged no more than that, although there is something.
        var waiting: (since: Int64, acknowledged: UInt64)?
        /// How often the peer has been started, as far as its frames say.
        var epoch: UInt16 = 0

        init(process: Int, link: NumberedLink, isLinked: Bool) {
            self.process = process
            self.link = link
            self.isLinked = isLinked
        }
    }

    let plan: LivePlan
    let process: Int
    let options: LiveOptions
    let records: RecordForwarder
    package internal(set) var group: NodeGroup
    /// Handles the inputs of a process that computes for long; nil where this thread does.
    let worker: Worker?

    let gate: LinkGuard
    /// To the hub.
    var hub: SharedSocket
    /// Frames of peers come in here.
    let inbound: SharedSocket
    let publisher: SharedSocket?
    var intake: PublicationIntake?
    /// Watches everything that frames come from.
    var poller: SocketWait
    let steady: SteadyClock

    var control: NumberedLink
    /// Where this process stands with the hub.
    var session: HubSession
    /// Keeps what comes in; nil where a killed process does not come back.
    let store: RecoveryStore?
    /// Whether what an earlier life has taken in is being handled again: nothing is sent.
    var isReplaying = false
    var mortality: Mortality
    /// Whether an earlier life had been started.
    var isRecovered = false
    /// When the state was kept last, and what the way there from it costs.
    var pace = SnapshotPace()
    /// By process index; nil where nothing is exchanged.
    var pairs: [Pair?]
    /// The peers that must answer a greeting before the run starts.
    var outgoing: [Int] = []
    var publications: PublicationBook
    var subscriptions: SubscriptionBook
    var dispatches: DispatchBook
    /// Pairs with entries in this window, and those of them that have a frame to send.
    var dirty: [Int] = []
    var sending: [Int] = []

    var arrival = Envelope.Arrival()
    var pool = BufferPool()
    var faults: LinkFaults
    var statistics = ProcessStatistics()
    /// How the hub's clock goes beside ours (wall clock), how many answers there were, and when
    /// to ask again.
    var clockOffset = ClockOffset()
    var clockAnswers = 0
    var nextClockQuery: Int64 = .max
    /// Whether there is nothing left to do before the end (wall clock), and what had been handled
    /// when the hub was told so.
    var isAtEnd = false
    var eventsAtEnd: UInt64?
    /// Whether this thread may have the right to run at once.
    var isPrompt = true
    /// The entries of the hub's frame at hand.
    let orderBody = WireBuffer()
    /// Orders of the hub that have not been carried out, first come first.
    var orders: [ControlMessage] = []
    let isWall: Bool
    /// Inputs before this instant have been handled.
    var windowEnd = VirtualInstant(nanoseconds: .min)
    /// Nil until the hub has said anything: it may be the last to start.
    var lastHeardHub: Int64?
    /// When the socket to the hub was made, and when subscribers were last shown a sign of life.
    var hubRenewed: Int64
    /// When all subscriptions were made anew.
    var intakeRenewed: Int64
    var lastBeat: Int64 = 0
    var nextCare: Int64
    /// When to give memory back: coming back takes several times the size of the state, and what
    /// peers have yet to acknowledge.
    var trimAt: Int64?

    /// - Parameters:
    ///   - process: the index of this process in the plan.
    ///   - group: its nodes; their record sink is `records`.
    package init(
        plan: LivePlan, process: Int, group: NodeGroup, records: RecordForwarder,
        options: LiveOptions = LiveOptions()
    ) throws(LiveError) {
        raiseFileLimit()
        if options.simulation == nil { Self.settle(process, of: plan) }
        let links = plan.links[process]
        let gate = try LinkGuard(
            process, of: plan, options,
            sockets: max(64, links.count + plan.subscriptions[process].count + 16))
        let context = gate.context
        let hub = try SharedSocket.open(
            .dealer, in: context, options, protection: gate.connecting(to: plan.hub))
        let inbound = try SharedSocket.open(
            .router, in: context, options, protection: gate.listening(for: .direct))
        try gate.watch(inbound)
        let publications = PublicationBook(
            plan: plan, process: process, epoch: options.epoch, keep: options.keptPublications)
        let publisher =
            publications.isEmpty
            ? nil
            : try SharedSocket.open(
                .xpub, in: context, options, largest: 1 << 10,
                protection: gate.listening(for: .published))
        if let publisher { try gate.watch(publisher) }
        let intake = try PublicationIntake(process, of: plan, gate, options)
        poller = try SocketWait(
            over: [hub, inbound] + (intake?.sockets ?? []), options.simulation)
        steady = SteadyClock(simulation: options.simulation)
        self.plan = plan
        isWall = plan.isWall
        self.process = process
        self.options = options
        self.records = records
        var group = group
        worker =
            plan.processes[process].computesForLong
            ? try Worker(for: &group, beside: hub) : nil
        self.group = group
        self.gate = gate
        self.hub = hub
        self.inbound = inbound
        self.publisher = publisher
        self.intake = intake
        self.publications = publications
        subscriptions = SubscriptionBook(plan: plan, process: process)
        dispatches = DispatchBook(processes: plan.processes.count)
        control = Self.controlLink(of: process, plan, options)
        session = HubSession()
        store = try options.recovery.map { recovery throws(LiveError) in
            try RecoveryStore(of: "\(process)", in: recovery)
        }
        pairs = Array(repeating: nil, count: plan.processes.count)
        faults = options.faults
        mortality = options.mortality
        nextCare = steady.now
        hubRenewed = steady.now
        intakeRenewed = steady.now
        isPrompt = options.simulation == nil
    }

    /// Chooses how the system schedules this process; threads that it starts later follow.
    ///
    /// Virtual clock: many small processes that wake each other run half as fast again when the
    /// two threads of each share a core, since waking across cores is dear and caches stay warm.
    /// Wall clock: being on time is all that counts, so ask for the right to run at once; without
    /// that right, the lateness that is measured says what it cost.
    private static func settle(_ process: Int, of plan: LivePlan) {
        guard !plan.processes[process].computesForLong else { return }
        if plan.isWall {
            _ = edgeflock_be_prompt(1)
        } else if plan.processes.count >= 4 * Int(edgeflock_cores()) {
            _ = edgeflock_stay_on_core(Int32(process))
        }
    }

    /// Takes part in the run from the first word to the last.
    ///
    /// - Returns: why the run ended.
    package func run() throws(LiveError) -> StopReason {
        if options.endsWithInput { EndOfInput.endsProcess() }
        do throws(LiveError) {
            let reason = try takePart()
            try sayFarewell(reason)
            return reason
        } catch {
            reportFailure(error)
            throw error
        }
    }

    static func controlLink(
        of process: Int, _ plan: LivePlan, _ options: LiveOptions
    ) -> NumberedLink {
        NumberedLink(
            kind: .control, run: plan.run, process: process, epoch: options.epoch,
            credits: options.credits)
    }

    private func takePart() throws(LiveError) -> StopReason {
        do throws(LiveError) {
            try hub.connect(plan.hubAddress().description)
            try recover()
            try store?.log.prepare()
            let origin = try getReady()
            switch plan.clock {
            case .virtual: return try runWindows()
            case .wall(let speed, _): return try runWall(speed: speed, origin: origin)
            }
        } catch .stopped(let reason) {
            return reason
        }
    }

    /// What the process knows of another, made when it is first needed.
    func pair(with other: Int) -> Pair {
        if let pair = pairs[other] { return pair }
        let link = NumberedLink(
            kind: .messages, run: plan.run, process: process, epoch: options.epoch,
            credits: options.credits)
        let pair = Pair(
            process: other, link: link, isLinked: plan.links[process].contains(other))
        pairs[other] = pair
        return pair
    }
}
