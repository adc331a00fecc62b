import EdgeModel
import Emulation
import Launcher
import NodeRuntime
import Recording
import SimulationKernel
import Synchronization
import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// The process that keeps the time and the results of a live run.
struct HubRole {
    let plan: LivePlan
    let options: LiveOptions
    let network: EmulatedNetwork
    let order: LaunchOrder
    let directory: RunDirectory

    /// What the launcher has ordered so far; the first order counts.
    private final class Orders: Sendable {
        private let first = Mutex<Lifeline.Order?>(nil)

        func take(_ order: Lifeline.Order) {
            first.withLock { if $0 == nil { $0 = order } }
        }

        var current: Lifeline.Order? { first.withLock { $0 } }
    }

    /// Runs to the end, and writes the results.
    ///
    /// - Returns: the exit code of the verdict.
    func run() throws -> Int32 {
        let orders = Orders()
        let sockets = order.sockets
        Lifeline.hold(orphaned: { sockets.map(SocketFolder.remove) }) { orders.take($0) }
        if options.recovery != nil { directory.removeRecords() }
        let recorder = try Recorder(
            network.description, level: order.level, directory: directory,
            curves: order.drawsCurves)
        if let earlier = order.continues { try recorder.takeOver(earlier) }
        let began = MonotonicClock.now
        var nextLine = began
        var facts = try LiveRun.runHub(
            of: network, plan: plan, sink: recorder, options: options,
            onSilence: { Console.write(HubLine.silence(of: $0) + "\n", to: STDOUT_FILENO) }
        ) { now in
            let clock = MonotonicClock.now
            if clock >= nextLine {
                nextLine = clock + 200_000_000
                tell(recorder.progress, at: now, wall: clock - began)
            }
            return orders.current != nil || recorder.failure != nil
        }
        Console.write(HubLine.writing + "\n", to: STDOUT_FILENO)
        facts.startSeconds? += Double(began - order.began) / 1e9
        if facts.outcome != .finished, case .abort(let reason) = orders.current {
            facts.outcome = .aborted(reason)
        }
        return try recorder.finish(facts).exitCode
    }

    /// One line for the launcher.
    private func tell(_ progress: RecordingProgress, at now: VirtualInstant, wall: Int64) {
        let line = RunProgress(
            progress, plan: network.topology.plan, at: now, wall: Double(wall) / 1e9
        ).line
        Console.write(line + "\n", to: STDOUT_FILENO)
    }
}
