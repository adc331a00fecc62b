import Messaging

/// The end of a process: everything that it owes the hub, and its books.
extension LiveDriver {
    /// - Parameter reason: why the run ended.
    func sayFarewell(_ reason: StopReason) throws(LiveError) {
        // A hub that died just now comes back to hear it.
        let comesBack = store != nil && reason == .finished
        let limit = comesBack ? options.absenceLimit : options.farewellLimit
        // The last records go first: after the farewell the hub expects nothing more.
        try deliverControl(within: limit) { session.isResuming }
        statistics = currentStatistics
        clockOffset.closeBlock()
        statistics.clockDrift = UInt64(clockOffset.drift)
        statistics.clockUncertainty = UInt64(clockOffset.uncertainty)
        statistics.clockLead = UInt64(bitPattern: clockOffset.offset)
        try gate.count(in: &statistics.refusals)
        tell(.farewell(statistics))
        try deliverControl(within: limit) {
            control.outbox.hasUnacknowledged || session.isResuming
        }
    }

    /// With what the group has counted.
    var currentStatistics: ProcessStatistics {
        var current = statistics
        current.events = group.events
        current.decisionTimes = group.decisionLatency.entries
        current.lateness = group.lateness.entries
        return current
    }

    /// Tells the hub why this process cannot go on, if it can still be told.
    func reportFailure(_ error: LiveError) {
        switch error {
        case .silentHub, .killed: return
        default: break
        }
        tell(.failed(String(error.description.prefix(200))))
        try? deliverControl(within: .seconds(1)) { control.outbox.hasUnacknowledged }
    }

    /// Waits until the hub has acknowledged everything, or until it is too late for that: then the
    /// hub has gone first, and ends the run without us.
    private func deliverControl(
        within limit: Duration, while isWaiting: () -> Bool
    ) throws(LiveError) {
        try flushControl()
        let deadline = steady.now + limit.nanoseconds
        while isWaiting() {
            let now = steady.now
            guard now < deadline else { return }
            _ = try receiveControl(mayWait: true)
            if now >= nextCare {
                nextCare = now + options.careInterval.nanoseconds
                try flushControl()
                try sendToHub(control.status(at: now))
            }
        }
    }
}

extension LatencyHistogram {
    /// The buckets that hold anything.
    var entries: [ProcessStatistics.BucketCount] {
        counts.enumerated().filter { $0.element > 0 }.map { bucket, count in
            .init(bucket: UInt32(bucket), count: count)
        }
    }

    /// Adds what another process has counted; entries that make no sense are left out.
    mutating func add(_ entries: [ProcessStatistics.BucketCount]) {
        for entry in entries where entry.bucket < UInt32(counts.count) {
            add(entry.count, toBucket: Int(entry.bucket))
        }
    }
}
