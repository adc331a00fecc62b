import CPlatform
import Messaging
import SimulationKernel

/// The wall clock: inputs are handled when they are due, and how late that was is measured.
extension LiveDriver {
    /// How long before an input is due the thread stops sleeping, to be there on time: what a
    /// processor needs to come back from sleep, nanoseconds.
    private static let earliness: Int64 = 150_000
    /// So late, nanoseconds of real time, there is no hope of being on time: others may run first.
    private static let hopeless: Int64 = 100_000_000

    /// - Parameters:
    ///   - speed: virtual seconds per second.
    ///   - origin: what the hub's clock reads at virtual time 0.
    func runWall(speed: Double, origin: Int64) throws(LiveError) -> StopReason {
        var clock = Timekeeper(origin: origin, speed: speed, by: steady)
        clock.skew = options.clockSkew
        // Being early costs computing time, which many processes on few cores do not have. Simulated
        // time stands still meanwhile.
        let isRoomy = plan.processes.count <= 4 * Int(edgeflock_cores())
        let earliness = isRoomy && options.simulation == nil ? Self.earliness : 0
        closeOutgoing()
        try sendOutgoing()
        while true {
            try drainControl()
            try drainDirect()
            try drainPublished()
            if case .stop(let reason)? = orders.first { return reason }
            clock.offset = clockOffset.offset
            try handleInputs(upTo: min(clock.now, plan.end), clock)
            closeOutgoing()
            try sendOutgoing()
            try mortality.strike()
            try keepStateIfDue()
            try sayIfAtEnd(clock)
            let now = steady.now
            try careIfDue(now)
            // Close to the time it goes round and round: what comes meanwhile is seen at once.
            let due =
                isAtEnd ? .max : clock.reading(at: min(group.nextTime, plan.end)) - clock.reading
            let wait = min(due - earliness, nextCare - now)
            if wait > 0 { try poller.pause(nanoseconds: wait) }
        }
    }

    private func handleInputs(
        upTo instant: VirtualInstant, _ clock: Timekeeper
    ) throws(LiveError) {
        guard group.nextTime <= instant else { return }
        let late = clock.now - group.nextTime
        if isPrompt, Double(late.nanoseconds) > Double(Self.hopeless) * clock.speed {
            isPrompt = false
            _ = edgeflock_be_prompt(0)
        }
        let began = steady.now
        let steps = group.steps
        // A bounded batch: whatever has become due meanwhile waits until messages were sent.
        if let worker {
            try letWork(.due(instant, clock), by: worker)
        } else {
            group.run(upTo: instant, atMost: Worker.batch, by: clock)
        }
        pace.worked += steady.now - began
        noteHandled(group.steps - steps)
        try mortality.strike()
        // Nobody learns what follows from them before that is sure to come again.
        try commit()
        if records.size > 64 << 10 { try flushControl() }
    }

    // MARK: The end

    /// Tells the hub when there is nothing left to do here, and when there is again: others may
    /// still send what is late, so it is the hub that ends the run.
    private func sayIfAtEnd(_ clock: Timekeeper) throws(LiveError) {
        isAtEnd = clock.now >= plan.end && group.nextTime > plan.end
        let isDone =
            isAtEnd && !pairs.contains { $0?.link.outbox.hasUnacknowledged ?? false }
        guard isDone ? eventsAtEnd != group.events : eventsAtEnd != nil else { return }
        eventsAtEnd = isDone ? group.events : nil
        let next = isDone ? group.nextTime : plan.end
        tell(.done(WindowReport(window: group.events, next: next, sent: [])))
        try flushControl()
    }

    // MARK: The hub's clock

    /// Asks for the hub's clock until the two can be compared.
    func alignClock(before deadline: Int64) throws(LiveError) {
        while !clockOffset.isKnown {
            let answers = clockAnswers
            askForClock()
            try flushControl()
            while clockAnswers == answers {
                try lookAround()
                if case .stop(let reason)? = orders.first { throw .stopped(reason) }
                let now = steady.now
                guard now < deadline else {
                    throw .notReady(
                        waitingFor: "the hub's clock", after: options.startLimit)
                }
                if clockAnswers == answers {
                    try poller.pause(about: min(deadline, nextCare) - now)
                }
            }
        }
    }

    /// Puts the question into the next frame to the hub.
    func askForClock() {
        nextClockQuery = steady.now + options.heartbeatInterval.nanoseconds
        tell(.clockQuery(sent: options.clockSkew.reading(at: steady.now)))
    }

    func take(_ exchange: ClockExchange) {
        let reading = options.clockSkew.reading(at: steady.now)
        clockOffset.add(exchange, returned: reading)
        clockAnswers += 1
    }
}
