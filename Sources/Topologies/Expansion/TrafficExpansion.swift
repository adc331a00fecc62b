import EdgeModel
import SimulationKernel

/// Turns the entries of `traffic` into traffic classes.
struct TrafficExpansion {
    private let draft: TopologyDraft
    private let expansion: StationExpansion
    private let plan: EpisodePlan
    private let files: DataFiles
    private let log: DiagnosticLog

    init(
        _ draft: TopologyDraft, _ stations: StationExpansion, plan: EpisodePlan,
        files: DataFiles, log: DiagnosticLog
    ) {
        self.draft = draft
        expansion = stations
        self.plan = plan
        self.files = files
        self.log = log
    }

    func classes() -> [TrafficClass] {
        var names: [String: Place] = [:]
        if draft.traffic.isEmpty, !log.hasErrors {
            log.error(.emptyValue, at: draft.place, "'traffic' has no classes")
        }
        var classes: [TrafficClass] = []
        for entry in draft.traffic {
            if let name = entry.name {
                if let earlier = names[name.value] {
                    log.error(
                        .nameInUse, at: name.place,
                        "traffic class '\(name.value)' already defined at \(earlier)")
                }
                names[name.value] = name.place
            }
            if let expanded = expand(entry) { classes.append(expanded) }
        }
        return classes
    }

    private func expand(_ entry: TrafficDraft) -> TrafficClass? {
        let all = expansion.stations.count * draft.traffic.count
        guard all <= KeyTable.sourceLimit else {
            log.error(
                .tooManyStations, at: entry.place,
                "\(draft.traffic.count) classes at \(expansion.stations.count) stations, limit "
                    + "\(KeyTable.sourceLimit) of both multiplied")
            return nil
        }
        let stations = expansion.members(of: entry.stations)
        if let arrivals = entry.arrivals, arrivals.value.needsSlot, draft.slot == nil {
            log.error(
                .time, at: arrivals.place, "tasks that arrive per slot need 'slot'",
                hint: "add 'slot: 1 s' at the top level")
        }
        guard let name = entry.name, let arrivals = entry.arrivals, !stations.isEmpty else {
            return nil
        }
        var result = TrafficClass(
            name: name.value, stations: stations, arrivals: .poisson(rate: 0),
            size: entry.size?.value ?? .constant(0), result: entry.result?.value ?? .constant(0),
            workload: workload(entry), deadline: entry.deadline, radio: entry.radio)
        guard let process = process(arrivals, entry, &result) else { return nil }
        result.arrivals = process
        return result
    }

    private func workload(_ entry: TrafficDraft) -> WorkloadLaw {
        switch entry.work {
        case .work(let law): .work(law)
        case .density(let law): .density(law, perIndex: entry.isPerIndex)
        case .steps(let count, let perStep):
            .steps(count: count, perStep: perStep, perIndex: entry.isPerIndex)
        case nil: .work(.constant(0))
        }
    }

    private func process(
        _ arrivals: Located<ArrivalsDraft>, _ entry: TrafficDraft,
        _ trafficClass: inout TrafficClass
    ) -> ArrivalProcess? {
        switch arrivals.value {
        case .bernoulli(let candidates, let probability):
            return .bernoulli(candidates: candidates, probability: probability)
        case .slotted(let low, let high):
            return .slotted(low: low, high: high)
        case .poisson(let amount):
            return rate(amount, trafficClass, at: arrivals.place).map { .poisson(rate: $0) }
        case .bursts(let on, let off, let meanOn, let meanOff):
            return .bursts(rateOn: on, rateOff: off, meanOn: meanOn, meanOff: meanOff)
        case .diurnal(let amount, let amplitude, let period, let phase):
            return rate(amount, trafficClass, at: arrivals.place).map {
                .diurnal(mean: $0, amplitude: amplitude, period: period, phase: phase)
            }
        case .trace(let trace):
            return self.trace(trace, entry, trafficClass)
        }
    }

    /// Tasks per second at each station of the class.
    private func rate(
        _ amount: ArrivalsDraft.Amount, _ trafficClass: TrafficClass, at place: Place
    ) -> Double? {
        switch amount {
        case .rate(let rate): return rate
        case .load(let load):
            let work = trafficClass.workload.mean(size: trafficClass.size.mean)
            let capacity = trafficClass.stations.reduce(0) {
                $0 + expansion.stations[$1].capacity.meanCapacity(over: plan.horizon).value
            }
            let rate = load * capacity / (work * Double(trafficClass.stations.count))
            guard rate.isFinite, rate <= 1e6 else {
                log.error(
                    .outOfRange, at: place,
                    "'load' would need \(rate) tasks/s at each station, at most 1000000",
                    hint: "tasks need work for a load")
                return nil
            }
            return rate
        }
    }

    private func trace(
        _ draft: TraceDraft, _ entry: TrafficDraft, _ trafficClass: TrafficClass
    ) -> ArrivalProcess? {
        let file = TraceFile(
            draft: draft, stations: trafficClass.stations, names: expansion.groups,
            horizon: plan.horizon, seed: self.draft.seed?.value ?? 1,
            trafficClass: trafficClass.name, log: log)
        guard let (trace, columns) = file.read(files) else { return nil }
        let place = draft.file.place
        if columns.size == nil, entry.size == nil {
            log.error(
                .missingKey, at: place, "the trace has no 'size_mbit', so the class needs 'size'")
        }
        if columns.workload == nil, entry.work == nil {
            log.error(
                .missingKey, at: place,
                "the trace has no 'workload_gcycles', so the class needs 'workload', 'density' "
                    + "or 'steps'")
        }
        return .trace(trace)
    }
}
