import Messaging
package import SimulationKernel
import ZeroMQ

/// What the hub finds that whoever watches over the processes should know.
package enum HubNews: Hashable, Sendable {
    /// A process has been silent for too long: somebody should start it again.
    case silent(String)
    /// A process that was started again is there again.
    case returned(String)
}

/// The hub of a live run: brings the processes together, drives the windows, keeps the records.
///
/// It runs on the calling thread and never waits without a limit. Whatever happens to a process,
/// the hub ends the run in order with what it has.
package final class LiveHub {
    /// What the hub has with one process.
    struct Member {
        var link: NumberedLink
        /// The process's connection to our router, once it has been heard.
        var route: RoutingID?
        var address: PeerAddress?
        /// How often it has been started, as far as it is known.
        var epoch: UInt16 = 0
        /// Message entries that wait for the next opening.
        var relayed = WireBuffer(capacity: 0)
        /// The opening that it has not reported, and the message entries that went with it.
        var opening: WindowOpening?
        var delivered = WireBuffer(capacity: 0)
        /// Windows that it has reported, and records that it has given.
        var reports: UInt64 = 0
        var records: UInt64 = 0
        var lastHeard: Int64 = 0
        /// When it was last asked for, having been silent.
        var askedFor: Int64 = 0
        /// How far it has computed, and when that was new.
        var progress: (steps: UInt64, at: Int64) = (0, 0)
        var farewell: ProcessStatistics?
        /// Whether there is nothing left to do for it, as far as it has said (wall clock).
        var isAtEnd = false
        /// Set when the process is taken for dead: nothing more is expected of it.
        var isDead = false
    }

    let plan: LivePlan
    let options: LiveOptions
    let sink: any RecordSink
    let gate: LinkGuard
    let router: SharedSocket
    var members: [Member]
    var barrier: ReadinessBarrier
    var clock: WindowClock
    var pool = BufferPool()
    var faults: LinkFaults
    var nextCare: Int64 = 0
    /// When it was last asked whether the run should end, and looked for dead processes.
    var lastAsked: Int64 = 0
    var lastChecked: Int64 = 0
    /// When the time is noted next (wall clock).
    var nextTimeNote: Int64 = 0
    /// Frames that made no sense or came from elsewhere.
    var malformedFrames: UInt64 = 0
    var fencedFrames: UInt64 = 0
    var refusals = Refusals()
    /// What the monotonic clock reads at virtual time 0 of a wall-clock run.
    var origin: Int64 = 0
    /// When a process last said whether there is something left to do for it.
    var lastAtEnd: Int64 = 0
    /// The same when all processes were ready, perhaps in an earlier life of the hub.
    var started: Int64?
    var stage = Stage.gathering
    /// Keeps what comes in; nil where a killed hub does not come back.
    let store: RecoveryStore?
    /// Whether what an earlier life has taken in is being handled again: nothing is sent.
    var isReplaying = false
    /// The entries of the control frame at hand.
    let body = WireBuffer()
    /// Message entries among them, which count with the report that follows them.
    var relays: [(to: Int, place: Range<Int>)] = []
    var mortality: Mortality
    let steady: SteadyClock
    private let onNews: (HubNews) -> Void
    private var outcome: LiveOutcome

    /// - Parameter sink: where all records of all processes go, in the order of their arrival.
    package init(
        plan: LivePlan, sink: any RecordSink, options: LiveOptions = LiveOptions(),
        onNews: @escaping (HubNews) -> Void = { _ in }
    ) throws(LiveError) {
        raiseFileLimit()
        let gate = try LinkGuard(plan.hub, of: plan, options, sockets: 1_000)
        let router = try SharedSocket.open(
            .router, in: gate.context, options, protection: gate.listening(for: .control))
        try gate.watch(router)
        self.plan = plan
        self.options = options
        self.sink = sink
        self.gate = gate
        self.router = router
        self.onNews = onNews
        steady = SteadyClock(simulation: options.simulation)
        store = try options.recovery.map { recovery throws(LiveError) in
            try RecoveryStore(of: "hub", in: recovery)
        }
        members = plan.processes.map { _ in Member(link: Self.link(plan, options)) }
        barrier = ReadinessBarrier(processes: plan.processes.count)
        clock = WindowClock(delays: plan.leastDelays, end: plan.end)
        faults = options.faults
        mortality = options.mortality
        outcome = LiveOutcome(
            ending: .finished, statistics: Array(repeating: nil, count: plan.processes.count))
    }

    /// How far the run has come.
    enum Stage: Int, Comparable {
        /// Not every process has said where it is, or that it is ready.
        case gathering, connecting
        case running
        case dismissing

        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    static func link(_ plan: LivePlan, _ options: LiveOptions) -> NumberedLink {
        NumberedLink(
            kind: .control, run: plan.run, process: plan.hub, epoch: options.epoch,
            credits: options.credits)
    }

    func tell(_ news: HubNews) { onNews(news) }

    /// Runs to the end, or until `shouldStop` says so; it is asked about ten times a second,
    /// with the virtual time that all processes have reached.
    package func run(shouldStop: (_ now: VirtualInstant) -> Bool) -> LiveOutcome {
        if options.endsWithInput { EndOfInput.endsProcess() }
        let began = steady.now
        do throws(LiveError) {
            try router.bind(plan.hubEndpoint())
            try recover()
            try store?.log.prepare()
            if stage < .running { try getReady(shouldStop) }
            switch plan.clock {
            case .virtual: try driveWindows(shouldStop)
            case .wall(let speed, _): try driveWall(speed: speed, shouldStop)
            }
        } catch .stopped {
            outcome.ending = .interrupted
        } catch {
            outcome.ending = .aborted(error)
        }
        let now = steady.now
        let started = started ?? now
        outcome.startTime = .nanoseconds(started - began)
        outcome.runTime = .nanoseconds(now - started)
        if case .aborted(.killed) = outcome.ending { return outcome }
        do throws(LiveError) { try dismiss() } catch {
            if case .finished = outcome.ending { outcome.ending = .aborted(error) }
        }
        sumUp()
        return outcome
    }

    private func sumUp() {
        outcome.windows = clock.windows
        if let first = options.recovery?.firstEpoch {
            let epochs = members.map(\.epoch) + [options.epoch]
            outcome.restarts = epochs.reduce(0) { $0 + RecoveryPlan.restarts(to: $1, from: first) }
        }
        try? gate.count(in: &refusals)
        outcome.hubRefusals = refusals
        outcome.hubMalformedFrames = malformedFrames
        for process in members.indices {
            outcome.statistics[process] = members[process].farewell
            guard let farewell = members[process].farewell else { continue }
            outcome.decisionLatency.add(farewell.decisionTimes)
            outcome.lateness.add(farewell.lateness)
        }
    }

    /// What the processes are told at the end.
    var stopReason: StopReason {
        switch outcome.ending {
        case .finished: .finished
        case .interrupted: .interrupted
        case .aborted: .aborted
        }
    }
}
