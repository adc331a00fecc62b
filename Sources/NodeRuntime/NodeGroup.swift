import EdgeModel
package import Messaging
package import SimulationKernel

/// Where the records of a run go; called on the thread that drives the nodes.
package protocol RecordSink: AnyObject {
    func keep(_ record: Record)
}

/// A delivery to a node that lives elsewhere.
package struct Outgoing: Sendable {
    package var key: EventKey
    package var to: NodeIndex
    package var message: Message
    /// Whether it is a copy of a publication; all copies of one follow each other.
    package var isPublished: Bool
}

/// The nodes of one process and their one event queue: what every driver has in common.
///
/// The order of a node's inputs depends on event keys only, so it is the same in whichever group
/// the node lives. The group knows nothing of processes: deliveries to other nodes wait in
/// `outgoing` until the driver takes them.
package struct NodeGroup {
    /// A node with what the driver keeps for it.
    struct Member {
        let index: NodeIndex
        var node: any Node
        /// The place of its decision maker; nil for nodes that never ask.
        let decisionMaker: Int?
        /// How many deliveries and timers the node has asked for; part of every event key.
        var sequence: UInt64 = 0
    }

    /// What waits for a member.
    struct Pending {
        var slot: Int32
        var input: NodeInput
    }

    var members: [Member] = []
    var decisionMakers: [any DecisionMaker] = []
    /// Slot in `members` by node index, -1 for nodes elsewhere.
    var slots: [Int32] = []
    var queue = EventQueue()
    /// What the events of the queue bring, by their slots.
    var pending: [Pending] = []
    private var directives = Directives()
    /// What was asked last.
    private var question = Observation(
        task: EdgeTask(
            id: TaskID(origin: 0, number: 0), episode: 0, trafficClass: 0, ordinal: 0,
            arrival: .zero, size: Megabits(0), result: Megabits(0), workload: Gigacycles(0),
            deadline: .unbounded),
        egressWait: 0, candidates: [])
    private let sink: any RecordSink
    /// Advanced with every input and by nodes that compute for long; nil if nobody looks.
    package var progress: ProgressCounter? {
        get { directives.progress }
        set { directives.progress = newValue }
    }
    /// Sees every input and directive when a run is recorded; nil otherwise.
    package var tape: (any InputTape)?

    /// When nodes get their start input: just before the first instant of the run, or of the part
    /// of it that is continued.
    package var startTime = VirtualInstant(nanoseconds: -1)
    /// Takes snapshots; nil when nobody wants any. The next one's instant stands beside it, because
    /// it is looked at for every input.
    var keeping: Keeping?
    var nextSnapshot = VirtualInstant.distantFuture

    package private(set) var outgoing: [Outgoing] = []
    /// Inputs handled so far, answers to decisions included; and those of the queue only.
    package internal(set) var events: UInt64 = 0
    private(set) var steps: UInt64 = 0
    package internal(set) var now = VirtualInstant(nanoseconds: .min)
    /// Measures decisions, nanoseconds of real time.
    package internal(set) var decisionLatency = LatencyHistogram()
    /// How late inputs were handled under the wall clock, virtual nanoseconds.
    package internal(set) var lateness = LatencyHistogram()
    /// Virtual seconds that pass in a second of deciding; nil when a decision takes the time that
    /// its node gives it.
    package var decisionSpeed: Double?
    /// Where that is so, what decisions took that nobody has noted, nanoseconds; and what those
    /// took that are made again.
    var measuredDecisions: [Int64] = []
    var formerDecisions: ArraySlice<Int64> = []

    package init(sink: any RecordSink) { self.sink = sink }

    /// An empty group that stands in for another while that one is away.
    init(replacing group: NodeGroup) { sink = group.sink }

    /// Adds a node before the run starts.
    package mutating func add(
        _ node: any Node, at index: NodeIndex, decisionMaker: (any DecisionMaker)? = nil
    ) {
        while slots.count <= Int(index) { slots.append(-1) }
        precondition(slots[Int(index)] < 0, "node \(index) added twice")
        slots[Int(index)] = Int32(members.count)
        let place = decisionMaker == nil ? nil : decisionMakers.count
        members.append(Member(index: index, node: node, decisionMaker: place))
        if let decisionMaker { decisionMakers.append(decisionMaker) }
    }

    package func contains(_ index: NodeIndex) -> Bool {
        Int(index) < slots.count && slots[Int(index)] >= 0
    }

    /// When the next input is due, or the distant future.
    package var nextTime: VirtualInstant { queue.nextTime }

    /// When something can follow for others from what is due here, at the earliest.
    package var nextConsequence: VirtualInstant {
        queue.least { place, time in
            members[Int(pending[place].slot)].node.consequence(of: pending[place].input, at: time)
        }
    }

    /// Gives every node its start input, in order of their indices.
    package mutating func start() {
        for slot in members.indices.sorted(by: { members[$0].index < members[$1].index }) {
            handle(.start, by: slot, at: startTime)
        }
    }

    /// Handles every input that is due before the bound.
    package mutating func run(before bound: VirtualInstant) {
        while queue.nextTime < bound { step() }
    }

    /// Handles inputs that are due before the bound, at most so many of them.
    ///
    /// - Returns: when the next one is due.
    package mutating func run(
        before bound: VirtualInstant, atMost count: Int
    ) -> VirtualInstant {
        for _ in 0..<count where queue.nextTime < bound { step() }
        return queue.nextTime
    }

    /// Handles inputs that are due by `instant`, at most so many, and notes how late each is by
    /// the clock.
    mutating func run(upTo instant: VirtualInstant, atMost count: Int, by clock: Timekeeper) {
        for _ in 0..<count where queue.nextTime <= instant {
            let late = clock.now - queue.nextTime
            lateness.record(nanoseconds: max(0, late.nanoseconds))
            step()
        }
    }

    /// Handles the earliest input.
    package mutating func step() {
        if queue.nextTime > nextSnapshot { keepSnapshots(before: queue.nextTime) }
        guard let (key, place) = queue.popFirst() else { return }
        steps &+= 1
        now = key.time
        var due = Pending(slot: 0, input: .start)
        swap(&due, &pending[place])
        if let tape, case .message(let message, _) = due.input {
            tape.note(message, key: key, to: members[Int(due.slot)].index)
        }
        handle(due.input, by: Int(due.slot), at: key.time)
    }

    mutating func enqueue(_ input: consuming NodeInput, for slot: Int32, at key: EventKey) {
        let place = queue.insert(at: key)
        if place == pending.count {
            pending.append(Pending(slot: slot, input: input))
        } else {
            pending[place] = Pending(slot: slot, input: input)
        }
    }

    /// Takes in a message from a node elsewhere.
    package mutating func receive(_ message: Message, key: EventKey, to index: NodeIndex) {
        precondition(contains(index), "a message for node \(index), which does not live here")
        enqueue(.message(message, from: key.sender), for: slots[Int(index)], at: key)
    }

    /// Takes in one copy of a message from a node elsewhere, if its receiver lives here.
    ///
    /// Under the wall clock it may have come too late for its time: then it is due now.
    package mutating func admit(
        _ message: Message, from sender: NodeIndex, at stop: Envelope.Stop
    ) {
        guard contains(stop.to) else { return }
        let key = EventKey(time: max(stop.time, now), sender: sender, sequence: stop.sequence)
        enqueue(.message(message, from: sender), for: slots[Int(stop.to)], at: key)
    }

    /// Hands over the deliveries to nodes elsewhere, in the order they were asked for.
    package mutating func takeOutgoing(_ body: (Outgoing) -> Void) {
        for delivery in outgoing { body(delivery) }
        outgoing.removeAll(keepingCapacity: true)
    }

    private mutating func handle(_ input: NodeInput, by slot: Int, at time: VirtualInstant) {
        events &+= 1
        members[slot].node.handle(input, at: time, &directives)
        // Too dear for every input of a release.
        assert(
            hasKeptItsWord(about: input, by: slot, at: time),
            "node \(members[slot].index) at \(time) after \(input): \(directives.items)")
        while perform(by: slot, at: time) {
            events &+= 1
            let action = decide(by: slot)
            members[slot].node.handle(.decided(action), at: time, &directives)
        }
    }

    /// Whether nothing has followed from an input sooner than its node says.
    private func hasKeptItsWord(
        about input: NodeInput, by slot: Int, at time: VirtualInstant
    ) -> Bool {
        let consequence = members[slot].node.consequence(of: input, at: time)
        guard consequence > time, nextConsequence > time else { return true }
        return directives.items.allSatisfy { directive in
            switch directive {
            case .send(_, _, let instant): instant > consequence
            case .publish(_, let deliveries): deliveries.allSatisfy { $0.at > consequence }
            case .wake(_, let instant): instant >= consequence
            case .decide, .adopt, .beginEpisode: false
            case .record: true
            }
        }
    }

    /// Answers the question that was just asked, and lets go of it: the node may want to use its
    /// storage again for the next one.
    private mutating func decide(by slot: Int) -> Action {
        guard let maker = members[slot].decisionMaker else {
            preconditionFailure("node \(members[slot].index) has nobody to decide")
        }
        let began = MonotonicClock.now
        var action = decisionMakers[maker].decide(question)
        let elapsed = formerDecisions.popFirst() ?? MonotonicClock.now - began
        decisionLatency.record(nanoseconds: elapsed)
        if let decisionSpeed {
            measuredDecisions.append(elapsed)
            action.duration = .seconds(Double(elapsed) * 1e-9 * decisionSpeed)
        }
        question.candidates = []
        return action
    }

    /// Carries out the collected directives; returns whether the last asks to decide, with the
    /// observation in `question`.
    private mutating func perform(by slot: Int, at time: VirtualInstant) -> Bool {
        var isAsked = false
        for position in directives.items.indices {
            precondition(!isAsked, "a node's question was not its last directive")
            // Moved out rather than copied, since copies of messages cost more than all else.
            var directive = Directive.beginEpisode(0)
            swap(&directive, &directives.items[position])
            switch consume directive {
            case .send(let message, let to, let instant):
                let key = nextKey(by: slot, at: instant, after: time)
                deliver(message, key: key, to: to, isPublished: false)
            case .publish(let message, let deliveries):
                for delivery in deliveries {
                    let key = nextKey(by: slot, at: delivery.at, after: time)
                    deliver(message, key: key, to: delivery.to, isPublished: true)
                }
            case .wake(let timer, let instant):
                let key = nextKey(by: slot, at: max(instant, time), after: nil)
                enqueue(.timer(timer), for: Int32(slot), at: key)
            case .decide(let observation):
                question = observation
                isAsked = true
            case .adopt(let weights):
                if let maker = members[slot].decisionMaker { decisionMakers[maker].adopt(weights) }
            case .beginEpisode(let episode):
                if let maker = members[slot].decisionMaker {
                    decisionMakers[maker].begin(episode: episode)
                }
            case .record(let record):
                tape?.note(record, by: members[slot].index)
                sink.keep(record)
            }
        }
        directives.items.removeAll(keepingCapacity: true)
        return isAsked
    }

    private mutating func nextKey(
        by slot: Int, at instant: VirtualInstant, after now: VirtualInstant?
    ) -> EventKey {
        if let now {
            precondition(
                instant > now, "node \(members[slot].index) sends at \(now) for \(instant)")
        }
        let sequence = members[slot].sequence
        members[slot].sequence = sequence + 1
        return EventKey(time: instant, sender: members[slot].index, sequence: sequence)
    }

    private mutating func deliver(
        _ message: consuming Message, key: EventKey, to: NodeIndex, isPublished: Bool
    ) {
        tape?.note(message, sentAs: key, to: to)
        if contains(to) {
            enqueue(.message(message, from: key.sender), for: slots[Int(to)], at: key)
        } else {
            if key.time > nextSnapshot {
                keeping?.departed.append(
                    PendingMessage(key: key, to: to, message: copy message))
            }
            outgoing.append(
                Outgoing(key: key, to: to, message: message, isPublished: isPublished))
        }
    }
}
