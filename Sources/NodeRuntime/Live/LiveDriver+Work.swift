import Messaging

/// Computing for long: the worker has the nodes, this thread shows that the process lives.
extension LiveDriver {
    /// Whether the nodes are with the worker: no message can be given to them, and their records
    /// are left alone.
    var isAway: Bool { worker?.isBusy ?? false }

    /// Has the worker do a piece of work, and waits for its end.
    ///
    /// - Throws: `stopped` when the run ends but the work does not.
    func letWork(_ stint: Worker.Stint, by worker: Worker) throws(LiveError) {
        worker.begin(&group, stint)
        var end: (reason: StopReason, at: Int64)?
        while !worker.isDone {
            try drainControl()
            let now = steady.now
            if end == nil, case .stop(let reason)? = orders.first {
                // The hub waits for the farewell, but not for ever.
                end = (reason, now + options.farewellLimit.nanoseconds / 2)
            }
            if let end, now >= end.at { throw .stopped(end.reason) }
            try careIfDue(now)
            try worker.wait(about: min(nextCare, end?.at ?? .max) - now)
        }
        worker.finish(into: &group)
    }
}
