import Messaging
import SimulationKernel

/// The virtual clock: the hub opens windows, the process handles what is due in them.
extension LiveDriver {
    func runWindows() throws(LiveError) -> StopReason {
        windowEnd = .zero
        try report(window: 0)
        while true {
            switch try nextOrder() {
            case .open(let opening):
                guard try hold(opening.expected) else { continue }
                try handleInputs(before: opening.end)
                windowEnd = opening.end
                statistics.windows += 1
                try report(window: opening.window)
            case .stop(let reason):
                return reason
            case let other:
                throw .violation("the hub orders \(other) during the run")
            }
        }
    }

    /// Sends what the window has brought, then says so.
    private func report(window: UInt64) throws(LiveError) {
        try flushOutgoing()
        tell(
            .done(
                WindowReport(window: window, next: group.nextTime, sent: dispatches.take())))
        try flushControl()
    }

    /// Waits for the hub. Only the hub: what peers send meanwhile is looked at now and then, so
    /// that their frames do not wake a process that has nothing to do yet.
    private func nextOrder() throws(LiveError) -> ControlMessage {
        while true {
            try drainControl()
            if !orders.isEmpty { return orders.removeFirst() }
            let now = MonotonicClock.now
            if now >= nextCare {
                try drainDirect()
                try drainPublished()
                try care(now)
            }
            try idlePoller.pause(nanoseconds: nextCare - now)
        }
    }

    /// Waits until so many frames of each sender have arrived.
    ///
    /// - Returns: whether they have; if not, the hub has ordered an end meanwhile.
    private func hold(_ expected: [WindowOpening.Expectation]) throws(LiveError) -> Bool {
        guard !expected.isEmpty else { return true }
        let began = MonotonicClock.now
        var asked = began
        while true {
            try drainDirect()
            try drainPublished()
            guard let missing = expected.first(where: { !isHeld($0) }) else { return true }
            let now = MonotonicClock.now
            if now - asked >= options.resendInterval.nanoseconds {
                asked = now
                for expectation in expected { try askAgain(for: expectation, now) }
            }
            guard now - began < options.frameLimit.nanoseconds else {
                throw .missingFrames(
                    from: plan.name(of: Int(missing.sender)),
                    seconds: options.frameLimit.components.seconds)
            }
            try drainControl()
            if case .stop? = orders.first { return false }
            try careIfDue(now)
            let next = min(nextCare, asked + options.resendInterval.nanoseconds)
            try busyPoller.pause(nanoseconds: next - now)
        }
    }

    private func isHeld(_ expectation: WindowOpening.Expectation) -> Bool {
        let sender = Int(expectation.sender)
        guard sender < pairs.count else { return false }
        let direct = pairs[sender]?.link.inbox.received ?? 0
        return direct >= expectation.direct
            && subscriptions.received[sender] >= expectation.published
    }

    private func askAgain(
        for expectation: WindowOpening.Expectation, _ now: Int64
    ) throws(LiveError) {
        let sender = Int(expectation.sender)
        guard sender < pairs.count else { return }
        if let pair = pairs[sender], pair.link.inbox.received < expectation.direct {
            try ask(pair, now: now)
        }
        if subscriptions.received[sender] < expectation.published {
            for topic in subscriptions.topics(of: sender) { askAgain(for: topic, now: now) }
            try flushControl()
        }
    }

    /// Handles inputs and lets the hub see life meanwhile.
    func handleInputs(before end: VirtualInstant) throws(LiveError) {
        var looked = MonotonicClock.now
        while group.nextTime < end {
            group.step()
            let now = MonotonicClock.now
            if now - looked > 100_000_000 || records.size > 256 << 10 {
                looked = now
                try flushControl()
                try showLife(now)
            }
        }
    }
}
