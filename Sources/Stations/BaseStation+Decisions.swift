import EdgeModel
import Messaging
import SimulationKernel

/// One scheduler, first come first served (docs/MODEL.md, sections 2 and 6).
extension BaseStation {
    mutating func arrived(
        _ task: EdgeTask, at now: VirtualInstant, _ directives: inout Directives
    ) {
        precondition(
            UInt64(task.id.number) == books.arrivedTasks,
            "\(task.id) came when \(books.arrivedTasks) was expected")
        books.arrivedTasks &+= 1
        books.arrivedWork += task.workload.value
        if presence.isAway {
            passOn(OpenTask(task: task), at: now, &directives)
        } else {
            take(task, at: now, &directives)
        }
    }

    /// Sees to a task from now on.
    mutating func take(_ task: EdgeTask, at now: VirtualInstant, _ directives: inout Directives) {
        let number = tasks.next
        tasks.append(task)
        request(DecisionQueue.Request(task: number), at: now, &directives)
    }

    /// The question, if one is asked, is the last directive of its input, so this is called last.
    mutating func request(
        _ request: DecisionQueue.Request, at now: VirtualInstant, _ directives: inout Directives
    ) {
        requests.append(request)
        if !isDeciding { decideNext(at: now, &directives) }
    }

    /// Asks about the oldest request, if there is one.
    private mutating func decideNext(at now: VirtualInstant, _ directives: inout Directives) {
        guard let request = requests.first else {
            isDeciding = false
            return
        }
        isDeciding = true
        var task = tasks[request.task].task
        if let part = request.part {
            let fraction = tasks[request.task].part(part).fraction
            task.size = task.size * fraction
            task.result = task.result * fraction
            task.workload = task.workload * fraction
        }
        observe(task, at: now)
        directives.decide(observation)
    }

    mutating func decided(
        _ action: Action, at now: VirtualInstant, _ directives: inout Directives
    ) {
        guard isDeciding, let request = requests.first else {
            preconditionFailure("\(configuration.name) was given a decision it did not ask for")
        }
        books.decisions &+= 1
        // A transition is about a whole task: that its parts were refused shows in its reward.
        if request.part == nil {
            tasks[request.task].policyVersion = action.policyVersion
            keepExperience(of: action, for: request.task, at: now, &directives)
        }
        let end = decisionEnd(from: now, measured: action.duration)
        if end == now {
            requests.removeFirst()
            place(action.placement, of: request, at: now, &directives)
            decideNext(at: now, &directives)
        } else if end < presence.serviceEnd {
            pendingPlacement = action.placement
            directives.wake(timer(.decisionEnd), at: end)
        }
    }

    /// When a decision that starts now takes effect; its work enters the own server's queue. One
    /// that the station's leave or the episode's end comes before never takes effect.
    private mutating func decisionEnd(
        from now: VirtualInstant, measured: VirtualDuration
    ) -> VirtualInstant {
        let work = configuration.decisionWork
        guard work > .zero else { return now + configuration.decisionTime + measured }
        let service = server.admit(work, at: now)
        if service.finish < presence.serviceEnd {
            decisionJobs.note(work, residence: service.finish - now)
        } else {
            decisionJobs.unfinished += 1
        }
        return service.finish
    }

    mutating func decisionEnded(at now: VirtualInstant, _ directives: inout Directives) {
        guard let placement = pendingPlacement, let request = requests.first else {
            preconditionFailure("\(configuration.name): no decision ends at \(now)")
        }
        pendingPlacement = nil
        requests.removeFirst()
        place(placement, of: request, at: now, &directives)
        decideNext(at: now, &directives)
    }

    /// Fills the observation: the own server, then the neighbours by estimated completion.
    private mutating func observe(_ task: EdgeTask, at now: VirtualInstant) {
        ranking.assess(
            views, forecasts, ports: ports, for: task, at: now,
            watching: configuration.watchesNeighbours ? configuration.statePeriod : nil)
        if ranking.knownCount > 0 {
            books.stateAgeSeconds += ranking.ageSum / Double(ranking.knownCount)
            books.stateAgeCount &+= 1
        }
        let capacity = server.capacity(at: now).value
        let backlog = server.backlog(at: now).value
        let own = Observation.Candidate(
            server: configuration.index, wait: ownWait(backlog, capacity, at: now), delay: 0,
            transfer: 0, service: task.workload.value / capacity, resultTransfer: 0, age: 0,
            backlog: backlog, capacity: capacity)
        observation.task = task
        observation.time = now
        observation.egressWait = ranking.egressWait
        ranking.order(limit: configuration.candidates - 1)
        ranking.fill(&observation.candidates, &candidatePlaces, own: own)
    }
}

extension BaseStation {
    /// How long the own server is busy, seconds. A change of its capacity is not foreseen.
    private func ownWait(_ backlog: Double, _ capacity: Double, at now: VirtualInstant) -> Double {
        server.profile.steps.count == 1 ? server.wait(at: now).seconds : backlog / capacity
    }
}

/// The decisions that an edge server has worked for in one episode.
struct DecisionJobs: Hashable, Sendable, Codable {
    private(set) var finished: UInt64 = 0
    private(set) var work = 0.0
    private(set) var residence = VirtualDuration.zero
    /// Still held by the server at the end.
    var unfinished: UInt64 = 0

    mutating func note(_ work: Gigacycles, residence: VirtualDuration) {
        finished += 1
        self.work += work.value
        self.residence += residence
    }
}
