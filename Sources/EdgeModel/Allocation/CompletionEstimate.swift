/// When a part of a task is expected to be done on one server, as a function of its fraction
/// (docs/MODEL.md, section 4): transmission overlaps the server's backlog.
///
///     finish(x) = max(ready + transfer x, wait) + service x + [result > 0] (result x + delay)
///
/// All in seconds from now. It takes siblings as sent in parallel and the remote egress as idle.
@frozen @usableFromInline
package struct CompletionEstimate: Hashable, Sendable {
    /// When input can begin to arrive: egress wait plus link delay; 0 for the own server.
    @usableFromInline package var ready: Double
    /// The whole input's transmission; 0 for the own server.
    @usableFromInline package var transfer: Double
    /// The server's backlog over its capacity.
    @usableFromInline package var wait: Double
    /// The whole task's work over the capacity.
    @usableFromInline package var service: Double
    /// The whole result's transmission back; 0 without result.
    @usableFromInline package var resultTransfer: Double
    /// The way back of a result; 0 without result.
    @usableFromInline package var resultDelay: Double

    @inlinable package init(
        ready: Double = 0, transfer: Double = 0, wait: Double, service: Double,
        resultTransfer: Double = 0, resultDelay: Double = 0
    ) {
        self.ready = ready
        self.transfer = transfer
        self.wait = wait
        self.service = service
        self.resultTransfer = resultTransfer
        self.resultDelay = resultDelay
    }

    /// When a fraction above 0 is expected to be done.
    @inlinable package func finish(_ fraction: Double) -> Double {
        max(ready + transfer * fraction, wait) + service * fraction
            + resultTransfer * fraction + resultDelay
    }
}
