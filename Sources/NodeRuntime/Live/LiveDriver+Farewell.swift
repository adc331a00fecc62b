import Messaging

/// The end of a process: everything that it owes the hub, and its books.
extension LiveDriver {
    func sayFarewell() throws(LiveError) {
        statistics = currentStatistics
        clockOffset.closeBlock()
        statistics.clockDrift = UInt64(clockOffset.drift)
        statistics.clockUncertainty = UInt64(clockOffset.uncertainty)
        statistics.lateness = group.lateness.entries
        try gate.count(in: &statistics.refusals)
        tell(.farewell(statistics))
        try deliverControl(within: options.farewellLimit)
    }

    /// With what the group has counted.
    var currentStatistics: ProcessStatistics {
        var current = statistics
        current.events = group.events
        current.decisionTimes = group.decisionLatency.entries
        return current
    }

    /// Tells the hub why this process cannot go on, if it can still be told.
    func reportFailure(_ error: LiveError) {
        switch error {
        case .silentHub, .killed: return
        default: break
        }
        tell(.failed(String(error.description.prefix(200))))
        try? deliverControl(within: .seconds(1))
    }

    /// Waits until the hub has acknowledged everything, or until it is too late for that: then the
    /// hub has gone first, and ends the run without us.
    private func deliverControl(within limit: Duration) throws(LiveError) {
        try flushControl()
        let deadline = MonotonicClock.now + limit.nanoseconds
        while control.outbox.hasUnacknowledged || session.isResuming {
            let now = MonotonicClock.now
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
