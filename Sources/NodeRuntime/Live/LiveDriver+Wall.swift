import CPlatform
import Messaging
import SimulationKernel

/// The wall clock: inputs are handled when they are due, and how late that was is measured.
extension LiveDriver {
    /// How long before an input is due the thread wakes, to be there on time: what a processor
    /// needs to come back from sleep, nanoseconds.
    private static let earliness: Int64 = 150_000
    /// So late, nanoseconds of real time, there is no hope of being on time: others may run first.
    private static let hopeless: Int64 = 100_000_000

    /// - Parameters:
    ///   - speed: virtual seconds per second.
    ///   - origin: what the monotonic clock reads at virtual time 0.
    func runWall(speed: Double, origin: Int64) throws(LiveError) -> StopReason {
        let clock = Timekeeper(origin: origin, speed: speed)
        // Being early costs computing time, which many processes on few cores do not have.
        let earliness =
            plan.processes.count <= 4 * Int(edgeflock_cores()) ? Self.earliness : 0
        closeOutgoing()
        try sendOutgoing()
        while true {
            try drainControl()
            try drainDirect()
            try drainPublished()
            if case .stop(let reason)? = orders.first { return reason }
            let now = MonotonicClock.now
            let instant = clock.instant(at: now)
            if instant > plan.end && group.nextTime > plan.end { return .finished }
            try handleInputs(upTo: min(instant, plan.end), clock)
            closeOutgoing()
            try sendOutgoing()
            try careIfDue(now)
            let due = clock.reading(at: min(group.nextTime, plan.end))
            let wait = min(due - earliness, nextCare) - MonotonicClock.now
            if wait > 0 {
                try poller.pause(nanoseconds: wait)
            } else {
                while MonotonicClock.now < min(due, nextCare) {}
            }
        }
    }

    private func handleInputs(
        upTo instant: VirtualInstant, _ clock: Timekeeper
    ) throws(LiveError) {
        // A bounded batch: whatever has become due meanwhile waits until messages were sent.
        var handled = 0
        while group.nextTime <= instant, handled < 1_000 {
            let late = clock.instant(at: MonotonicClock.now) - group.nextTime
            lateness.record(nanoseconds: max(0, late.nanoseconds))
            if isPrompt, Double(late.nanoseconds) > Double(Self.hopeless) * clock.speed {
                isPrompt = false
                _ = edgeflock_be_prompt(0)
            }
            group.step()
            handled += 1
        }
        if records.size > 64 << 10 { try flushControl() }
    }
}

/// Virtual time as a straight line over the machine's steady clock.
struct Timekeeper: Sendable {
    /// What the monotonic clock reads at virtual time 0, nanoseconds.
    let origin: Int64
    /// Virtual seconds per second.
    let speed: Double

    func instant(at reading: Int64) -> VirtualInstant {
        VirtualInstant(nanoseconds: Int64((Double(reading - origin) * speed).rounded()))
    }

    /// When the clock reads this instant; `.max` if that is out of reach.
    func reading(at instant: VirtualInstant) -> Int64 {
        let elapsed = (Double(instant.nanoseconds) / speed).rounded(.up)
        return elapsed < 4e18 ? origin + Int64(elapsed) : .max
    }
}
