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
        if configuration.decisionTime == .zero {
            place(action.placement, at: now, &directives)
            decideNext(at: now, &directives)
        } else {
            pendingPlacement = action.placement
            directives.wake(timer(.decisionEnd), at: now + configuration.decisionTime)
        }
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
        observation.task = task
        observation.egressWait = 0
        for port in ports {
            observation.egressWait = max(observation.egressWait, port.wait(at: now).seconds)
        }
        ranking.begin(limit: configuration.candidates - 1)
        var (ages, known) = (0.0, 0)
        let hasResult = task.result > .zero
        for place in views.indices {
            let candidate = candidate(place, for: task, hasResult: hasResult, at: now)
            if views[place].isKnown {
                ages += candidate.age
                known &+= 1
            }
            ranking.insert(candidate, place: Int32(truncatingIfNeeded: place))
        }
        if known > 0 {
            books.stateAgeSeconds += ages / Double(known)
            books.stateAgeCount &+= 1
        }
        observation.candidates.removeAll(keepingCapacity: true)
        observation.candidates.append(ownCandidate(for: task, at: now))
        candidatePlaces.removeAll(keepingCapacity: true)
        candidatePlaces.append(-1)
        ranking.forEach { candidate, place in
            observation.candidates.append(candidate)
            candidatePlaces.append(place)
        }
    }

    private func ownCandidate(
        for task: EdgeTask, at now: VirtualInstant
    ) -> Observation.Candidate {
        let capacity = server.capacity(at: now)
        return Observation.Candidate(
            server: configuration.index, wait: server.wait(at: now).seconds, delay: 0,
            transfer: 0, service: task.workload.value / capacity.value, resultTransfer: 0, age: 0,
            backlog: server.backlog(at: now).value, capacity: capacity.value)
    }

    private func candidate(
        _ place: Int, for task: EdgeTask, hasResult: Bool, at now: VirtualInstant
    ) -> Observation.Candidate {
        let view = views[place]
        let backlog = view.knownBacklog(at: now)
        let egressWait =
            ports.count == 1
            ? observation.egressWait : ports[place].wait(at: now).seconds
        return Observation.Candidate(
            server: view.index, wait: backlog / view.capacity, delay: view.delay,
            transfer: task.size.value / view.rate,
            service: task.workload.value / view.capacity,
            resultTransfer: hasResult ? task.result.value / view.returnRate : 0,
            age: view.age(at: now), backlog: backlog, capacity: view.capacity,
            egressWait: egressWait)
    }
}

/// The best few candidates, by estimated completion, then by place.
struct Ranking {
    private struct Entry {
        var estimate: Double
        var place: Int32
        var candidate: Observation.Candidate
    }

    private var entries: [Entry] = []
    private var limit = 0

    mutating func begin(limit: Int) {
        entries.removeAll(keepingCapacity: true)
        self.limit = limit
    }

    /// Takes in a candidate; places ascend.
    mutating func insert(_ candidate: Observation.Candidate, place: Int32) {
        let estimate = candidate.estimate.finish(1)
        if entries.count == limit {
            guard let last = entries.last, estimate < last.estimate else { return }
            entries.removeLast()
        }
        let entry = Entry(estimate: estimate, place: place, candidate: candidate)
        entries.append(entry)
        entries.withUnsafeMutableBufferPointer { entries in
            var index = entries.count &- 1
            while index > 0, estimate < entries[index &- 1].estimate {
                entries[index] = entries[index &- 1]
                index &-= 1
            }
            entries[index] = entry
        }
    }

    func forEach(_ body: (Observation.Candidate, Int32) -> Void) {
        for entry in entries { body(entry.candidate, entry.place) }
    }
}
