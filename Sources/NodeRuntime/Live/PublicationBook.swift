import Messaging
import SimulationKernel

/// What a process publishes: one frame per topic and window, kept for those who miss it.
struct PublicationBook {
    struct Entry {
        let topic: Topic
        let prefix: [UInt8]
        /// The processes that subscribe, ascending.
        let subscribers: [Int]
        var number: UInt64 = 0
        /// The last frames, ending with `number`.
        var kept: [Kept] = []
        var filling = WireBuffer()
        var isFilling = false
        /// The publication whose copies are being collected.
        var message: Message?
        var stops: [Envelope.Stop] = []
    }

    struct Kept {
        let frame: WireBuffer
        /// How long it is taken to be on its way to subscribers, nanoseconds, and until when: who
        /// asks for it meanwhile has only not got it yet.
        var patience: Int64 = 0
        var underwayUntil: Int64 = 0

        mutating func noteSent(at now: Int64, patience: Int64) {
            self.patience = patience
            underwayUntil = now + patience
        }
    }

    let run: UInt64
    private let process: UInt32
    let epoch: UInt16
    private let keep: Int
    /// The window that the process is in; each frame says in which it was sent.
    var window: UInt64 = 0
    /// Bytes of frames that are kept per topic at most, beyond the last.
    private static let largestKept = 32 << 20
    /// Bytes that all subscribers together take in at least, per nanosecond.
    private static let slowestSpread = 0.1
    var entries: [Entry] = []
    private var places: [Topic: Int] = [:]
    /// Entries that are being filled, or complete and not sent yet.
    private var dirty: [Int] = []

    init(plan: LivePlan, process: Int, epoch: UInt16, keep: Int) {
        run = plan.run
        self.process = UInt32(process)
        self.epoch = epoch
        self.keep = keep
        for (publication, subscribers) in zip(plan.publications, plan.subscribers)
        where plan.processOfNode[Int(publication.topic.publisher)] == process
            && !subscribers.isEmpty
        {
            let topic = publication.topic
            places[topic] = entries.count
            entries.append(Entry(topic: topic, prefix: topic.bytes, subscribers: subscribers))
        }
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Every process that subscribes to anything here, ascending.
    var subscribers: [Int] { Set(entries.flatMap(\.subscribers)).sorted() }

    /// Adds one subscriber's copy. All copies of a publication come one after another.
    mutating func add(_ delivery: Outgoing) {
        let topic = Topic(kind: delivery.message.kind, publisher: delivery.key.sender)
        guard let place = places[topic] else {
            preconditionFailure("\(topic) is published but not in the plan")
        }
        if entries[place].message != delivery.message { finishMessage(in: place) }
        if entries[place].message == nil {
            entries[place].message = delivery.message
            if !entries[place].isFilling {
                entries[place].isFilling = true
                dirty.append(place)
            }
        }
        entries[place].stops.append(
            Envelope.Stop(
                to: delivery.to, time: delivery.key.time, sequence: delivery.key.sequence))
    }

    private mutating func finishMessage(in place: Int) {
        guard let message = entries[place].message else { return }
        if entries[place].filling.count == 0 { startFrame(in: place) }
        entries[place].filling.append(
            message, sender: entries[place].topic.publisher, stops: entries[place].stops)
        entries[place].stops.removeAll(keepingCapacity: true)
        entries[place].message = nil
    }

    private mutating func startFrame(in place: Int) {
        let prefix = entries[place].prefix
        entries[place].filling.append(prefix.span.bytes)
        FrameHeader(
            kind: .publication, process: process, epoch: epoch,
            sequence: entries[place].number + 1, acknowledged: window
        ).append(to: entries[place].filling)
    }

    /// Completes the frames of this window and tells of each: its size and its subscribers.
    mutating func close(_ note: (_ size: Int, _ subscribers: [Int]) -> Void) {
        for place in dirty {
            finishMessage(in: place)
            FrameHeader.seal(entries[place].filling, at: entries[place].prefix.count, run: run)
            entries[place].number += 1
            entries[place].isFilling = false
            note(entries[place].filling.count, entries[place].subscribers)
            keepFrame(in: place)
        }
    }

    /// Sends what ``close(_:)`` has completed.
    ///
    /// - Parameter interval: how long subscribers wait before they ask for a frame, nanoseconds.
    mutating func send(
        at now: Int64, resendInterval interval: Int64,
        _ send: (WireBuffer) throws(LiveError) -> Void
    ) throws(LiveError) {
        for place in dirty {
            let last = entries[place].kept.count - 1
            let frame = entries[place].kept[last].frame
            try send(frame)
            let bytes = Double(frame.count * entries[place].subscribers.count)
            entries[place].kept[last].noteSent(
                at: now, patience: max(interval, Int64(bytes / Self.slowestSpread)))
        }
        dirty.removeAll(keepingCapacity: true)
    }

    /// Takes it that ``close(_:)``'s frames were sent, by an earlier life of this process.
    mutating func forgoSending() { dirty.removeAll(keepingCapacity: true) }

    private mutating func keepFrame(in place: Int) {
        let frame = entries[place].filling
        let room = max(1, min(keep, Self.largestKept / max(1, frame.count)))
        var next: WireBuffer?
        while entries[place].kept.count >= room { next = entries[place].kept.removeFirst().frame }
        entries[place].kept.append(Kept(frame: frame))
        next?.removeAll()
        entries[place].filling = next ?? WireBuffer()
    }

    /// Hands the frames of a topic from a number on to `send` once more, for all subscribers.
    ///
    /// Not while the first of them is taken to be on its way, which is twice as long each time:
    /// else a thousand subscribers of a busy machine are sent everything a thousand times.
    ///
    /// - Returns: how many there were, or nil if the first of them is no longer kept.
    mutating func resend(
        _ missing: MissingPublications, at now: Int64,
        _ send: (WireBuffer) throws(LiveError) -> Void
    ) throws(LiveError) -> Int? {
        guard let place = places[missing.topic] else { return 0 }
        let number = entries[place].number
        guard missing.from >= 1, missing.from <= number else { return 0 }
        let back = number - missing.from + 1
        let count = UInt64(entries[place].kept.count)
        guard back <= count else { return nil }
        let first = Int(count - back)
        guard now >= entries[place].kept[first].underwayUntil else { return 0 }
        for index in first..<Int(count) {
            try send(entries[place].kept[index].frame)
            let patience = 2 * entries[place].kept[index].patience
            entries[place].kept[index].noteSent(at: now, patience: patience)
        }
        return Int(back)
    }
}

/// How far a process has received the publications of others.
struct SubscriptionBook {
    struct Entry {
        let topic: Topic
        let publisher: Int
        var inbox = Inbox()
    }

