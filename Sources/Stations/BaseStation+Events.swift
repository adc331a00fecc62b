import EdgeModel
import Messaging
import SimulationKernel

/// Scheduled events (docs/MODEL.md, section 2, and docs/decisions/0005).
///
/// What leaves is the scheduler and the edge server. The site stays: it passes the tasks of its
/// users on, refuses what comes to the server, and sends what was already on its way out.
extension BaseStation {
    mutating func happen(
        _ event: StationEvent, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch event {
        case .leave: leave(at: now, &directives)
        case .join: join(at: now)
        case .links:
            for (place, neighbour) in configuration.neighbours.enumerated() {
                let instant = now - episodeStart
                views[place].follow(
                    there: neighbour.outbound.link(at: instant),
                    back: neighbour.inbound.link(at: instant))
            }
        }
    }

    /// Everything stops: the server is emptied, and open tasks go to a neighbour.
    ///
    /// Neighbours whose subtasks are thrown out were told when these came, since it was certain.
    private mutating func leave(at now: VirtualInstant, _ directives: inout Directives) {
        presence.leave()
        books.unfinishedSubtaskSeconds += server.evict(at: now)
        requests.removeAll()
        isDeciding = false
        pendingPlacement = nil
        for number in tasks.oldest..<tasks.next where tasks.isOpen(number) {
            let task = tasks[number]
            abandonParts(of: task, numbered: number, &directives)
            tasks.close(number)
            passOn(task, at: now, &directives)
        }
    }

    /// Begins anew with an empty server, and with nothing known of the neighbours.
    private mutating func join(at now: VirtualInstant) {
        presence.join()
        for (place, neighbour) in configuration.neighbours.enumerated() {
            views[place].forget(neighbour, at: now)
            placedWork[place] = PlacedWork()
        }
    }

    // MARK: Tasks of an absent station

    /// A neighbour's site has passed a task on.
    mutating func inherited(
        _ task: EdgeTask, at now: VirtualInstant, _ directives: inout Directives
    ) {
        guard !presence.isAway else {
            return passOn(OpenTask(task: task), at: now, &directives)
        }
        books.inheritedTasks &+= 1
        take(task, at: now, &directives)
    }

    /// Sends a task to the nearest neighbour that is there, or gives it up.
    mutating func passOn(
        _ task: OpenTask, at now: VirtualInstant, _ directives: inout Directives
    ) {
        if presence.orphans == .lost { return lose(task, .stationAway, &directives) }
        guard let heir = nearestNeighbour(at: now) else {
            return lose(task, .noNeighbour, &directives)
        }
        books.passedTasks &+= 1
        send(task, to: heir, at: now, &directives)
    }

    /// Sends the task as its user did, with all of its input.
    ///
    /// Until it arrives it is this station's to account for: what would come too late for the
    /// episode is in flight here.
    mutating func send(
        _ task: OpenTask, to place: Int, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let arrival = transmit(
            .task(task.task), data: task.task.size, to: place, at: now, &directives)
        guard let arrival, arrival >= episodeEnd else { return }
        let row = OpenTask(task: task.task).row(status: .inFlight, episodeStart: episodeStart)
        directives.record(.task(row))
    }

    private mutating func lose(
        _ task: OpenTask, _ reason: LossReason, _ directives: inout Directives
    ) {
        let row = OpenTask(task: task.task)
            .row(status: .lost, loss: reason, episodeStart: episodeStart)
        directives.record(.task(row))
    }

    /// The neighbour with the least delay among those that are there and can be reached.
    private func nearestNeighbour(at now: VirtualInstant) -> Int? {
        let instant = now - episodeStart
        var nearest: (delay: VirtualDuration, place: Int)?
        for (place, neighbour) in configuration.neighbours.enumerated() {
            guard !neighbour.absences.contains(where: { $0.span.contains(instant) }),
                links[place].isOpen(at: now)
            else { continue }
            let delay = links[place].link(at: now).delay
            if nearest.map({ delay < $0.delay }) ?? true { nearest = (delay, place) }
        }
        return nearest?.place
    }

