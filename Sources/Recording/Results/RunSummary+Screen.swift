extension RunSummary {
    /// The final screen: every figure with its unit, then reasons, warnings and the verdict.
    package var screen: String {
        var table = TextTable(hasUnits: true)
        let mark = warnings.isEmpty ? "" : " !"
        table.add("tasks arrived", Figure.count(tasks.arrived), "")
        table.add("  completed", Figure.count(tasks.completed), "")
        table.add("  late", Figure.count(tasks.late), "")
        table.add("  lost", Figure.count(tasks.lost), "")
        table.add("  in flight", Figure.count(tasks.inFlight), "")
        addScheduled(to: &table)
        table.add("delay, mean", Figure.optional(delay.mean, times: 1e3), "ms" + mark)
        table.add("  p50", Figure.optional(delay.p50, times: 1e3), "ms" + mark)
        table.add("  p95", Figure.optional(delay.p95, times: 1e3), "ms" + mark)
        table.add("  p99", Figure.optional(delay.p99, times: 1e3), "ms" + mark)
        table.add(
            "  capped at deadline, mean", Figure.optional(delay.cappedMean, times: 1e3),
            "ms" + mark)
        table.add(
            "  last quarter of the run, mean",
            Figure.optional(delayByQuarter.last.flatMap(\.self), times: 1e3), "ms" + mark)
        table.add("late share", Figure.percent(lateShare), "%")
        table.add("utilisation, mean", Figure.percent(utilisation.mean), "%")
        table.add(
            "  least and most used server",
            Figure.percent(utilisation.min) + " - " + Figure.percent(utilisation.max), "%")
        table.add("fairness of delays (Jain)", Figure.optional(fairness), "")
        table.add("age of the state seen, mean", Figure.optional(stateAge, times: 1e3), "ms")
        addLearning(to: &table)
        addTraffic(to: &table)
        addRun(to: &table)
        return heading + table.text + remarks
    }

    private func addScheduled(to table: inout TextTable) {
        guard let scheduled else { return }
        table.add("scheduled events", Figure.count(UInt64(scheduled.events.count)), "")
        table.add("  parts refused", Figure.count(scheduled.refusedParts), "")
        table.add("  parts placed anew", Figure.count(scheduled.replacedParts), "")
        table.add("  tasks inherited", Figure.count(scheduled.inheritedTasks), "")
        table.add("  parts done for nobody", Figure.count(scheduled.abandonedParts), "")
        for (reason, count) in scheduled.lost.sorted(by: { $0.key < $1.key }) where count > 0 {
            table.add("  tasks lost, \(reason)", Figure.count(count), "")
        }
        if scheduled.droppedTransitions > 0 {
            table.add("  transitions dropped", Figure.count(scheduled.droppedTransitions), "")
        }
    }

    private func addLearning(to table: inout TextTable) {
        table.add("decisions", Figure.count(decisions), "")
        table.add(
            "  real time p50 / p99",
            Figure.optional(decisionTime.p50) + " / " + Figure.optional(decisionTime.p99), "us")
        guard training != nil else { return }
        table.add("weights version", Figure.count(weights.version), "")
        table.add("  staleness, mean", Figure.optional(weights.staleness), "versions")
        table.add("  age at decisions, mean", Figure.optional(weights.age), "s")
        table.add("  gradient steps", Figure.count(weights.gradientSteps), "")
        if weights.mixed > 0 {
            table.add("  networks of others taken in", Figure.count(weights.mixed), "")
            table.add("    age, mean", Figure.optional(weights.mixedAge, times: 1e3), "ms")
        }
        if weights.unused > 0 {
            table.add("  networks that came too late", Figure.count(weights.unused), "")
        }
        if let away = scheduled?.learnerAwayDelay {
            table.add("delay while the learner is away", Figure.number(away * 1e3), "ms")
        }
    }

    private func addTraffic(to table: inout TextTable) {
        for (name, count) in [
            ("emulated bytes, tasks", bytes.tasks), ("  state", bytes.state),
            ("  experience", bytes.experience), ("  weights", bytes.weights),
            ("bytes on real sockets", wireBytes),
        ] {
            let (value, unit) = Figure.bytes(count)
            table.add(name, value, unit)
        }
    }

    private func addRun(to table: inout TextTable) {
        table.add("virtual time", Figure.number(virtualSeconds), "s")
        table.add("wall time", Figure.number(wallSeconds), "s")
        let speed = wallSeconds > 0 ? virtualSeconds / wallSeconds : 0
        table.add("  speed", Figure.number(speed, digits: 3), "x real time")
        if let startSeconds {
            table.add("  until all processes were ready", Figure.number(startSeconds), "s")
        }
        if restarts > 0 {
            table.add("processes that died and came back", Figure.count(UInt64(restarts)), "")
        }
        if let windows {
            table.add("windows of the clock", Figure.count(windows), "")
        }
        if let lateness {
            table.add(
                "  lateness p99 (limit \(Figure.number(lateness.limit * 1e3)) ms)",
                Figure.number(lateness.p99 * 1e3), "ms")
            table.add(
                "  clock drift (limit \(Figure.number(lateness.driftLimit * 1e3)) ms)",
                Figure.number(lateness.drift * 1e3), "ms")
            for host in lateness.hosts ?? [] {
                table.add(
                    "    of host \(host.name), +- \(Figure.number(host.uncertainty * 1e3)) ms",
                    Figure.number(host.drift * 1e3), "ms")
                table.add("      the hub's clock is ahead by", Figure.number(host.lead), "s")
            }
        }
        table.add("processes", Figure.count(UInt64(processes)), "")
        table.add("events", Figure.count(events), "")
    }

    private var heading: String {
        let learning = training.map { ", \($0) training" } ?? ""
        return "\(name), seed \(seed), \(policy)\(learning)\n"
    }

    private var remarks: String {
        var text = ""
        if let ledgerDigest { text += "ledger   \(ledgerDigest)\n" }
        if let weightsDigest { text += "weights  \(weightsDigest)\n" }
        for warning in warnings { text += "warning: \(warning)\n" }
        text += "verdict: \(verdict.rawValue)\n"
        for reason in reasons { text += "  \(reason)\n" }
        return text
    }
}
