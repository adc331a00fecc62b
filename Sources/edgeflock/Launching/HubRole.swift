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
        if recovers {
            waitForSpace()
            directory.removeRecords()
        }
        let recorder = try Recorder(
            network.description, level: order.level, directory: directory,
            curves: order.drawsCurves)
        if let earlier = order.continues { try recorder.takeOver(earlier) }
        let began = MonotonicClock.now
        // Of all lives of the hub.
        let isBack = options.recovery.map { $0.epoch > $0.firstEpoch } ?? false
        let beginning = isBack ? order.began : began
        var nextLine = began
        var facts = try LiveRun.runHub(
            of: network, plan: plan, sink: recorder, options: options,
            onNews: { Console.write($0.line + "\n", to: STDOUT_FILENO) }
        ) { now in
            let clock = MonotonicClock.now
            if clock >= nextLine {
                nextLine = clock + 200_000_000
                tell(recorder.progress, at: now, wall: clock - beginning)
            }
            if let failure = recorder.failure { comeBackLater(failure) }
            return orders.current != nil || recorder.failure != nil
        }
        Console.write(HubLine.writing + "\n", to: STDOUT_FILENO)
        facts.startSeconds? += Double(began - order.began) / 1e9
        if facts.outcome != .finished, case .abort(let reason) = orders.current {
            facts.outcome = .aborted(reason)
        }
        do {
            let code = try recorder.finish(facts).exitCode
            if let failure = recorder.failure { comeBackLater(failure) }
            return code
        } catch {
            comeBackLater("\(error)")
            throw error
        }
    }

    private var recovers: Bool { options.recovery != nil }

    /// Where processes come back, results that cannot be written now are written by the next life
    /// of the hub, which has everything in its log.
    private func comeBackLater(_ failure: String) {
        guard recovers else { return }
        Console.complain("hub: \(failure)")
        _exit(EndOfInput.exitCode)
    }

    /// Waits until there is room for results, for a limited time.
    private func waitForSpace() {
        Console.write(HubLine.writing + "\n", to: STDOUT_FILENO)
        let deadline = MonotonicClock.now + 60_000_000_000
        while !directory.hasSpace, MonotonicClock.now < deadline { poll(nil, 0, 200) }
    }

    /// One line for the launcher.
    private func tell(_ progress: RecordingProgress, at now: VirtualInstant, wall: Int64) {
        let line = RunProgress(
            progress, plan: network.topology.plan, at: now, wall: Double(wall) / 1e9
        ).line
        Console.write(line + "\n", to: STDOUT_FILENO)
    }
}

extension HubNews {
    /// For the launcher.
    fileprivate var line: String {
        switch self {
        case .silent(let name): HubLine.silence(of: name)
        case .returned(let name): HubLine.comeback(of: name)
        }
    }
}
