import EdgeModel
import Emulation
import Launcher
import NodeRuntime
import Recording
import SimulationKernel
import Topologies

/// A run of all nodes in this process.
struct InProcessLaunch {
    let order: LaunchOrder
    let network: EmulatedNetwork
    let directory: RunDirectory

    /// - Returns: the exit code of the verdict.
    func run() throws -> Int32 {
        Interrupts.catch(exitAfter: 2)
        let level = try order.level
        let recorder = try Recorder(
            network.description, level: level, directory: directory, curves: order.drawsCurves)
        if let earlier = order.continues { try recorder.takeOver(earlier) }
        var line = ProgressLine()
        let began = MonotonicClock.now
        func shouldStop(_ now: VirtualInstant) -> Bool {
            if line.isDue { line.show(progress(recorder.progress, at: now, since: began)) }
            return Interrupts.count > 0 || recorder.failure != nil
        }
        if network.topology.timing == .slotted {
            var run = SlottedRun(network, sink: recorder)
            return try finish(run.run(shouldStop: shouldStop), recorder, &line)
        }
        let log = try order.inputLog(of: LaunchOrder.singleProcess)
        let keeper = order.stateKeeper(
            of: LaunchOrder.singleProcess, network, in: directory)
        var run = InProcessRun(
            network, sink: recorder, recordsStates: level == .full, tape: log, keeper: keeper)
        let facts = run.run(shouldStop: shouldStop)
        if facts.outcome == .finished { log?.finish() }
        for failure in [log?.failure, keeper?.failure].compactMap(\.self) {
            Console.complain("launch: warning: \(failure)")
        }
        return try finish(facts, recorder, &line)
    }

    private func finish(
        _ facts: RunFacts, _ recorder: Recorder, _ line: inout ProgressLine
    ) throws -> Int32 {
        line.clear()
        let summary = try recorder.finish(facts)
        Console.show(summary.screen)
        return summary.exitCode
    }

    private func progress(
        _ progress: RecordingProgress, at now: VirtualInstant, since began: Int64
    ) -> RunProgress {
        RunProgress(
            progress, plan: network.topology.plan, at: now,
            wall: Double(MonotonicClock.now - began) * 1e-9)
    }
}

extension RunProgress {
    init(
        _ progress: RecordingProgress, plan: EpisodePlan, at now: VirtualInstant, wall: Double
    ) {
        self.init(
            virtual: Double(max(0, now.nanoseconds)) * 1e-9, wall: wall,
            end: Double(plan.end.nanoseconds) * 1e-9, tasks: progress.tasks,
            episode: Int(max(0, now.nanoseconds) / plan.period.nanoseconds),
            episodes: plan.episodes, meanDelay: progress.meanDelay,
            policyVersion: progress.policyVersion)
    }
}
