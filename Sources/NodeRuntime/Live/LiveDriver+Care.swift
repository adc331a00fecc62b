import CPlatform
import Messaging
import ZeroMQ

/// What every process does now and then, whatever else it does.
extension LiveDriver {
    func careIfDue(_ now: Int64) throws(LiveError) {
        if now >= nextCare { try care(now) }
    }

    /// Looks after every link: takes acknowledgements, gives those that are due, has lost frames
    /// sent again, shows the hub that this process lives, and checks that the hub does.
    func care(_ now: Int64) throws(LiveError) {
        let patience = options.hubPatience
        if patience.isToBegin(afterPause: now - nextCare), lastHeardHub != nil {
            lastHeardHub = now
        }
        nextCare = now + options.careInterval.nanoseconds
        for case let pair? in pairs {
            if pair.link.outbox.hasUnacknowledged {
                try connect(pair)
                try drainReplies(of: pair)
                if pair.awaitsAnswer || isAtEnd { try greet(pair) }
                try flush(pair)
                try probe(pair, now)
            }
            if pair.link.isConfirmationDue(cares: options.acknowledgeCares) { try confirm(pair) }
        }
        try renewDeadSockets(now)
        try showPublisherLives(now)
        if let trimAt, now >= trimAt {
            self.trimAt = nil
            edgeflock_trim_memory()
        }
        if now >= nextClockQuery { askForClock() }
        try gate.count(in: &statistics.refusals)
        try flushControl()
        if isAtEnd { try sendToHub(control.status(at: now)) }
        try showLife(now)
        if let lastHeardHub, now - lastHeardHub > patience.nanoseconds {
            throw .silentHub(after: options.hubPatience)
        }
    }

    /// Tells a peer how many frames it should have, if it has not confirmed them for a while.
    private func probe(_ pair: Pair, _ now: Int64) throws(LiveError) {
        guard pair.link.outbox.underway > 0,
            now - pair.link.lastSent > 2 * acknowledgeInterval
        else { return }
        try commit()
        _ = try pair.dealer?.send(pair.link.status(at: now))
    }

    /// How long a peer may take to acknowledge, nanoseconds.
    private var acknowledgeInterval: Int64 {
        options.careInterval.nanoseconds * Int64(options.acknowledgeCares)
    }

    /// Shows that the process lives and, while it computes, how far it has come.
    func showLife(_ now: Int64) throws(LiveError) {
        guard now - control.lastSent >= options.heartbeatInterval.nanoseconds else { return }
        if let worker, worker.isBusy {
            tell(.working(progress: worker.progress))
            try flushControl()
        } else {
            try sendToHub(control.status(at: now))
        }
    }
}
