package import Messaging
package import SimulationKernel

/// What is known of a live run when it has ended; its records have gone to the sink.
package struct LiveOutcome: Sendable {
    package enum Ending: Sendable {
        case finished
        case interrupted
        case aborted(LiveError)
    }

    package var ending: Ending
    /// By process index; nil for a process that did not say farewell.
    package var statistics: [ProcessStatistics?]
    package var windows: UInt64 = 0
    /// How often processes were started again, the hub included.
    package var restarts = 0
    /// What the hub itself refused.
    package var hubRefusals = Refusals()
    package var hubMalformedFrames: UInt64 = 0
    /// From the start of the first process to the start of the run, and of the run; real time.
    package var startTime: Duration = .zero
    package var runTime: Duration = .zero
    /// How late deliveries were under the wall clock, virtual nanoseconds.
    package var lateness = LatencyHistogram()
    /// How long decisions took, real nanoseconds.
    package var decisionLatency = LatencyHistogram()

    /// The sum of a counter over the processes.
    package func total(_ counter: KeyPath<ProcessStatistics, UInt64>) -> UInt64 {
        statistics.reduce(0) { $0 + ($1?[keyPath: counter] ?? 0) }
    }

    /// What all of them refused, the hub included.
    package var refusals: Refusals {
        statistics.reduce(hubRefusals) { $0 + ($1?.refusals ?? Refusals()) }
    }

    /// Frames that made no sense or came from elsewhere, over all of them.
    package var malformedFrames: UInt64 { hubMalformedFrames + total(\.malformedFrames) }

    /// Bytes of all frames that the processes sent to each other and to the hub.
    package var wireBytes: UInt64 {
        total(\.directBytes) + total(\.publishedBytes) + total(\.controlBytes)
    }

    /// Why deliveries came too late for the results to mean anything, or nil if they did not.
    ///
    /// - Parameter leastDelay: the least delay of any emulated link.
    package func latenessFault(leastDelay: VirtualDuration) -> String? {
        let late = VirtualDuration(nanoseconds: lateness.quantile(0.99))
        guard late.nanoseconds > leastDelay.nanoseconds / 10 else { return nil }
        return "1 % of deliveries were more than \(milliseconds(late)) late, over 10 % of the "
            + "least link delay (\(milliseconds(leastDelay))); lower the speed or use fewer processes"
    }

    /// How far the clock of any process drifted from the hub's between two comparisons of them.
    package var clockDrift: Duration { clockDrift(of: statistics.indices) }
    /// By how much that may be wrong.
    package var clockUncertainty: Duration { clockUncertainty(of: statistics.indices) }

    /// The same of some of the processes.
    package func clockDrift(of processes: some Sequence<Int>) -> Duration {
        largest(\.clockDrift, of: processes)
    }

    package func clockUncertainty(of processes: some Sequence<Int>) -> Duration {
        largest(\.clockUncertainty, of: processes)
    }

    /// How far the hub's clock is ahead of that of the first of some processes.
    package func clockLead(of processes: some Sequence<Int>) -> Duration {
        let first = processes.lazy.compactMap { statistics[$0] }.first
        return .nanoseconds(Int64(bitPattern: first?.clockLead ?? 0))
    }

    private func largest(
        _ counter: KeyPath<ProcessStatistics, UInt64>, of processes: some Sequence<Int>
    ) -> Duration {
        let values = processes.map { statistics[$0]?[keyPath: counter] ?? 0 }
        return .nanoseconds(Int64(clamping: values.max() ?? 0))
    }

    /// More drift than this, of real time, and due times no longer mean the same everywhere.
    package static let largestDrift = Duration.milliseconds(1)

    /// Why the clocks were too far apart for the results to mean anything, or nil.
    package var driftFault: String? {
        guard clockDrift > Self.largestDrift else { return nil }
        let drift = VirtualDuration(nanoseconds: clockDrift.nanoseconds)
        return "the clock of a process drifted \(milliseconds(drift)) from the hub's, over 1 ms; "
            + "let the hosts keep the same time, or use one host"
    }

    /// To the microsecond.
    private func milliseconds(_ duration: VirtualDuration) -> String {
        "\((Double(duration.nanoseconds) / 1e3).rounded() / 1e3) ms"
    }
}
