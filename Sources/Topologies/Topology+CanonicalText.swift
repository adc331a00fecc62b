import EdgeModel
import SimulationKernel

extension Topology {
    /// Everything that the topology says, one fact a line, in a fixed order: what its digest is
    /// taken of. Two files that mean the same give the same text, whatever their form.
    ///
    /// Numbers are the shortest decimals that read back to the same Double, times are nanoseconds.
    package var canonicalText: String {
        var text = "edgeflock topology 1\n"
        func line(_ words: String...) { text += words.joined(separator: " ") + "\n" }
        line("name", name)
        line("seed", "\(seed)")
        line("slot", slot.map(Self.canonical) ?? "-", slotPlacement.rawValue)
        line(
            "plan", "\(plan.episodes)", Self.canonical(plan.horizon), Self.canonical(plan.drain),
            Self.canonical(plan.warmup))
        if timing != .events { line("timing", timing.rawValue) }
        if plan.phase != .evaluate { line("phase", plan.phase.rawValue) }
        for station in stations {
            let steps = station.capacity.steps.map {
                "\(Self.canonical($0.start)):\($0.capacity.value)"
            }
            let position = station.position.map { "\($0.x) \($0.y)" } ?? "-"
            line("station", station.name, steps.joined(separator: ","), position)
        }
        line("egress", egress.rawValue)
        for station in stations.indices {
            for neighbour in neighbours[station] {
                line("link", "\(station)", "\(neighbour.station)", Self.canonical(neighbour.link))
            }
        }
        for trafficClass in traffic { text += Self.canonical(trafficClass) }
        text += canonicalScheduler + canonicalTraining
        for event in events.events { text += Self.canonical(event) + "\n" }
        line("clock", clock.rawValue, "\(speed)")
        line("processes", Self.canonical(processes))
        return text
    }

    private static func canonical(_ duration: VirtualDuration) -> String {
        duration == .unbounded ? "-" : "\(duration.nanoseconds)"
    }

    private static func canonical(_ link: Link) -> String {
        let jitter = link.jitter.map(canonical) ?? "-"
        return "\(link.rate.value) \(canonical(link.delay)) \(jitter) \(link.loss) "
            + canonical(link.retransmissionTimeout)
    }

    private static func canonical(_ processes: ProcessPlan) -> String {
        switch processes {
        case .perStation: "per-station"
        case .packed(let count): "packed \(count)"
        case .single: "single"
        }
    }

    private static func canonical(_ law: Distribution) -> String {
        switch law {
        case .constant(let value): "\(value)"
        case .uniform(let low, let high): "uniform(\(low),\(high))"
        case .integers(let low, let high): "integers(\(low),\(high))"
        case .exponential(let mean): "exponential(\(mean))"
        case .normal(let mean, let deviation): "normal(\(mean),\(deviation))"
        case .lognormal(let mean, let sigma): "lognormal(\(mean),\(sigma))"
        case .choice(let values): "choice(\(values.map { "\($0)" }.joined(separator: ",")))"
        }
    }

    // MARK: Traffic

    private static func canonical(_ trafficClass: TrafficClass) -> String {
        let radio = trafficClass.radio.map { "\($0.rate.value) \(canonical($0.delay))" } ?? "-"
        let stations = trafficClass.stations.map { "\($0)" }.joined(separator: ",")
        return """
            traffic \(trafficClass.name) \(stations)
            demand \(canonical(trafficClass.size)) \(canonical(trafficClass.result)) \
            \(canonical(trafficClass.workload)) \(canonical(trafficClass.deadline))
            radio \(radio)
            arrivals \(canonical(trafficClass.arrivals))

            """
    }

    private static func canonical(_ law: WorkloadLaw) -> String {
        switch law {
        case .work(let law): "work \(canonical(law))"
        case .density(let law, let perIndex): "density \(canonical(law)) \(perIndex)"
        case .steps(let count, let perStep, let perIndex):
            "steps \(canonical(count)) \(canonical(perStep)) \(perIndex)"
        }
    }

    private static func canonical(_ process: ArrivalProcess) -> String {
        switch process {
        case .bernoulli(let candidates, let probability):
            "bernoulli \(candidates) \(probability)"
        case .slotted(let low, let high): "slotted \(low) \(high)"
        case .poisson(let rate): "poisson \(rate)"
        case .bursts(let on, let off, let meanOn, let meanOff):
            "bursts \(on) \(off) \(meanOn) \(meanOff)"
        case .diurnal(let mean, let amplitude, let period, let phase):
            "diurnal \(mean) \(amplitude) \(canonical(period)) \(phase)"
        case .trace(let trace): canonical(trace)
        }
    }

