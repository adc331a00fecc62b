import Messaging
import SimulationKernel

/// The wall clock: inputs are handled when they are due, and how late that was is measured.
extension LiveDriver {
    /// - Parameters:
    ///   - speed: virtual seconds per second.
    ///   - origin: what the monotonic clock reads at virtual time 0.
    func runWall(speed: Double, origin: Int64) throws(LiveError) -> StopReason {
        let clock = Timekeeper(origin: origin, speed: speed)
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
            try poller.pause(nanoseconds: min(due, nextCare) - MonotonicClock.now)
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