    var entries: [Entry] = []
    private var places: [Topic: Int] = [:]
    /// By publishing process, the frames received without a gap, over all its topics, that were
    /// sent in windows that count.
    var received: [UInt64]
    /// By publishing process, how many of its windows count, the start inputs included.
    var counted: [UInt64]

    /// By process, when it was last heard to publish, or expected to.
    var heard: [Int64]
    /// The processes that are subscribed to, ascending.
    let publishers: [Int]

    /// By publishing process, in which windows the others were sent. They do not count: of two
    /// topics one may lack a frame while the other is ahead.
    var early: [[UInt64]]
    /// Without windows everything counts at once.
    private let hasWindows: Bool

    init(plan: LivePlan, process: Int) {
        hasWindows = !plan.isWall
        early = Array(repeating: [], count: plan.processes.count)
        counted = Array(repeating: 0, count: plan.processes.count)
        received = Array(repeating: 0, count: plan.processes.count)
        heard = Array(repeating: .max / 2, count: plan.processes.count)
        publishers = Set(plan.subscriptions[process].map(\.publisher)).sorted()
        for subscription in plan.subscriptions[process] {
            places[subscription.topic] = entries.count
            entries.append(Entry(topic: subscription.topic, publisher: subscription.publisher))
        }
    }

    /// What to subscribe to.
    var topics: [Topic] { entries.map(\.topic) }

    /// - Parameter sent: the window in which the frame was sent.
    /// - Returns: nil for a topic that was not subscribed to.
    mutating func accept(
        _ number: UInt64, of topic: Topic, sent: UInt64
    ) -> Inbox.Verdict? {
        guard let place = places[topic] else { return nil }
        let verdict = entries[place].inbox.accept(number)
        guard case .next = verdict else { return verdict }
        let publisher = entries[place].publisher
        if sent < counted[publisher] || !hasWindows {
            received[publisher] += 1
        } else {
            early[publisher].append(sent)
        }
        return verdict
    }

    /// Begins a window: what was sent up to the windows that it names counts.
    mutating func count(_ expected: [WindowOpening.Expectation]) {
        for expectation in expected where expectation.published > 0 {
            let publisher = Int(expectation.sender)
            guard counted.indices.contains(publisher), expectation.window >= counted[publisher]
            else { continue }
            counted[publisher] = expectation.window + 1
            received[publisher] += UInt64(
                early[publisher].count { $0 <= expectation.window })
            early[publisher].removeAll { $0 <= expectation.window }
        }
    }

    /// What to ask for after a gap; nil if that was done a moment ago.
    mutating func request(for topic: Topic, now: Int64, interval: Int64) -> MissingPublications? {
        guard let place = places[topic] else { return nil }
        guard entries[place].inbox.shouldAsk(now: now, interval: interval) else { return nil }
        return MissingPublications(topic: topic, from: entries[place].inbox.received + 1)
    }

    /// The topics of a process, any of which may lack its last frames.
    func topics(of publisher: Int) -> [Topic] {
        entries.filter { $0.publisher == publisher }.map(\.topic)
    }
}
