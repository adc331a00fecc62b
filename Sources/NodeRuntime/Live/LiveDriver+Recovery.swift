import Messaging
import SimulationKernel

/// When it is time for a snapshot: often enough that the way back is short, and so seldom that
/// snapshots take little of the time.
struct SnapshotPace {
    /// Time spent on handling inputs since the last one, and what that one took, nanoseconds.
    var worked: Int64 = 0
    var cost: Int64 = 0

    /// So much work may have to be done again, nanoseconds, unless snapshots are very dear.
    private static let longestWay: Int64 = 1_500_000_000

    /// - Parameter log: bytes that were taken in since the last snapshot of `snapshot` bytes.
    func isDue(log: Int, snapshot: Int, _ options: LiveOptions) -> Bool {
        let cheap = min(20 * cost, max(Self.longestWay, 4 * cost))
        return worked > max(options.snapshotWork.nanoseconds, cheap)
            || log > max(options.snapshotLog, 4 * snapshot)
    }
}

/// Coming back after having been killed, and what that needs.
extension LiveDriver {
    /// Makes sure that what has come in is on disk, before anyone learns that it has come.
    ///
    /// While the disk is full it waits: nobody forgets what was not acknowledged.
    func commit() throws(LiveError) {
        guard let store, !isReplaying else { return }
        let hasWaited = try store.log.commit(within: options.diskLimit, steady) {
            () throws(LiveError) in
            // The hub takes this process for dead if it is silent.
            try sendToHub(control.status(at: steady.now))
        }
        // What the hub has said meanwhile has not been looked at.
        if hasWaited { lastHeardHub = steady.now }
    }

    /// Becomes what an earlier life of this process was, if there was one.
    func recover() throws(LiveError) {
        guard let store, options.epoch > 1 else { return }
        isReplaying = true
        defer { isReplaying = false }
        if let snapshot = store.snapshot {
            try restore(snapshot)
            store.forgetSnapshot()
        }
        var lastShown = steady.now
        try store.log.read { kind, bytes throws(LiveError) in
            // Without a word of the hub nothing has happened yet.
            if !isRecovered { try beginAgain() }
            try takeAgain(kind, bytes)
            try catchUp()
            try showRecovery(&lastShown)
        }
        for case let pair? in pairs where pair.link.outbox.hasUnacknowledged {
            pair.awaitsAnswer = true
        }
    }

    /// Shows the hub that this process lives, although it has not greeted it yet.
    private func showRecovery(_ lastShown: inout Int64) throws(LiveError) {
        let now = steady.now
        guard now - lastShown >= options.heartbeatInterval.nanoseconds else { return }
        lastShown = now
        var link = Self.controlLink(of: process, plan, options)
        try sendToHub(link.status(at: now))
    }

    /// Starts the nodes, as the first life did.
    private func beginAgain() throws(LiveError) {
        isRecovered = true
        group.start()
        guard !isWall else { return concludeAgain() }
        windowEnd = .zero
        try report(window: 0)
    }

    private func takeAgain(_ kind: RecoveryLog.Kind, _ bytes: RawSpan) throws(LiveError) {
        switch kind {
        case .control: try takeControlEntries(of: bytes)
        case .direct:
            guard let header = header(of: bytes), Int(header.process) < pairs.count else {
                throw .recovery("a frame of nobody in the log")
            }
            let pair = pair(with: Int(header.process))
            guard case .deliver = pair.link.take(header, &pool) else {
                throw .recovery("a frame of \(plan.name(of: pair.process)) is out of order")
            }
            try deliverEntries(of: bytes, at: FrameHeader.size..<bytes.byteCount)
        case .publication:
            guard let (header, topic, start) = publication(in: bytes),
                case .next? = subscriptions.accept(
                    header.sequence, of: topic, sent: header.acknowledged)
            else { throw .recovery("a publication is out of order in the log") }
            try deliverEntries(of: bytes, at: start..<bytes.byteCount)
        case .handled: try handleAgain(bytes)
        case .start, .time, .advance: throw .recovery("the log of a hub")
        }
    }

    /// Handles the windows that everything has come for.
    private func catchUp() throws(LiveError) {
        while case .open(let opening)? = orders.first {
            subscriptions.count(opening.expected)
            guard opening.expected.allSatisfy(isHeld) else { return }
            orders.removeFirst()
            while group.run(before: opening.end, atMost: 1_000) < opening.end {
                if records.size > 256 << 10 { closeControl() }
            }
            windowEnd = opening.end
            statistics.windows += 1
            try report(window: opening.window)
        }
    }

    // MARK: Snapshots

    /// Keeps the state instead of the way to it, if that has become long.
    func keepStateIfDue() throws(LiveError) {
        guard let store, options.keepsSnapshots, orders.isEmpty,
            pace.isDue(log: store.log.size, snapshot: store.snapshotSize, options)
        else { return }
        closeControl()
        // Records that wait for the hub's word, and what is to be repeated, are not in the state.
        guard !session.isResuming, records.isEmpty else { return }
        let began = steady.now
        do {
            let state = try Memory.bytes(of: memory())
            guard try store.keep(state) else {
                // A full disk: later.
                pace.worked = 0
                return
            }
        } catch let error as LiveError {
            throw error
        } catch {
            throw .recovery("the state of \(plan.name(of: process)): \(error)")
        }
        pace = SnapshotPace(cost: steady.now - began)
        try mortality.strike()
    }

    private func memory() throws -> ProcessMemory {
        ProcessMemory(
            window: session.window, windowEnd: windowEnd, nodes: try group.snapshots(),
            nextSnapshot: group.nextSnapshot,
            departed: group.keeping?.departed ?? [], records: records.forwarded,
            statistics: currentStatistics,
            links: pairs.compactMap { pair in
                pair.map {
                    ProcessMemory.Link(
                        peer: $0.process, received: $0.link.inbox.received,
                        acknowledged: $0.link.outbox.acknowledged,
                        frames: $0.link.outbox.unacknowledged.map(\.bytes))
                }
            },
            publications: publications.memory, subscriptions: subscriptions.memory,
            dispatches: dispatches.memory,
            control: control.outbox.unacknowledged.map(\.bytes))
    }

    private func restore(_ state: [UInt8]) throws(LiveError) {
        let memory: ProcessMemory
        do {
            memory = try Memory.value(ProcessMemory.self, from: state[...])
            try group.restore(own: memory.nodes)
        } catch {
            throw .recovery("the state of \(plan.name(of: process)): \(error)")
        }
        isRecovered = true
        session.window = memory.window
        windowEnd = memory.windowEnd
        group.skipSnapshots(before: memory.nextSnapshot, memory.departed)
        records.forwarded = memory.records
        statistics = memory.statistics
        group.events = statistics.events
        group.decisionLatency.add(statistics.decisionTimes)
        group.lateness.add(statistics.lateness)
        for link in memory.links { pair(with: link.peer).link.restore(link) }
        publications.restore(memory.publications)
        subscriptions.restore(memory.subscriptions)
        dispatches.restore(memory.dispatches)
        session.former = memory.control.map { WireBuffer($0) }
    }
}
