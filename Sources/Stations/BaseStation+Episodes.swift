import EdgeModel
import Messaging
import SimulationKernel

/// Episodes begin and end by the station's own clock (docs/MODEL.md, section 2, "Episodes").
extension BaseStation {
    /// Starts with empty queues, ports and views, and with new streams of chance.
    mutating func beginEpisode(_ number: Int, _ directives: inout Directives) {
        let configuration = self.configuration
        episode = UInt32(number)
        episodesBegun = number + 1
        episodeStart = configuration.plan.start(of: number)
        episodeEnd = configuration.plan.end(of: number)
        isRunning = true
        books = StationRecord(station: configuration.index, episode: episode)
        server = ProcessingQueue(profile: configuration.capacity, origin: episodeStart)
        links = configuration.neighbours.map {
            OutboundLink(
                to: $0, from: configuration.name, seed: configuration.seed,
                episode: configuration.plan.stream(of: number), origin: episodeStart)
        }
        views = configuration.neighbours.map {
            NeighbourView($0, episodeStart: episodeStart)
        }
        placedWork = Array(repeating: PlacedWork(), count: views.count)
        let portCount = configuration.egress == .perLink ? max(1, views.count) : 1
        ports = Array(repeating: EgressPort(), count: portCount)
        presence = Presence(configuration.absences, from: episodeStart, to: episodeEnd)
        directives.beginEpisode(number)
        directives.wake(timer(.episodeEnd), at: episodeEnd)
        for (place, event) in events.enumerated() {
            directives.wake(timer(.event, payload: UInt32(place)), at: episodeStart + event.at)
        }
        nextReport = 0
        planReport(at: episodeStart + configuration.statePhase, &directives)
        if let settings = training?.settings {
            planRound(at: episodeStart + settings.round, &directives)
        }
    }

    /// Closes the episode, and begins the next if there is one.
    mutating func turnEpisode(at now: VirtualInstant, _ directives: inout Directives) {
        precondition(now == episodeEnd, "\(configuration.name) slept through \(episodeEnd)")
        recordUnfinished(&directives)
        endExperience(at: now, &directives)
        closeBooks(&directives)
        if let training {
            directives.record(.checkpoint(training.checkpoint(of: configuration.index)))
        }
        jobs.removeAll()
        repetitions.removeAll()
        tasks.removeAll()
        requests.removeAll()
        abandoned.removeAll()
        isDeciding = false
        pendingPlacement = nil
        decisionJobs = DecisionJobs()
        if Int(episode) + 1 < configuration.plan.episodes {
            beginEpisode(Int(episode) + 1, &directives)
        } else {
            isRunning = false
            episodeEnd = .distantFuture
        }
    }

    /// A row for every task that is still open, by number.
    private mutating func recordUnfinished(_ directives: inout Directives) {
        for number in tasks.oldest..<tasks.next where tasks[number].isOpen {
            directives.record(
                .task(tasks[number].row(status: .inFlight, episodeStart: episodeStart)))
        }
        for task in repetitions.passedTasks {
            directives.record(
                .task(OpenTask(task: task).row(status: .inFlight, episodeStart: episodeStart)))
        }
    }

    private mutating func closeBooks(_ directives: inout Directives) {
        let account = server.close(at: episodeEnd)
        books.queuedSubtasks = account.admitted - decisionJobs.finished - decisionJobs.unfinished
        books.finishedSubtasks = account.finished - decisionJobs.finished
        books.finishedWork = account.finishedWork.value - decisionJobs.work
        books.heldWork = account.heldWork.value
        books.subtaskSeconds = account.occupancy
        books.unfinishedSubtaskSeconds +=
            account.unfinishedOccupancy + repetitions.unfinishedSeconds
            + decisionJobs.residence.seconds
        books.busy = account.busy
        for port in ports { books.egressBusy += port.busy(until: episodeEnd) }
        let horizon = configuration.plan.horizon
        books.offeredCapacity = configuration.capacity.work(from: .zero, to: horizon).value
        for absence in configuration.absences {
            let span = absence.span
            books.away += span.length(before: horizon)
            books.offeredCapacity -=
                configuration.capacity.work(from: span.start, to: min(span.end, horizon)).value
        }
        books.droppedTransitions = log.takeDropped()
        books.policyVersion = weights.version
        directives.record(.station(books))
    }
}
