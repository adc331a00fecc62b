import EdgeModel
import Messaging
import SimulationKernel

/// Placements take effect: subtasks leave for their servers (docs/MODEL.md, section 2).
extension BaseStation {
    /// Fractions below this are dropped, and the others rescaled.
    static var leastFraction: Double { 1e-6 }

    /// Places the task that is being decided about, in candidate order.
    mutating func place(
        _ placement: Placement, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let number = nextDecision
        nextDecision &+= 1
        switch placement {
        case .whole(let candidate):
            tasks[number].parts = 1
            tasks[number].missing = 1
            startPart(0, of: number, on: candidate, fraction: 1, at: now, &directives)
        case .split(let fractions):
            precondition(
                fractions.count <= candidatePlaces.count,
                "\(fractions.count) fractions for \(candidatePlaces.count) candidates")
            var (kept, count) = (0.0, UInt32(0))
            for fraction in fractions where fraction >= Self.leastFraction {
                kept += fraction
                count += 1
            }
            precondition(count > 0 && kept.isFinite, "nothing to place in \(fractions)")
            let isWhole = count == fractions.count
            tasks[number].parts = count
            tasks[number].missing = count
            let none = SubtaskRecord(server: 0, fraction: 0)
            tasks[number].others = Array(repeating: none, count: Int(count) - 1)
            var part: UInt32 = 0
            for (candidate, fraction) in fractions.enumerated()
            where fraction >= Self.leastFraction {
                startPart(
                    part, of: number, on: candidate, fraction: isWhole ? fraction : fraction / kept,
                    at: now, &directives)
                part += 1
            }
        }
    }

    private mutating func startPart(
        _ part: UInt32, of number: UInt32, on candidate: Int, fraction: Double,
        at now: VirtualInstant, _ directives: inout Directives
    ) {
        precondition(
            candidatePlaces.indices.contains(candidate),
            "candidate \(candidate) of \(candidatePlaces.count)")
        let place = Int(candidatePlaces[candidate])
        let target = place < 0 ? configuration.index : neighbourIndices[place]
        tasks[number].withPart(part) {
            $0 = SubtaskRecord(server: target, fraction: fraction)
        }
        let task = tasks[number].task
        let subtask = Subtask(
            task: task.id, episode: episode, part: part, size: task.size * fraction,
            result: task.result * fraction, workload: task.workload * fraction)
        if place < 0 {
            serveOwn(subtask, at: now, &directives)
        } else {
            if configuration.ownWork {
                views[place].place(subtask.workload)
                placedWork[place].add(subtask.workload, at: now)
            }
            transmit(.subtask(subtask), data: subtask.size, to: place, at: now, &directives)
        }
    }

    /// Sends task traffic over the egress port; what is lost is sent again after a while.
    ///
    /// - Returns: when it arrives, nil when it is lost.
    @discardableResult
    mutating func transmit(
        _ message: Message, data: Megabits, to place: Int, at now: VirtualInstant,
        _ directives: inout Directives
    ) -> VirtualInstant? {
        let port = ports.count == 1 ? 0 : place
        let sent = ports[port].send(for: data / links[place].link.rate, at: now)
        books.taskMessages &+= 1
        books.taskBytes &+=
            EmulatedSize.bytes(of: data) &+ UInt64(message.encodedSize)
        guard let arrival = links[place].taskArrival(sent: sent) else {
            let slot = repetitions.insert(
                Repetitions.Item(message: message, data: data, place: place))
            directives.wake(
                timer(.repetition, payload: slot),
                at: sent + links[place].link.retransmissionTimeout)
            return nil
        }
        directives.send(message, to: links[place].index, at: arrival)
        return arrival
    }

    /// The time to repeat a lost transmission has come.
    mutating func sendAgain(
        _ slot: UInt32, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let item = repetitions.remove(slot)
        switch item.message {
        case .notice(let notice):
            sendResult(notice, item.data, to: item.place, at: now, &directives)
        case .subtask, .task, .report, .transitions, .weights:
            transmit(item.message, data: item.data, to: item.place, at: now, &directives)
        }
    }

    /// A part of one of this station's tasks is known to be done.
    mutating func completePart(
        _ part: UInt32, of number: UInt32, _ times: ServiceTimes, completion: VirtualInstant,
        at now: VirtualInstant, _ directives: inout Directives
    ) {
        let start = episodeStart
        tasks[number].withPart(part) { record in
            precondition(
                record.finish == .unbounded, "part \(part) of task \(number) is done twice")
            record.queued = times.queued - start
            record.start = times.start - start
            record.finish = times.finish - start
        }
        tasks[number].latest = max(tasks[number].latest, completion)
        tasks[number].missing -= 1
        if tasks[number].missing == 0 { finish(number, at: now, &directives) }
    }

    private mutating func finish(
        _ number: UInt32, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let (delay, deadline) = (tasks[number].delay, tasks[number].task.deadline)
        let status = delay > deadline ? TaskStatus.late : .completed
        directives.record(.task(tasks[number].row(status: status, episodeStart: episodeStart)))
        let decision = tasks[number].decision
        if decision != OpenTask.none {
            let reward = configuration.reward.reward(delay: delay, deadline: deadline)
            log.reward(decision, Float(reward), at: now)
            planExperience(at: now, &directives)
        }
        tasks.close(number)
    }
}

/// Transmissions that were lost and are to be repeated.
struct Repetitions {
    struct Item {
        var message: Message
        var data: Megabits
        var place: Int
    }

    private var items: [Item?] = []
    private var free: [UInt32] = []

    mutating func insert(_ item: Item) -> UInt32 {
        if let slot = free.popLast() {
            items[Int(slot)] = item
            return slot
        }
        items.append(item)
        return UInt32(items.count - 1)
    }

    mutating func remove(_ slot: UInt32) -> Item {
        guard let item = items[Int(slot)].take() else {
            preconditionFailure("nothing to repeat at \(slot)")
        }
        free.append(slot)
        return item
    }

    /// What subtasks spent at the server whose results are among the lost, subtask-seconds.
    var unfinishedSeconds: Double {
        items.reduce(0) { sum, item in
            guard case .notice(let notice) = item?.message else { return sum }
            return sum + (notice.finish - notice.queued).seconds
        }
    }

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
    }
}
