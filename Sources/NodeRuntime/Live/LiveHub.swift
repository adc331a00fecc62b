import Messaging
package import SimulationKernel
import ZeroMQ

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
        /// Message entries that wait for the next opening.
        let relayed = WireBuffer(capacity: 0)
        var lastHeard: Int64 = 0
        /// How far it has computed, and when that was new.
        var progress: (steps: UInt64, at: Int64) = (0, 0)
        var farewell: ProcessStatistics?
        /// Set when the process is taken for dead: nothing more is expected of it.
        var isDead = false
    }

    let plan: LivePlan
    let options: LiveOptions
    let sink: any RecordSink
    private let context: Context
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
    /// Frames that made no sense or came from elsewhere.
    var malformedFrames: UInt64 = 0
    /// What the monotonic clock reads at virtual time 0 of a wall-clock run.
    var origin: Int64 = 0
    private var outcome: LiveOutcome

    /// - Parameter sink: where all records of all processes go, in the order of their arrival.
    package init(
        plan: LivePlan, sink: any RecordSink, options: LiveOptions = LiveOptions()
    ) throws(LiveError) {
        raiseFileLimit()
        let context = try withSockets { () throws(ZeroMQError) in try Context() }
        let router = try SharedSocket(.router, in: context, options)
        self.plan = plan
        self.options = options
        self.sink = sink
        self.context = context
        self.router = router
        members = plan.processes.map { _ in
            Member(
                link: NumberedLink(
                    kind: .control, run: plan.run, process: plan.hub, credits: options.credits))
        }
        barrier = ReadinessBarrier(processes: plan.processes.count)
        clock = WindowClock(lookaheads: plan.processes.map(\.lookahead), end: plan.end)
        faults = options.faults
        outcome = LiveOutcome(
            ending: .finished, statistics: Array(repeating: nil, count: plan.processes.count))
    }

    /// Runs to the end, or until `shouldStop` says so; it is asked about ten times a second,
    /// with the virtual time that all processes have reached.
    package func run(shouldStop: (_ now: VirtualInstant) -> Bool) -> LiveOutcome {
        if options.endsWithInput { EndOfInput.endsProcess() }
        let began = MonotonicClock.now
        var started = began
        do throws(LiveError) {
            try router.bind(plan.hubEndpoint())
            try getReady(shouldStop)
            started = MonotonicClock.now
            switch plan.clock {
            case .virtual: try driveWindows(shouldStop)
            case .wall(let speed, _): try driveWall(speed: speed, shouldStop)
            }
        } catch .stopped {
            outcome.ending = .interrupted
        } catch {
            outcome.ending = .aborted(error)
        }
        outcome.startTime = .nanoseconds(started - began)
        outcome.runTime = .nanoseconds(MonotonicClock.now - started)
        do throws(LiveError) { try dismiss() } catch {
            if case .finished = outcome.ending { outcome.ending = .aborted(error) }
        }
        sumUp()
        return outcome
    }

    private func sumUp() {
        outcome.windows = clock.window
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
