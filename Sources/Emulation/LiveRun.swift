package import Messaging
package import NodeRuntime
package import Recording
package import SimulationKernel
import Topologies

/// The two parts that a process can have in a live run.
package enum LiveRun {
    /// Runs the nodes of one process until the hub says that the run is over.
    ///
    /// - Parameter process: its index in the plan.
    /// - Throws: `LiveError` says what went wrong, and in which process.
    @discardableResult
    package static func runNodes(
        of network: EmulatedNetwork, process: Int, plan: LivePlan, recordsStates: Bool = true,
        tape: (any InputTape)? = nil, keeper: (any SnapshotKeeper)? = nil,
        options: LiveOptions = LiveOptions()
    ) throws(LiveError) -> StopReason {
        let records = RecordForwarder()
        var group = NodeGroup(sink: records)
        group.tape = tape
        if case .wall(let speed, _) = plan.clock,
            network.topology.scheduler.decisionTime == .measured
        {
            group.decisionSpeed = speed
        }
        network.add(plan.processes[process].nodes, to: &group, recordsStates: recordsStates)
        if let keeper { group.keepSnapshots(at: network.episodeEnds, in: keeper) }
        return try LiveDriver(
            plan: plan, process: process, group: group, records: records, options: options
        ).run()
    }

    /// Drives a run and gives its records to the sink.
    package static func runHub(
        of network: EmulatedNetwork, plan: LivePlan, sink: any RecordSink,
        options: LiveOptions = LiveOptions(), onNews: @escaping (HubNews) -> Void = { _ in },
        shouldStop: (_ now: VirtualInstant) -> Bool
    ) throws(LiveError) -> RunFacts {
        var reached = network.beginning
        let hub = try LiveHub(plan: plan, sink: sink, options: options, onNews: onNews)
        let outcome = hub.run { now in
            reached = max(reached, now)
            return shouldStop(now)
        }
        var facts = facts(of: outcome, plan: plan, network: network)
        if case .finished = outcome.ending { reached = plan.end }
        facts.virtualSeconds = Double((reached - network.beginning).nanoseconds) * 1e-9
        return facts
    }

    private static func facts(
        of outcome: LiveOutcome, plan: LivePlan, network: EmulatedNetwork
    ) -> RunFacts {
        var facts = RunFacts()
        switch outcome.ending {
        case .finished: facts.outcome = .finished
        case .interrupted: facts.outcome = .interrupted
        case .aborted(let error): facts.outcome = .aborted("\(error)")
        }
        facts.wallSeconds = outcome.runTime / .seconds(1)
        if case .virtual = plan.clock, outcome.windows > 0 {
            facts.windows = outcome.windows
        }
        facts.startSeconds = outcome.startTime / .seconds(1)
        facts.processes = plan.processes.count + 1
        facts.restarts = outcome.restarts
        facts.duplicateFrames = outcome.total(\.duplicateFrames)
        facts.events = outcome.total(\.events)
        facts.wireBytes = outcome.wireBytes
        let decisions = outcome.decisionLatency
        if decisions.total > 0 {
            facts.decisionMedian = decisions.quantile(0.5)
            facts.decisionP99 = decisions.quantile(0.99)
        }
        if case .wall(_, let leastDelay) = plan.clock {
            let lateness = outcome.lateness
            facts.lateness = RunFacts.Lateness(
                p50: Double(lateness.quantile(0.5)) * 1e-9,
                p99: Double(lateness.quantile(0.99)) * 1e-9,
                max: Double(lateness.quantile(1)) * 1e-9, limit: leastDelay.seconds / 10,
                drift: outcome.clockDrift / .seconds(1),
                driftUncertainty: outcome.clockUncertainty / .seconds(1),
                driftLimit: LiveOutcome.largestDrift / .seconds(1),
                hosts: clocks(of: Deployment(network.topology), outcome))
            if let fault = outcome.latenessFault(leastDelay: leastDelay) {
                facts.objections.append(fault)
            }
            if let fault = outcome.driftFault {
                let limit = LiveOutcome.largestDrift / .seconds(1)
                let names = (facts.lateness?.hosts ?? []).filter { $0.drift > limit }.map(\.name)
                facts.objections.append(
                    fault + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"))
            }
        }
        let gaps = outcome.total(\.refusedSends)
        if gaps > 0 { facts.warnings.append("\(gaps) sends were refused within their credits") }
        facts.warnings += refusalWarnings(of: outcome)
        return facts
    }

    /// How well the clocks of each host agreed with the hub's; nil where there is one.
    private static func clocks(
        of deployment: Deployment, _ outcome: LiveOutcome
    ) -> [RunFacts.HostClock]? {
        guard deployment.isSpread else { return nil }
        return deployment.usedHosts.map { host in
            // The hub is the last, and its clock is the measure.
            let members = deployment.members(of: host).filter { $0 < outcome.statistics.count }
            return RunFacts.HostClock(
                name: deployment.hosts[host].name,
                lead: outcome.clockLead(of: members) / .seconds(1),
                drift: outcome.clockDrift(of: members) / .seconds(1),
                uncertainty: outcome.clockUncertainty(of: members) / .seconds(1))
        }
    }

    /// What came from those who may not send it, or made no sense; the run did without it.
    private static func refusalWarnings(of outcome: LiveOutcome) -> [String] {
        var counts = outcome.refusals.counts
        counts.append((outcome.malformedFrames, "frames that made no sense or were of another run"))
        return counts.filter { $0.count > 0 }.map { "refused: \($0.count) \($0.what)" }
    }
}
