import EdgeModel
import SimulationKernel

/// What slotted timing asks of a topology, and what only slotted timing has (docs/MODEL.md,
/// section 3).
struct SlottedRules {
    let draft: TopologyDraft
    let log: DiagnosticLog

    var timing: Timing { draft.timing?.value ?? .events }

    private var place: Place { draft.timing?.place ?? draft.place }

    /// What the words of the file alone tell.
    func check(_ scheduler: SchedulerSettings) {
        guard timing == .slotted else { return checkEvents(scheduler) }
        if draft.slot == nil {
            conflict("needs 'slot'", hint: "such as 'slot: 1 s'")
        }
        if let processes = draft.processes, processes.value != .single {
            conflict("runs in one process", at: processes.place, hint: "use 'processes: single'")
        }
        if let clock = draft.clock, clock.value == .wall {
            conflict("knows only the virtual clock", at: clock.place)
        }
        if let event = draft.events.first {
            conflict("has no scheduled events", at: event.place)
        }
        if let time = draft.scheduler?.decisionTime, time.value != .fixed(.zero) {
            conflict("has decisions that take no time", at: time.place)
        }
    }

    private func checkEvents(_ scheduler: SchedulerSettings) {
        if scheduler.split != .waterfill, let place = draft.scheduler?.splitPlace {
            log.error(
                .conflict, at: place,
                "split '\(scheduler.split.rawValue)' is one of the published equations, which "
                    + "only slotted timing has", hint: "write 'timing: slotted', or leave it out")
        }
        if scheduler.observation == .published, let place = draft.scheduler?.observationPlace {
            log.error(
                .conflict, at: place,
                "observation 'published' is that of whole slots, which only slotted timing has",
                hint: "write 'timing: slotted', or leave it out")
        }
    }

    /// What the whole network tells.
    func check(
        _ stations: [Topology.Station], _ neighbours: NeighbourTable, _ traffic: [TrafficClass],
        _ scheduler: SchedulerSettings, _ training: TrainingSettings
    ) {
        guard timing == .slotted else { return }
        for station in stations where station.capacity.steps.count > 1 {
            conflict("has servers of one capacity, unlike '\(station.name)'")
        }
        for station in stations.indices {
            var rates: Set<Double> = []
            for other in stations.indices where other != station {
                guard let link = neighbours.link(from: other, to: station) else {
                    return conflict(
                        "needs a link from everyone to everyone", hint: "use 'shape: mesh'")
                }
                rates.insert(link.rate.value)
            }
            if rates.count > 1 {
                return conflict(
                    "has one rate towards each station, unlike those towards "
                        + "'\(stations[station].name)'", hint: "use 'rate_towards'")
            }
        }
        if traffic.contains(where: { $0.radio != nil }) {
            conflict("has no radio links")
        }
        if training.stepTime > .zero { conflict("has gradient steps that take no time") }
        if scheduler.policy.splitsTasks, traffic.contains(where: \.hasResults) {
            conflict(
                "has no equations for tasks that are divided and have results, as policy "
                    + "'\(scheduler.policy.rawValue)' would need",
                at: draft.scheduler?.policy?.place)
        }
        if ![.none, .central, .frozen].contains(training.mode) {
            conflict(
                "trains one policy for all stations, not '\(training.mode.rawValue)'",
                at: draft.training?.mode?.place, hint: "use 'mode: central'")
        }
    }

    private func conflict(_ what: String, at place: Place? = nil, hint: String? = nil) {
        log.error(.conflict, at: place ?? self.place, "slotted timing \(what)", hint: hint)
    }
}

extension TrafficClass {
    fileprivate var hasResults: Bool {
        if case .trace(let trace) = arrivals, !trace.results.isEmpty { return true }
        return result.mean > 0
    }
}

extension PolicyName {
    /// Whether a task may be divided among several servers.
    package var splitsTasks: Bool {
        switch self {
        case .waterfill, .oracleWaterfill, .drlCoEdge, .smCoEdge, .amCoEdge, .ddrlAMSA: true
        case .local, .random, .proportional, .roundRobin, .powerOfTwo, .leastBacklog,
            .earliestCompletion, .threshold, .oracleEarliestCompletion, .dqn, .sac, .dsac,
            .ddrlATS, .ladTS:
            false
        }
    }
}
