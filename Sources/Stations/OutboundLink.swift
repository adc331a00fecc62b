import EdgeModel
import Messaging
import SimulationKernel

/// The sending end of a link: what happens to a transmission after its last bit has left.
///
/// Task traffic and state reports have chance streams of their own, `bs3>bs5` by entity, so that
/// a change of the state period leaves the fate of the tasks alone.
struct OutboundLink {
    let index: NodeIndex
    let link: Link
    private var tasks: Lane?
    private var reports: Lane?

    /// Jitter and loss for one kind of traffic; order is kept within the kind.
    private struct Lane {
        var jitter: RandomStream
        var loss: RandomStream
        var latest = VirtualInstant.zero
    }

    /// - Parameter sender: the station's name.
    init(to neighbour: Neighbour, from sender: String, seed: UInt64, episode: Int) {
        index = neighbour.index
        link = neighbour.outbound
        precondition(link.delay > .zero, "no delay from \(sender) to \(neighbour.name)")
        guard link.jitter != nil || link.loss > 0 else { return }
        let entity = "\(sender)>\(neighbour.name)"
        func lane(_ traffic: String) -> Lane {
            func stream(_ purpose: String) -> RandomStream {
                RandomStream(seed: seed, episode: episode, entity: entity, purpose: purpose)
            }
            return Lane(jitter: stream("\(traffic) jitter"), loss: stream("\(traffic) loss"))
        }
        tasks = lane("task")
        reports = lane("state")
    }

    /// When a subtask or result arrives whose last bit leaves at an instant; nil when it is lost.
    mutating func taskArrival(sent: VirtualInstant) -> VirtualInstant? {
        if tasks == nil { return sent + link.delay }
        return Self.arrival(sent: sent, over: link, &tasks!)
    }

    /// The same for a state report, which is sent at `now` beside all other traffic.
    mutating func reportArrival(
        of size: Megabits, at now: VirtualInstant
    ) -> VirtualInstant? {
        let sent = now + size / link.rate
        if reports == nil { return sent + link.delay }
        return Self.arrival(sent: sent, over: link, &reports!)
    }

    /// One draw for the loss, if there is any, and those of the jitter for what is not lost.
    private static func arrival(
        sent: VirtualInstant, over link: Link, _ lane: inout Lane
    ) -> VirtualInstant? {
        if link.loss > 0, lane.loss.bernoulli(link.loss) { return nil }
        var instant = sent + link.delay
        if let law = link.jitter { instant = instant + .seconds(law.sample(&lane.jitter)) }
        lane.latest = max(lane.latest, instant)
        return lane.latest
    }
}