    // MARK: Parts for nothing

    /// The parts of a task that goes: what is done was done for nothing, and what is under way on
    /// other servers will be.
    private mutating func abandonParts(
        of task: OpenTask, numbered number: UInt32, _ directives: inout Directives
    ) {
        for part in 0..<task.parts {
            let record = task.part(part)
            let work = task.task.workload * record.fraction
            if record.finish < .unbounded {
                directives.record(
                    .abandoned(
                        AbandonedPart(
                            task: task.task.id, episode: episode, server: record.server,
                            queued: record.queued, start: record.start, finish: record.finish,
                            work: work)))
            } else if record.server != configuration.index {
                abandoned.add(part, of: number, AbandonedParts.Item(task: task.task.id, work: work))
            }
        }
    }

    /// A part was finished whose task this station no longer has.
    mutating func noteAbandoned(
        _ notice: SubtaskNotice, from server: NodeIndex, _ directives: inout Directives
    ) {
        guard let part = abandoned.remove(notice.part, of: notice.task.number) else {
            preconditionFailure("\\(configuration.name) never had what \\(notice) is about")
        }
        directives.record(
            .abandoned(
                AbandonedPart(
                    task: part.task, episode: episode, server: server,
                    queued: notice.queued - episodeStart, start: notice.start - episodeStart,
                    finish: notice.finish - episodeStart, work: part.work)))
    }

    // MARK: Refusals

    /// A neighbour's subtask comes to the server, if that is there.
    mutating func receive(
        _ subtask: Subtask, from sender: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        if presence.isAway {
            refuse(subtask, from: sender, since: now, &directives)
        } else {
            serve(subtask, from: sender, at: now, &directives)
        }
    }

    /// Sends the notice that a subtask is not served here; like that of a service it has no size.
    mutating func refuse(
        _ subtask: Subtask, from sender: NodeIndex, since instant: VirtualInstant,
        _ directives: inout Directives
    ) {
        let refusal = Message.refusal(
            SubtaskRefusal(
                task: subtask.task, episode: episode, part: subtask.part, instant: instant))
        books.refusedSubtasks &+= 1
        books.taskMessages &+= 1
        books.taskBytes &+= UInt64(refusal.encodedSize)
        let due = links[place(of: sender)].noticeArrival(at: instant)
        directives.send(refusal, to: sender, at: due)
    }

    /// A neighbour is away, and a part of a task has to go elsewhere, from zero.
    mutating func refused(
        _ refusal: SubtaskRefusal, by server: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        views[place(of: server)].noteRefusal(at: refusal.instant)
        let number = refusal.task.number
        guard tasks.isOpen(number) else {
            abandoned.remove(refusal.part, of: number)
            return
        }
        request(
            DecisionQueue.Request(task: number, part: refusal.part), at: now, &directives)
    }

    // MARK: Learner

    /// When an absent learner is back; nil when it is there.
    func learnerReturn(after now: VirtualInstant) -> VirtualInstant? {
        guard !configuration.learnerOutages.isEmpty else { return nil }
        let back = configuration.learnerOutages.firstFree(from: now - episodeStart)
        return episodeStart + back == now ? nil : episodeStart + back
    }
}

/// What other servers do for tasks that are gone: work that comes to nothing.
struct AbandonedParts: Codable {
    struct Item: Codable {
        /// As the ledger names it.
        var task: TaskID
        var work: Gigacycles
    }

    private struct Key: Hashable, Codable {
        var number: UInt32
        var part: UInt32
    }

    private var items: [Key: Item] = [:]

    mutating func add(_ part: UInt32, of number: UInt32, _ item: Item) {
        items[Key(number: number, part: part)] = item
    }

    @discardableResult
    mutating func remove(_ part: UInt32, of number: UInt32) -> Item? {
        items.removeValue(forKey: Key(number: number, part: part))
    }

    mutating func removeAll() { items.removeAll() }
}
