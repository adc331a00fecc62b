import EdgeModel
import Messaging
import SimulationKernel

/// Placements take effect: subtasks leave for their servers (docs/MODEL.md, section 2).
extension BaseStation {
    /// Fractions below this are dropped, and the others rescaled.
    static var leastFraction: Double { 1e-6 }

    /// Places a task, or a part of one that was refused, in candidate order.
    ///
    /// A part that is placed on one server stays that part; what is divided further goes on as more
    /// parts, behind those that the task has.
    mutating func place(
        _ placement: Placement, of request: DecisionQueue.Request, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        let number = request.task
        let whole = request.part.map { tasks[number].part($0).fraction } ?? 1
        if request.part != nil { books.replacedSubtasks &+= 1 }
        switch placement {
        case .whole(let candidate):
            let part = request.part ?? addParts(1, to: number)
            startPart(part, of: number, on: candidate, fraction: whole, at: now, &directives)
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
            var part = addParts(request.part == nil ? count : count - 1, to: number)
            var known = request.part
            for (candidate, share) in fractions.enumerated() where share >= Self.leastFraction {
                let fraction = isWhole ? share : share / kept
                startPart(
                    known ?? part, of: number, on: candidate, fraction: fraction * whole, at: now,
                    &directives)
                if known == nil { part += 1 }
                known = nil
            }
        }
    }

    /// Makes room for more parts of a task.
    ///
    /// - Returns: the first of them.
    private mutating func addParts(_ count: UInt32, to number: UInt32) -> UInt32 {
        let first = tasks[number].parts
        tasks[number].parts += count
        tasks[number].missing += count
        let others = Int(tasks[number].parts) - 1
        let none = SubtaskRecord(server: 0, fraction: 0)
        if others > tasks[number].others.count {
            tasks[number].others +=
                Array(repeating: none, count: others - tasks[number].others.count)
        }
        return first
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
            task: TaskID(origin: configuration.index, number: number), episode: episode,
            part: part, size: task.size * fraction,
            result: task.result * fraction, workload: task.workload * fraction)
        if place < 0 {
            serveOwn(subtask, at: now, &directives)
        } else {
            if configuration.ownWork {
                views[place].place(subtask.workload)
                placedWork[place].add(subtask.workload, at: now)
            }
            if !forecasts.isEmpty {
                let sample = ranking.sample(of: place, at: observation.time)
                tasks[number].samples.append(OpenTask.PartSample(part: part, sample: sample))
            }
            transmit(.subtask(subtask), data: subtask.size, to: place, at: now, &directives)
        }
    }

    /// Sends task traffic over the egress port; what is lost is sent again after a while, and what
    /// a cut link holds up when it is open.
    ///
    /// A transmission has the rate of the instant at which it begins, and the delay and the fate of
    /// that at which its last bit leaves.
    /// - Returns: when it arrives, nil when that is not known yet.
    @discardableResult
    mutating func transmit(
        _ message: Message, data: Megabits, to place: Int, at now: VirtualInstant,
        _ directives: inout Directives
    ) -> VirtualInstant? {
        let open = links[place].firstOpen(from: now)
        guard open == now else {
            repeatLater(message, data: data, to: place, at: open, &directives)
            return nil
        }
        let port = ports.count == 1 ? 0 : place
        let rate = links[place].link(at: max(now, ports[port].freeAt)).rate
        let sent = ports[port].send(for: data / rate, at: now)
        books.taskMessages &+= 1
        books.taskBytes &+=
            EmulatedSize.bytes(of: data) &+ UInt64(message.encodedSize)
        switch links[place].sendTask(leaving: sent) {
        case .arrives(let arrival):
            directives.send(message, to: links[place].index, at: arrival)
            return arrival
        case .repeats(let instant):
            repeatLater(message, data: data, to: place, at: instant, &directives)
            return nil
        }
    }

    private mutating func repeatLater(
        _ message: Message, data: Megabits, to place: Int, at instant: VirtualInstant,
        _ directives: inout Directives
    ) {
        let slot = repetitions.insert(
            Repetitions.Item(message: message, data: data, place: place))
        directives.wake(timer(.repetition, payload: slot), at: instant)
    }

    /// The time to repeat a lost transmission has come.
    mutating func sendAgain(
        _ slot: UInt32, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let item = repetitions.remove(slot)
        switch item.message {
        case .notice(let notice):
            sendResult(notice, item.data, to: item.place, at: now, &directives)
        case .task(let task):
            send(OpenTask(task: task), to: item.place, at: now, &directives)
        case .subtask(let subtask):
            // Its task may have gone elsewhere meanwhile.
            guard tasks.isOpen(subtask.task.number) else { return }
            transmit(item.message, data: item.data, to: item.place, at: now, &directives)
        case .refusal, .report, .transitions, .weights, .update:
            preconditionFailure("\(item.message) is not sent again")
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
struct Repetitions: Codable {
    struct Item: Codable {
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

    /// The tasks on their way to a neighbour, in order of their slots.
    var passedTasks: [EdgeTask] {
        items.compactMap { item in
            guard case .task(let task) = item?.message else { return nil }
            return task
        }
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