    private static func canonical(_ trace: ArrivalProcess.Trace) -> String {
        var text = "trace \(trace.arrivals.count)"
        for row in trace.arrivals.indices {
            text += "\n\(trace.arrivals[row].nanoseconds)"
            if !trace.stations.isEmpty { text += " \(trace.stations[row])" }
            for values in [trace.sizes, trace.results, trace.workloads] {
                text += values.isEmpty ? " -" : " \(values[row])"
            }
        }
        return text
    }

    // MARK: Events

    private static func canonical(_ event: ScheduledEvent) -> String {
        func list(_ indices: [Int]) -> String {
            indices.map { "\($0)" }.joined(separator: ",")
        }
        let change: String =
            switch event.change {
            case .leave(let stations, let orphans): "leave \(list(stations)) \(orphans.rawValue)"
            case .join(let stations): "join \(list(stations))"
            case .capacity(let stations, let capacity):
                "capacity \(list(stations)) \(capacity.value)"
            case .link(let ends, let change):
                "link \(ends.map { "\($0.from)>\($0.to)" }.joined(separator: ",")) "
                    + "\(change.rate.map { "\($0.value)" } ?? "-") "
                    + "\(change.delay.map(canonical) ?? "-") \(change.loss.map { "\($0)" } ?? "-")"
            case .partition(let groups): "partition \(groups.map(list).joined(separator: "|"))"
            case .learnerAway: "learner away"
            case .burst(let factor, let stations, let classes):
                "burst \(factor) \(list(stations)) \(list(classes))"
            }
        return "event \(canonical(event.start)) \(event.end.map(canonical) ?? "-") \(change)"
    }

    // MARK: Settings

    private var canonicalScheduler: String {
        let decisionTime =
            switch scheduler.decisionTime {
            case .fixed(let duration): Self.canonical(duration)
            case .perStep(let work): "per step \(work.value)"
            case .measured: "measured"
            }
        let agent = scheduler.agent
        return """
            scheduler \(scheduler.policy.rawValue) \(scheduler.candidates)
            state \(Self.canonical(scheduler.statePeriod)) \(scheduler.statePhase.rawValue) \
            \(scheduler.ownWork) \(scheduler.knowledge.rawValue) \(scheduler.stateReports)
            decision \(scheduler.split.rawValue) \(decisionTime) \(scheduler.observation.rawValue)
            agent \(agent.recipe.rawValue) \(agent.action.rawValue) \(agent.steps) \
            \(agent.decisionSteps ?? agent.steps) \(agent.decisionNoise) \
            \(agent.betaMinimum) \(agent.betaMaximum) \(agent.timeEmbedding) \(agent.hidden) \
            \(agent.criticHidden) \(agent.tau) \(agent.discount) \(agent.actorRate) \
            \(agent.criticRate) \(agent.temperatureRate) \(agent.startTemperature) \
            \(agent.targetEntropy) \(agent.penalty)
            \(canonicalOptions(agent))

            """
    }

    private func canonicalOptions(_ agent: AgentSettings) -> String {
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "-" }
        return """
            options \(agent.activation.rawValue) \(agent.top) \
            \(agent.targetUpdate.map { "\($0)" } ?? "-") \(agent.double) \(agent.huber) \
            \(text(agent.gradientLimit)) \(agent.epsilonStart) \(agent.epsilonEnd) \
            \(agent.epsilonDecisions) \(agent.rateSchedule.rawValue) \(agent.rateUpdates) \
            \(agent.rateFloor) \(agent.noiseDraws) \(text(agent.cleanLimit)) \
            \(agent.start?.rawValue ?? "-") \(agent.returnSteps) \
            \(agent.prior.rawValue) \(agent.priorWeight) \
            \(agent.rewardScale.map { "\($0.nanoseconds)" } ?? "-")
            """
    }

    private var canonicalTraining: String {
        """
        training \(training.mode.rawValue) \(Self.canonical(training.learnerLink)) \
        \(training.shareEgress) \(training.samplesPerInsert) \(training.minimumTransitions) \
        \(Self.canonical(training.publishInterval)) \(Self.canonical(training.stepTime)) \
        \(training.batch) \(training.replay) \(training.lagLimit) \(training.priority) \
        \(training.priorityCorrection) \(training.priorityUpdates) \(training.transfer)
        exchange \(training.parameters.rawValue) \(Self.canonical(training.round)) \
        \(training.mixing.map { "\($0)" } ?? "-")
        checkpoint \(training.checkpoint ?? "-")

        """
    }
}
