import EdgeModel
import Messaging
import SimulationKernel

/// One scheduler, first come first served (docs/MODEL.md, sections 2 and 6).
extension BaseStation {
    mutating func arrived(
        _ task: EdgeTask, at now: VirtualInstant, _ directives: inout Directives
    ) {
        books.arrivedTasks &+= 1
        books.arrivedWork += task.workload.value
        tasks.append(task)
        if !isDeciding { decideNext(at: now, &directives) }
    }

    /// Asks about the oldest task without a decision, if there is one.
    ///
    /// The question is the last directive of its input, so this is called last.
    private mutating func decideNext(at now: VirtualInstant, _ directives: inout Directives) {
        isDeciding = nextDecision < tasks.next
        guard isDeciding else { return }
        observe(tasks[nextDecision].task, at: now)
        directives.decide(observation)
    }

    mutating func decided(
        _ action: Action, at now: VirtualInstant, _ directives: inout Directives
    ) {
        precondition(isDeciding, "\(configuration.name) was given a decision it did not ask for")
        books.decisions &+= 1
        tasks[nextDecision].policyVersion = action.policyVersion
        keepExperience(of: action, at: now, &directives)
        let end = decisionEnd(from: now)
        if end == now {
            place(action.placement, at: now, &directives)
            decideNext(at: now, &directives)
        } else {
            pendingPlacement = action.placement
            directives.wake(timer(.decisionEnd), at: end)
        }
    }

    /// When a decision that starts now takes effect; its work enters the own server's queue.
    private mutating func decisionEnd(from now: VirtualInstant) -> VirtualInstant {
        let work = configuration.decisionWork
        guard work > .zero else { return now + configuration.decisionTime }
        let service = server.admit(work, at: now)
        if service.finish < episodeEnd {
            decisionJobs.note(work, residence: service.finish - now)
        } else {
            decisionJobs.unfinished += 1
        }
        return service.finish
    }

    mutating func decisionEnded(at now: VirtualInstant, _ directives: inout Directives) {
        guard let placement = pendingPlacement else {
            preconditionFailure("\(configuration.name): no decision ends at \(now)")
        }
        pendingPlacement = nil
        place(placement, at: now, &directives)
        decideNext(at: now, &directives)
    }

    /// Fills the observation: the own server, then the neighbours by estimated completion.
    private mutating func observe(_ task: EdgeTask, at now: VirtualInstant) {
        ranking.assess(views, ports: ports, for: task, at: now)
        if ranking.knownCount > 0 {
            books.stateAgeSeconds += ranking.ageSum / Double(ranking.knownCount)
            books.stateAgeCount &+= 1
        }
        let capacity = server.capacity(at: now).value
        let own = Observation.Candidate(
            server: configuration.index, wait: server.wait(at: now).seconds, delay: 0,
            transfer: 0, service: task.workload.value / capacity, resultTransfer: 0, age: 0,
            backlog: server.backlog(at: now).value, capacity: capacity)
        observation.task = task
        observation.time = now
        observation.egressWait = ranking.egressWait
        ranking.order(limit: configuration.candidates - 1)
        ranking.fill(&observation.candidates, &candidatePlaces, own: own)
    }
}

/// The decisions that an edge server has worked for in one episode.
struct DecisionJobs: Hashable, Sendable {
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
