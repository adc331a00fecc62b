import Messaging
import SimulationKernel

/// The virtual clock: the hub opens windows, the process handles what is due in them.
extension LiveDriver {
    func runWindows() throws(LiveError) -> StopReason {
        if !isRecovered {
            windowEnd = .zero
            try report(window: 0)
        }
        while true {
            switch try nextOrder() {
            case .open(let opening):
                subscriptions.count(opening.expected)
                guard try hold(opening.expected) else { continue }
                try handleInputs(before: opening.end)
                windowEnd = opening.end
                statistics.windows += 1
                try report(window: opening.window)
                try keepStateIfDue()
            case .stop(let reason):
                // Nothing that is still due before the end would have been left to do.
                if reason == .finished {
                    group.keepSnapshots(before: plan.end + VirtualDuration(nanoseconds: 1))
                }
                return reason
            case let other:
                throw .violation("the hub orders \(other) during the run")
            }
        }
    }

    /// Sends what the window has brought, then says so.
    func report(window: UInt64) throws(LiveError) {
        publications.window = window
        closeOutgoing()
        let sent = dispatches.take()
        tell(.done(WindowReport(window: window, next: group.nextConsequence, sent: sent)))
        // Nobody waits for what comes after the last report.
        closeControl(leavingFew: windowEnd <= plan.end)
        guard !isReplaying else { return forgoSending() }
        try mortality.strike()
        try commit()
        try mortality.strike()
        try sendOutgoing()
        try mortality.strike()
        try sendControl()
        try mortality.strike()
    }

    /// What the earlier life has sent stays ready, for whoever lacks it.
    func forgoSending() {
        sending.removeAll(keepingCapacity: true)
        publications.forgoSending()
    }

    /// Waits for the hub. Only the hub: what peers send meanwhile is looked at now and then, so
    /// that their frames do not wake a process that has nothing to do yet.
    private func nextOrder() throws(LiveError) -> ControlMessage {
        while orders.isEmpty {
            if try receiveControl(mayWait: true) { continue }
            try lookAround()
        }
        // Nearly always the only one.
        return orders.count == 1 ? orders.removeLast() : orders.removeFirst()
    }

    /// Takes in what has come from wherever, and looks after the links if it is time.
    func lookAround() throws(LiveError) {
        try drainControl()
        try drainDirect()
        try drainPublished()
        try careIfDue(steady.now)
    }

    /// Waits until so many frames of each sender have arrived.
    ///
    /// - Returns: whether they have; if not, the hub has ordered an end meanwhile.
    private func hold(_ expected: [WindowOpening.Expectation]) throws(LiveError) -> Bool {
        var began: Int64 = 0
        var asked: Int64 = 0
        var renewed: Int64 = 0
        for expectation in expected {
            let sender = Int(expectation.sender)
            guard sender < pairs.count else {
                throw .violation("the hub speaks of process \(sender)")
            }
            while !isHeld(expectation) {
                let isDirect = directReceived(from: sender) < expectation.direct
                let hasCome =
                    isDirect
                    ? try receiveDirect(mayWait: true)
                    : try receivePublished(of: sender, mayWait: true)
                if hasCome { continue }
                // Unusual: nothing came for as long as a socket waits.
                try lookAround()
                if case .stop? = orders.first { return false }
                let now = steady.now
                if began == 0 { began = now }
                if now - asked >= options.resendInterval.nanoseconds {
                    asked = now
                    for expectation in expected { try askAgain(for: expectation, now) }
                }
                if !isDirect, now - max(began, renewed) > options.longestSilence.nanoseconds {
                    renewed = now
                    try renewIntake(of: sender, now)
                }
                guard now - began < options.frameLimit.nanoseconds else {
                    throw .missingFrames(
                        from: plan.name(of: sender), lacking(expectation),
                        after: options.frameLimit)
                }
            }
        }
        return true
    }

    private func directReceived(from sender: Int) -> UInt64 {
        pairs[sender]?.link.inbox.received ?? 0
    }

    /// Such as `direct 7 of 8`.
    private func lacking(_ expectation: WindowOpening.Expectation) -> String {
        let sender = Int(expectation.sender)
        return "direct \(directReceived(from: sender)) of \(expectation.direct), "
            + "published \(subscriptions.received[sender]) of \(expectation.published)"
    }

    func isHeld(_ expectation: WindowOpening.Expectation) -> Bool {
        let sender = Int(expectation.sender)
        return directReceived(from: sender) >= expectation.direct
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
    private func handleInputs(before end: VirtualInstant) throws(LiveError) {
        let began = store == nil ? 0 : steady.now
        defer { if store != nil { pace.worked += steady.now - began } }
        if let worker {
            return try letWork(.window(end: end), by: worker)
        }
        var looked: Int64 = 0
        while group.run(before: end, atMost: 1) < end {
            let now = steady.now
            if looked == 0 { looked = now }
            if now - looked > 100_000_000 || records.size > 256 << 10 {
                looked = now
                try flushControl()
                try showLife(now)
            }
        }
        try careIfDue(steady.now)
    }
}
