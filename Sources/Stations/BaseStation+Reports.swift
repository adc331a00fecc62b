import EdgeModel
import Messaging
import SimulationKernel

/// State reports to and from the neighbours.
///
/// The last one goes out before the horizon of its episode: later ones would meet no decision,
/// except where stations leave, whose tasks are placed anew even then.
extension BaseStation {
    mutating func planReport(at instant: VirtualInstant, _ directives: inout Directives) {
        let end =
            configuration.watchesNeighbours
            ? episodeEnd : episodeStart + configuration.plan.horizon
        guard configuration.reports, !links.isEmpty, instant < end else { return }
        directives.wake(timer(.report), at: instant)
    }

    mutating func report(at now: VirtualInstant, _ directives: inout Directives) {
        planReport(at: now + configuration.statePeriod, &directives)
        guard !presence.isAway else { return }
        var egressBacklog = VirtualDuration.zero
        for port in ports { egressBacklog = max(egressBacklog, port.wait(at: now)) }
        let report = StateReport(
            station: configuration.index, episode: episode, sequence: nextReport, timestamp: now,
            backlog: server.backlog(at: now), egressBacklog: egressBacklog,
            capacity: server.capacity(at: now))
        nextReport += 1
        let message = Message.report(report)
        let bytes = message.encodedSize
        let size = EmulatedSize.data(bytes: bytes)
        var deliveries: [Delivery] = []
        deliveries.reserveCapacity(links.count)
        for place in links.indices {
            if let arrival = links[place].reportArrival(of: size, at: now) {
                deliveries.append(Delivery(to: links[place].index, at: arrival))
            }
        }
        books.stateMessages &+= UInt64(links.count)
        books.stateBytes &+= UInt64(links.count * bytes)
        if !deliveries.isEmpty { directives.publish(message, deliveries) }
        if configuration.recordsStates { directives.record(.state(report)) }
    }

    mutating func learned(_ report: StateReport, from sender: NodeIndex) {
        let place = place(of: sender)
        guard !presence.isAway else {
            books.reportGaps &+= UInt64(views[place].pass(report))
            return
        }
        let ownWork = placedWork[place].forget(before: report.timestamp)
        books.reportGaps &+= UInt64(views[place].update(with: report, ownWork: ownWork))
    }
}
