import EdgeModel
import SimulationKernel

/// What is allowed and probably not meant.
struct TopologyWarnings {
    let draft: TopologyDraft
    let topology: Topology
    let stations: StationExpansion
    let log: DiagnosticLog

    func report() {
        let load = NetworkLoad(topology)
        warnOfOverload(load)
        warnOfUnreachable()
        warnOfDelays()
        warnOfLearning()
        warnOfRounds()
    }

    private func warnOfOverload(_ load: NetworkLoad) {
        let place = draft.traffic.first?.place ?? draft.place
        if load.utilisation >= 1 {
            log.warning(
                .overload, at: place,
                "offered load is \(Decimal.text(load.utilisation, places: 2)) of the total "
                    + "capacity: queues grow without bound",
                hint: "'edgeflock explain' shows where; means then depend on the duration")
        }
        let spread = WorkDivision.proportional(topology, load)
        if let (station, value) = WorkDivision.highest(of: spread.ports), value >= 1 {
            log.warning(
                .overload, at: place,
                "a placement in proportion to capacity would offer "
                    + "\(Decimal.text(value, places: 2)) of what the egress port of "
                    + "'\(topology.stations[station].name)' can send",
                hint: "faster links, smaller tasks, or fewer of them")
        }
    }

    private func warnOfUnreachable() {
        guard topology.stations.count > 1 else { return }
        var hasUsers = [Bool](repeating: false, count: topology.stations.count)
        for trafficClass in topology.traffic {
            for station in trafficClass.stations { hasUsers[station] = true }
        }
        for station in topology.stations.indices
        where topology.neighbours[station].isEmpty && !hasUsers[station] {
            let name = topology.stations[station].name
            log.warning(
                .unreachableStation, at: stations.places[name] ?? draft.stationsPlace,
                "no users and no neighbours reach '\(name)'")
        }
    }

    private func warnOfDelays() {
        let longest = topology.traffic.map(\.deadline).max() ?? .unbounded
        guard let delay = draft.links?.values.delay, longest < .unbounded else { return }
        if delay.value.mean >= longest.seconds {
            log.warning(
                .linkDelay, at: delay.place,
                "the links' delay is beyond every deadline (\(longest.spelled))")
        }
    }

    private func warnOfRounds() {
        let training = topology.training
        guard training.mode == .federated,
            training.learnerLink.delay.seconds >= training.round.seconds / 2
        else { return }
        log.warning(
            .linkDelay, at: draft.training?.mode?.place ?? draft.place,
            "the learner is waited for half a 'round' (\(training.round.spelled)), and its link "
                + "takes longer: no average is ever made")
    }

    private func warnOfLearning() {
        guard topology.scheduler.policy.isLearned, topology.training.mode == .none else { return }
        log.warning(
            .policy, at: draft.training?.mode?.place ?? draft.place,
            "policy '\(topology.scheduler.policy.rawValue)' keeps the weights it starts with",
            hint: "mode 'central' trains it, mode 'frozen' loads trained weights")
    }
}
