import EdgeModel
import Messaging
import SimulationKernel

/// The sending end of a link over one episode: what becomes of a transmission.
///
/// Task traffic, state reports and weights have chance streams of their own, `bs3>bs5` by entity,
/// so that a change of the state period leaves the fate of the tasks alone. Where the delay can vary, what
/// was sent later of one kind never arrives earlier.
struct OutboundLink: Codable {
    /// What becomes of a transmission of task traffic.
    enum Fate {
        case arrives(VirtualInstant)
        /// It is lost, and has to be sent again at an instant.
        case repeats(VirtualInstant)
    }

    let index: NodeIndex
    private let plan: LinkPlan
    private let isConstant: Bool
    private let initial: Link
    /// The start of the episode, which the plan's instants are relative to.
    private let origin: VirtualInstant
    private var tasks: Lane
    private var reports: Lane
    private var weights: Lane
    private var notices = VirtualInstant.zero

    /// One kind of traffic; chance is nil on a link that never needs it.
    private struct Lane: Codable {
        var chance: Chance?
        var latest = VirtualInstant.zero
    }

    private struct Chance: Codable {
        var jitter: RandomStream
        var loss: RandomStream
    }

    /// - Parameter sender: the station's name.
    init(
        to neighbour: Neighbour, from sender: String, seed: UInt64, episode: Int,
        origin: VirtualInstant = .zero
    ) {
        index = neighbour.index
        plan = neighbour.outbound
        isConstant = plan.isConstant
        initial = plan.initial
        self.origin = origin
        precondition(plan.leastDelay > .zero, "no delay from \(sender) to \(neighbour.name)")
        let entity = "\(sender)>\(neighbour.name)"
        let needsChance = plan.steps.contains { $0.link.jitter != nil || $0.link.loss > 0 }
        func lane(_ traffic: String) -> Lane {
            guard needsChance else { return Lane() }
            func stream(_ purpose: String) -> RandomStream {
                RandomStream(seed: seed, episode: episode, entity: entity, purpose: purpose)
            }
            return Lane(
                chance: Chance(
                    jitter: stream("\(traffic) jitter"), loss: stream("\(traffic) loss")))
        }
        tasks = lane("task")
        reports = lane("state")
        weights = lane("weights")
    }

    /// The link's values at an instant of the episode.
    func link(at instant: VirtualInstant) -> Link {
        isConstant ? initial : plan.link(at: instant - origin)
    }

    /// The first instant from the given one on at which something gets through; the distant
    /// future when nothing does in this episode.
    func firstOpen(from instant: VirtualInstant) -> VirtualInstant {
        if isConstant { return instant }
        let open = plan.firstOpen(from: instant - origin)
        return open == .unbounded ? .distantFuture : origin + open
    }

    func isOpen(at instant: VirtualInstant) -> Bool { firstOpen(from: instant) == instant }

    /// What becomes of a subtask or result whose last bit leaves at an instant.
    mutating func sendTask(leaving sent: VirtualInstant) -> Fate {
        let open = firstOpen(from: sent)
        guard open == sent else { return .repeats(open) }
        let link = link(at: sent)
        guard let arrival = Self.arrival(sent: sent, over: link, &tasks) else {
            return .repeats(sent + link.retransmissionTimeout)
        }
        return .arrives(arrival)
    }

    /// When a state report arrives, which is sent at `now` beside all other traffic; nil when it
    /// is lost.
    mutating func reportArrival(
        of size: Megabits, at now: VirtualInstant
    ) -> VirtualInstant? {
        let link = link(at: now)
        let sent = now + size / link.rate
        guard isConstant || (isOpen(at: now) && isOpen(at: sent)) else { return nil }
        return Self.arrival(sent: sent, over: link, &reports)
    }

    /// When weights arrive that are sent from `start` on and whose last bit leaves at `sent`; nil
    /// when they are lost, which nobody mends: the next round brings others.
    mutating func weightArrival(
        leaving sent: VirtualInstant, since start: VirtualInstant
    ) -> VirtualInstant? {
        guard isConstant || (isOpen(at: start) && isOpen(at: sent)) else { return nil }
        return Self.arrival(sent: sent, over: link(at: sent), &weights)
    }

    /// When a notice or refusal arrives that has no size and is never lost; it waits for a link
    /// that is cut.
    ///
    /// - Precondition: instants do not descend.
    mutating func noticeArrival(at instant: VirtualInstant) -> VirtualInstant {
        if isConstant { return instant + initial.delay }
        let open = firstOpen(from: instant)
        guard open < .distantFuture else { return open }
        notices = max(notices, open + link(at: open).delay)
        return notices
    }

    /// One draw for the loss, if there is any, and those of the jitter for what is not lost.
    private static func arrival(
        sent: VirtualInstant, over link: Link, _ lane: inout Lane
    ) -> VirtualInstant? {
        if link.loss > 0, lane.chance?.loss.bernoulli(link.loss) == true { return nil }
        var instant = sent + link.delay
        if let law = link.jitter, lane.chance != nil {
            instant = instant + .seconds(law.sample(&lane.chance!.jitter))
        }
        lane.latest = max(lane.latest, instant)
        return lane.latest
    }
}
