import EdgeModel
import Messaging
import SimulationKernel

/// The edge server: first come first served (docs/MODEL.md, section 2, "Placement").
extension BaseStation {
    /// A subtask of the station's own users enters the queue.
    mutating func serveOwn(
        _ subtask: Subtask, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let times = admit(subtask.workload, at: now)
        tasks[subtask.task.number].withPart(subtask.part) { $0.queued = now - episodeStart }
        addJob(subtask, times, &directives)
    }

    /// A neighbour's subtask enters the queue.
    ///
    /// Service is certain once it is queued, so without a result the notice leaves now, due one
    /// link delay after the service ends; it has no size and meets neither port, jitter nor loss.
    mutating func serve(
        _ subtask: Subtask, from sender: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        let times = admit(subtask.workload, at: now)
        if times.finish >= presence.nextLeave, presence.nextLeave < episodeEnd {
            // As certain as a service: the station will leave before this is done.
            refuse(subtask, from: sender, since: presence.nextLeave, &directives)
            return
        }
        guard subtask.result == .zero else { return addJob(subtask, times, &directives) }
        guard times.finish < presence.serviceEnd else { return }
        let due = links[place(of: sender)].noticeArrival(at: times.finish)
        let notice = Message.notice(
            SubtaskNotice(
                task: subtask.task, episode: episode, part: subtask.part, queued: times.queued,
                start: times.start, finish: times.finish))
        books.taskMessages &+= 1
        books.taskBytes &+= UInt64(notice.encodedSize)
        if due >= episodeEnd { countUnfinished(times) }
        directives.send(notice, to: sender, at: due)
    }

    private mutating func admit(_ work: Gigacycles, at now: VirtualInstant) -> ServiceTimes {
        let service = server.admit(work, at: now)
        return ServiceTimes(queued: now, start: service.start, finish: service.finish)
    }

    /// Jobs end in the order in which they came, one timer each.
    private mutating func addJob(
        _ subtask: Subtask, _ times: ServiceTimes, _ directives: inout Directives
    ) {
        guard times.finish < presence.serviceEnd else { return }
        jobs.append(
            Job(task: subtask.task, part: subtask.part, result: subtask.result, times: times))
        let isOwn = subtask.task.origin == configuration.index
        directives.wake(timer(isOwn ? .ownServiceEnd : .serviceEnd), at: times.finish)
    }

    mutating func finishJob(at now: VirtualInstant, _ directives: inout Directives) {
        guard let job = jobs.popFirst(), job.times.finish == now else {
            preconditionFailure("\(configuration.name): no job ends at \(now)")
        }
        if job.task.origin == configuration.index {
            completePart(
                job.part, of: job.task.number, job.times, completion: now, at: now, &directives)
        } else {
            let notice = SubtaskNotice(
                task: job.task, episode: episode, part: job.part, queued: job.times.queued,
                start: job.times.start, finish: job.times.finish)
            sendResult(
                notice, job.result, to: place(of: job.task.origin), at: now, &directives)
        }
    }

    /// A result goes back the way it came, as task traffic; the notice stands for it.
    mutating func sendResult(
        _ notice: SubtaskNotice, _ result: Megabits, to place: Int, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        let arrival = transmit(.notice(notice), data: result, to: place, at: now, &directives)
        if let arrival, arrival >= episodeEnd {
            countUnfinished(
                ServiceTimes(queued: notice.queued, start: notice.start, finish: notice.finish))
        }
    }

    /// The ledger will not show that this was finished.
    private mutating func countUnfinished(_ times: ServiceTimes) {
        books.unfinishedSubtaskSeconds += (times.finish - times.queued).seconds
    }

    /// A neighbour has done a part; a result completes it now, no result when service ended.
    mutating func noticed(
        _ notice: SubtaskNotice, from sender: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        let number = notice.task.number
        guard tasks.isOpen(number) else {
            return noteAbandoned(notice, from: sender, &directives)
        }
        let known = tasks[number].samples.last { $0.part == notice.part }
        if let known {
            forecasts[place(of: sender)].learn(
                known.sample, queued: notice.queued, start: notice.start)
        }
        let completion = tasks[number].task.result > .zero ? now : notice.finish
        completePart(
            notice.part, of: number,
            ServiceTimes(queued: notice.queued, start: notice.start, finish: notice.finish),
            completion: completion, at: now, &directives)
    }
}
