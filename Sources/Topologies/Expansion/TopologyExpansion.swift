import EdgeModel
import SimulationKernel

/// Turns a draft into a topology, checking what only the whole can tell.
struct TopologyExpansion {
    let draft: TopologyDraft
    let files: DataFiles
    let log: DiagnosticLog

    /// Nil after an error; also when data is missing, which is only a warning.
    func topology() -> Topology? {
        let hosts = HostExpansion(draft, log: log)
        let stations = StationExpansion(draft, hosts: hosts, files: files, log: log)
        let plan = plan()
        let neighbours = neighbours(stations)
        let traffic = TrafficExpansion(
            draft, stations, plan: plan, files: files, log: log
        ).classes()
        let scheduler = draft.scheduler?.settings ?? SchedulerSettings(policy: .local)
        let training = training(scheduler, stations.stations.map(\.name), neighbours)
        let events = EventExpansion(
            draft: draft, stations: stations, neighbours: neighbours, plan: plan, log: log
        ).events()
        checkProcesses(scheduler, stations)
        let slotted = SlottedRules(draft: draft, log: log)
        slotted.check(scheduler)
        if !log.hasErrors {
            slotted.check(stations.stations, neighbours, traffic, scheduler, training)
        }
        guard !log.hasErrors, let name = draft.name else { return nil }

        let topology = Topology(
            name: name.value, seed: draft.seed?.value ?? 1,
            slot: draft.slot?.value, timing: slotted.timing,
            slotPlacement: draft.slotPlacement?.value ?? .spread, plan: plan,
            stations: stations.stations, neighbours: neighbours,
            egress: draft.links?.egress?.value ?? .shared, traffic: traffic,
            scheduler: scheduler, training: training, events: events,
            clock: draft.clock?.value ?? .virtual,
            speed: draft.speed?.value ?? 1, processes: draft.processes?.value ?? .perStation,
            keys: draft.keys.flatMap { files.path($0.value, at: $0.place) }, hosts: hosts.hosts)
        hosts.checkPorts(of: topology, draft)
        guard !log.hasErrors else { return nil }
        TopologyWarnings(draft: draft, topology: topology, stations: stations, log: log).report()
        return topology
    }

    // MARK: Time

    private func plan() -> EpisodePlan {
        let fallback = EpisodePlan(episodes: 1, horizon: .seconds(1), drain: .seconds(1))
        if let slots = draft.slots, draft.slot == nil {
            log.error(
                .time, at: slots.place, "'slots' needs 'slot'",
                hint: "add 'slot: 1 s', or write 'duration'")
            return fallback
        }
        guard let horizon = horizon() else { return fallback }
        let place = draft.duration?.place ?? draft.slots?.place ?? draft.place
        let drain = draft.drain?.value ?? horizon
        let episodes = draft.episodes?.value ?? 1
        let warmup = draft.warmup?.value ?? .zero
        if warmup >= horizon {
            log.error(
                .time, at: draft.warmup?.place ?? place,
                "'warmup' leaves nothing of an episode (got \(warmup.spelled), expected below "
                    + "\(horizon.spelled))")
        }
        let total = (horizon + drain).seconds * Double(episodes)
        guard horizon > .zero, total < 4e9 else {
            log.error(
                .time, at: place,
                "the run would take \(Bounds.plain(total)) virtual seconds, at most 4000000000")
            return fallback
        }
        return EpisodePlan(
            episodes: episodes, horizon: horizon, drain: drain, warmup: warmup,
            phase: draft.phase?.value ?? .evaluate)
    }

    /// As given, or slots x slot.
    private func horizon() -> VirtualDuration? {
        if let duration = draft.duration { return duration.value }
        guard let slot = draft.slot, let slots = draft.slots else { return nil }
        let seconds = slot.value.seconds * Double(slots.value)
        guard seconds <= KeyTable.longest else {
            log.error(
                .time, at: slots.place,
                "an episode would take \(Bounds.plain(seconds)) s, at most "
                    + Bounds.spelled(KeyTable.longest, .duration))
            return nil
        }
        return slot.value * Int64(slots.value)
    }

    // MARK: Links

    private func neighbours(_ stations: StationExpansion) -> NeighbourTable {
        let none = [[NeighbourTable.Neighbour]](repeating: [], count: stations.stations.count)
        guard let links = draft.links else {
            if stations.stations.count > 1, !log.hasErrors {
                log.error(
                    .missingKey, at: draft.place, "missing key 'links' of the topology",
                    hint: "with two stations or more, say how they are linked")
            }
            return NeighbourTable(rows: none)
        }
        return LinkExpansion(links, stations, seed: draft.seed?.value ?? 1, log: log).table()
    }

    // MARK: Learning

    private func training(
        _ scheduler: SchedulerSettings, _ stations: [String], _ neighbours: NeighbourTable
    ) -> TrainingSettings {
        var settings = draft.training?.settings ?? TrainingSettings(mode: .none)
        // The section stays in the file when another policy is tried on it.
        guard scheduler.policy.isLearned else { return settings }
        settings.mode = draft.training?.mode?.value ?? .central
        if settings.mode == .gossip { checkMixing(neighbours) }
        guard let checkpoint = draft.training?.checkpoint else { return settings }
        settings.checkpoint = files.path(checkpoint.value, at: checkpoint.place)
        let missing = stations.first { station in
            settings.checkpointFile(of: station).map(FileBytes.isReadable) != true
        }
        if let missing {
            let file =
                settings.parameters == .shared ? "" : " with '\(missing).safetensors' in it"
            log.warning(
                .missingFile, at: checkpoint.place,
                "no readable checkpoint '\(checkpoint.value)'\(file); the topology cannot be "
                    + "launched",
                kind: .missingData)
        }
        return settings
    }

    /// With more than all of the weight on others, averages drift apart instead of together.
    private func checkMixing(_ neighbours: NeighbourTable) {
        guard let mixing = draft.training?.mixing, !log.hasErrors else { return }
        let most = (0..<neighbours.stationCount).map { neighbours[$0].count }.max() ?? 0
        guard mixing.value * Double(most) > 1 + 1e-9 else { return }
        log.error(
            .outOfRange, at: mixing.place,
            "'mixing' leaves a station with \(most) neighbours less than nothing of its own weights "
                + "(got \(mixing.value), at most 1/\(most))")
    }

    private func checkProcesses(_ scheduler: SchedulerSettings, _ stations: StationExpansion) {
        guard let processes = draft.processes else { return }
        if scheduler.policy.isOracle, processes.value != .single {
            log.error(
                .policy, at: draft.scheduler?.policy?.place ?? draft.place,
                "policy '\(scheduler.policy.rawValue)' reads the true state of every station, "
                    + "which only one process has",
                hint: "use 'processes: single'")
        }
        if case .packed(let count) = processes.value, count > stations.stations.count,
            !log.hasErrors
        {
            log.error(
                .outOfRange, at: processes.place,
                "more processes than stations (got \(count), expected 1 … "
                    + "\(stations.stations.count))")
        }
    }
}
